/**
 * Epoch frame: the bytes of one batch in the epoch log: a head, then each write as `key length, value length + 1 (0 removes), key, value`.
 * A frame names the generation of its file and its own number and has a checksum over all of it, so old frames in a file that is used again
 * are never taken for new ones. Bytes that do not fit are no frame; epoch-log-reading.ts judges what that means.
 */
import { crc32 } from "node:zlib";
import type { StoreWrite } from "../../ports/store.ts";

const magic = 0x464c4253;
const headBytes = 28;
/** The checksum stands before this offset and covers everything from it on. */
const checkedFrom = 8;
const utf8BytesPerUnit = 3;
const varintBytesMax = 5;
const scratchBytesAtFirst = 64 * 1024;
/** A scratch buffer that one large batch made larger than this is dropped. */
const scratchBytesKeptMax = 4 * 1024 * 1024;

export interface FrameName {
  readonly generation: number;
  readonly ordinal: number;
}

/** Where the value of a row lies in its frame; this is what the overlay keeps. */
export interface FrameRow {
  readonly key: string;
  readonly offset: number;
  /** Undefined when the key is removed. */
  readonly length: number | undefined;
}

let scratch = Buffer.alloc(scratchBytesAtFirst);

/** `row` is called with the place of each value in the returned frame. */
export function encodeFrame(writes: readonly StoreWrite[], name: FrameName, row: (write: StoreWrite, offset: number) => void): Uint8Array {
  let bytesMax = headBytes;
  for (const { key, value } of writes) bytesMax += key.length * utf8BytesPerUnit + (value?.length ?? 0) + 2 * varintBytesMax;
  if (scratch.length < bytesMax) scratch = Buffer.allocUnsafe(bytesMax * 2);
  let at = headBytes;
  for (const write of writes) {
    const { key, value } = write;
    const keyBytes = writeText(key, at + varintBytesMax * 2);
    at = writeVarint(keyBytes, at);
    at = writeVarint(value === undefined ? 0 : value.length + 1, at);
    scratch.copyWithin(at, scratchKeyAt, scratchKeyAt + keyBytes);
    at += keyBytes;
    row(write, at);
    if (value === undefined) continue;
    scratch.set(value, at);
    at += value.length;
  }
  const frame = Buffer.allocUnsafeSlow(at);
  scratch.copy(frame, 0, 0, at);
  if (scratch.length > scratchBytesKeptMax) scratch = Buffer.alloc(scratchBytesAtFirst);
  writeHead(frame, { ...name, count: writes.length });
  return frame;
}

let scratchKeyAt = 0;

/** Writes a key. Keys are mostly short and ASCII, and this loop takes a third of the time of TextEncoder. */
function writeText(text: string, at: number): number {
  scratchKeyAt = at;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return scratch.write(text, at, "utf8");
    scratch[at + index] = code;
  }
  return text.length;
}

function writeVarint(value: number, at: number): number {
  let left = value;
  let to = at;
  while (left > 0x7f) {
    scratch[to++] = (left & 0x7f) | 0x80;
    left >>>= 7;
  }
  scratch[to++] = left;
  return to;
}

function writeHead(frame: Buffer, { generation, ordinal, count }: FrameName & { count: number }): void {
  frame.writeUInt32LE(magic, 0);
  frame.writeUInt32LE(generation, checkedFrom);
  frame.writeUInt32LE(ordinal % 2 ** 32, 12);
  frame.writeUInt32LE(Math.floor(ordinal / 2 ** 32), 16);
  frame.writeUInt32LE(frame.length, 20);
  frame.writeUInt32LE(count, 24);
  frame.writeUInt32LE(crc32(frame.subarray(checkedFrom)), 4);
}

/** Undefined when no frame begins there. */
function frameGenerationAt(bytes: Buffer, at: number): number | undefined {
  if (at + headBytes > bytes.length || bytes.readUInt32LE(at) !== magic) return undefined;
  return bytes.readUInt32LE(at + checkedFrom);
}

export interface FoundFrame extends FrameName {
  readonly bytes: Buffer;
  readonly count: number;
}

/** The whole frame that begins there, if one does. */
export function frameAt(bytes: Buffer, at: number): FoundFrame | undefined {
  const generation = frameGenerationAt(bytes, at);
  if (generation === undefined) return undefined;
  const length = bytes.readUInt32LE(at + 20);
  if (length < headBytes || at + length > bytes.length) return undefined;
  const frame = bytes.subarray(at, at + length);
  if (crc32(frame.subarray(checkedFrom)) !== frame.readUInt32LE(4)) return undefined;
  const ordinal = frame.readUInt32LE(16) * 2 ** 32 + frame.readUInt32LE(12);
  return { generation, ordinal, bytes: frame, count: frame.readUInt32LE(24) };
}

/** The first place behind `from` where a frame may begin. */
export function nextFrameMagic(bytes: Buffer, from: number): number | undefined {
  const pattern = Buffer.alloc(4);
  pattern.writeUInt32LE(magic, 0);
  const at = bytes.indexOf(pattern, from);
  return at < 0 ? undefined : at;
}

/** Undefined when the rows do not fill the frame exactly. Its checksum held, so encodeFrame did not write it. */
export function frameRows({ bytes, count }: FoundFrame): readonly FrameRow[] | undefined {
  const rows: FrameRow[] = [];
  let at = headBytes;
  const readVarint = (): number => {
    for (let value = 0, shift = 0; shift < 32; shift += 7) {
      const byte = bytes[at++] ?? 0x80;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.POSITIVE_INFINITY;
  };
  for (let index = 0; index < count; index++) {
    const keyBytes = readVarint();
    const valueBytes = readVarint() - 1;
    const offset = at + keyBytes;
    if (offset + Math.max(valueBytes, 0) > bytes.length) return undefined;
    rows.push({ key: bytes.toString("utf8", at, offset), offset, length: valueBytes < 0 ? undefined : valueBytes });
    at = offset + Math.max(valueBytes, 0);
  }
  return at === bytes.length ? rows : undefined;
}
