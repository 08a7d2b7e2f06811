/**
 * Savepoint chunk: entries of a store side by side in one buffer, so that one thread hands thousands of them to another by transferring
 * memory instead of cloning objects. savepoint-write.ts packs, savepoint-part-thread.ts reads. Per entry: length of the key, length of the
 * value (32 bits each), the key in UTF-8, the value.
 */
import type { StoreEntry } from "../../ports/store.ts";

/** A chunk is handed over before it grows beyond this; one larger entry makes a chunk of its own. */
export const chunkBytesMax = 256 * 1024;
const lengthsBytes = 8;
/** A UTF-16 unit takes at most three bytes. */
const bytesOfUnitMax = 3;

/** The first `bytes` of the memory hold entries. */
export interface SavepointChunk {
  readonly memory: ArrayBuffer;
  readonly bytes: number;
}

export class ChunkPacker {
  private memory: ArrayBuffer | undefined;
  private buffer = Buffer.alloc(0);
  private length = 0;

  get isEmpty(): boolean {
    return this.length === 0;
  }

  hasRoomFor([key, value]: StoreEntry): boolean {
    return this.length + spaceOf(key, value) <= chunkBytesMax;
  }

  add([key, value]: StoreEntry): void {
    if (this.memory === undefined) {
      this.memory = new ArrayBuffer(Math.max(chunkBytesMax, spaceOf(key, value)));
      this.buffer = Buffer.from(this.memory);
    }
    const at = this.length + lengthsBytes;
    const keyBytes = this.buffer.write(key, at, "utf8");
    this.buffer.set(value, at + keyBytes);
    this.buffer.writeUInt32LE(keyBytes, this.length);
    this.buffer.writeUInt32LE(value.length, this.length + 4);
    this.length = at + keyBytes + value.length;
  }

  /** Undefined when nothing was added since the last call. The caller may transfer the memory to another thread. */
  take(): SavepointChunk | undefined {
    if (this.memory === undefined) return undefined;
    const chunk = { memory: this.memory, bytes: this.length };
    this.memory = undefined;
    this.length = 0;
    return chunk;
  }
}

function spaceOf(key: string, value: Uint8Array): number {
  return lengthsBytes + key.length * bytesOfUnitMax + value.length;
}

/** Values are views of the chunk. */
export function* entriesOf(chunk: SavepointChunk): Generator<StoreEntry> {
  const buffer = Buffer.from(chunk.memory, 0, chunk.bytes);
  for (let at = 0; at < buffer.length; ) {
    const keyStart = at + lengthsBytes;
    const valueStart = keyStart + buffer.readUInt32LE(at);
    const end = valueStart + buffer.readUInt32LE(at + 4);
    yield [buffer.toString("utf8", keyStart, valueStart), buffer.subarray(valueStart, end)];
    at = end;
  }
}
