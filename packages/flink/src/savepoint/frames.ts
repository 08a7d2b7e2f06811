/**
 * Frames: rows between this process and the Java tool (Frames.java), over its standard input and output. A frame is four bytes of length, one byte that
 * says the kind, and its fields; all is big-endian. A text or a value is its length in bytes and the bytes, -1 for none; an integer has eight bytes.
 * The last frame counts the others: a stream that was cut is seen by whoever reads it.
 *
 *     H  to the tool: highest parallelism, number of states, each: Flink's name, typename, 1 if it expires    from it: parallelism, highest parallelism
 *     D  from the tool: a state, numbered as they come: Flink's name, typename, 1 if it expires
 *     T  from the tool: a function type, dotted as in the names of its states
 *     S  a value: key, number of its state, time of its last use, value
 *     M  a message: key, (from the tool: stage), due, caller's type and id, target's type and id, typename, value, cancellation token
 *     E  the end: how many frames there were
 */
import { MoveError } from "./move-error.ts";

export const frameKinds = { header: 0x48, declare: 0x44, type: 0x54, state: 0x53, message: 0x4d, end: 0x45 } as const;

/** Flink's time of last use for what never ends: Long.MAX_VALUE, so that no duration reaches beyond it. */
export const neverMs = Number.POSITIVE_INFINITY;

const chunkBytes = 256 * 1024;
/** The same as in Frames.java: the largest value and its names. */
const frameBytesMax = 144 * 1024 * 1024;
const lengthBytes = 4;
const two32 = 2 ** 32;

/** Rows into chunks that a pipe takes. At most one chunk and one row are held. */
export class FrameEncoder {
  #buffer = Buffer.allocUnsafe(chunkBytes);
  #begin = 0;
  #at = 0;
  #rows = 0;

  begin(kind: number): this {
    this.#begin = this.#at;
    this.#room(lengthBytes + 1);
    this.#at += lengthBytes;
    this.#buffer[this.#at++] = kind;
    return this;
  }

  number(value: number): this {
    this.#room(4);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
    return this;
  }

  integer(value: number): this {
    if (value === neverMs) return this.number(0x7fffffff).number(-1);
    return this.number(Math.floor(value / two32) | 0).number((value % two32) | 0);
  }

  text(text: string | undefined): this {
    if (text === undefined) return this.number(-1);
    // Three bytes for a UTF-16 unit at the most.
    this.#room(4 + text.length * 3);
    const length = this.#buffer.write(text, this.#at + 4);
    this.#buffer.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
    return this;
  }

  bytes(bytes: Uint8Array | undefined): this {
    if (bytes === undefined) return this.number(-1);
    this.number(bytes.length);
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** A chunk, once there is one. */
  end(): Buffer | undefined {
    this.#buffer.writeInt32BE(this.#at - this.#begin - lengthBytes, this.#begin);
    this.#rows++;
    return this.#at >= chunkBytes ? this.#take() : undefined;
  }

  /** What is left, with the last frame. */
  finish(): Buffer {
    const rows = this.#rows;
    return this.begin(frameKinds.end).integer(rows).end() ?? this.#take();
  }

  #take(): Buffer {
    const chunk = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafe(chunkBytes);
    this.#at = 0;
    this.#begin = 0;
    return chunk;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

/** The fields of one frame, one after the other. Bytes are a view of the chunk they came in. */
export class Frame {
  readonly kind: number;
  readonly #buffer: Buffer;
  readonly #end: number;
  #at: number;

  constructor(buffer: Buffer, begin: number, end: number) {
    this.kind = buffer[begin] ?? 0;
    this.#buffer = buffer;
    this.#at = begin + 1;
    this.#end = end;
  }

  number(): number {
    if (this.#at + 4 > this.#end) throw cut("a row is shorter than its fields");
    const value = this.#buffer.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  integer(): number {
    const high = this.number();
    const low = this.number() >>> 0;
    return high === 0x7fffffff && low === two32 - 1 ? neverMs : high * two32 + low;
  }

  text(): string | undefined {
    const length = this.number();
    return length < 0 ? undefined : this.#buffer.toString("utf8", this.#passed(length), this.#at);
  }

  bytes(): Uint8Array | undefined {
    const length = this.number();
    return length < 0 ? undefined : this.#buffer.subarray(this.#passed(length), this.#at);
  }

  #passed(length: number): number {
    const begin = this.#at;
    if (begin + length > this.#end) throw cut("a row is shorter than its fields");
    this.#at += length;
    return begin;
  }
}

/** The frames of a stream, as many at a time as a chunk completes. Throws when it ends before its last frame. */
export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame[]> {
  const decoder = new FrameDecoder();
  for await (const chunk of chunks) yield decoder.add(chunk);
  decoder.finish();
}

class FrameDecoder {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #wantedBytes = lengthBytes;
  #rows = 0;
  #told: number | undefined;

  add(chunk: Uint8Array): Frame[] {
    this.#rest.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#restBytes += chunk.length;
    // A row of many chunks is put together once, when all of it is there.
    if (this.#restBytes < this.#wantedBytes) return [];
    const buffer = this.#rest.length === 1 ? (this.#rest[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#rest);
    const frames: Frame[] = [];
    let at = 0;
    this.#wantedBytes = lengthBytes;
    while (at + lengthBytes <= buffer.length) {
      const length = buffer.readInt32BE(at);
      if (length < 1 || length > frameBytesMax) throw cut(`a row says that it has ${length} bytes`);
      if (at + lengthBytes + length > buffer.length) {
        this.#wantedBytes = lengthBytes + length;
        break;
      }
      this.#take(new Frame(buffer, at + lengthBytes, at + lengthBytes + length), frames);
      at += lengthBytes + length;
    }
    this.#rest = at === buffer.length ? [] : [buffer.subarray(at)];
    this.#restBytes = buffer.length - at;
    return frames;
  }

  finish(): void {
    if (this.#told === undefined || this.#restBytes > 0) throw cut(`the rows end after ${this.#rows}, before their last one`);
    if (this.#told !== this.#rows) throw cut(`${this.#rows} rows came of ${this.#told}`);
  }

  #take(frame: Frame, frames: Frame[]): void {
    if (frame.kind === frameKinds.end) {
      this.#told = frame.integer();
      return;
    }
    if (this.#told !== undefined) throw cut("rows come after the last one");
    this.#rows++;
    frames.push(frame);
  }
}

function cut(what: string): MoveError {
  return new MoveError(
    "FLINK_TOOL_FAILED",
    `the savepoint tool's answer is not whole: ${what}`,
    "run it again; if it happens again, the tool and this release do not fit together",
  );
}
