/**
 * AnswerReader: puts the bytes of a stream together to whole messages, one after the other, however the bytes are cut. Neighbours:
 * call-stream.ts gives it the bytes and takes the messages; http/reply-body.ts keeps the pieces of one and counts them. Guarantee: a
 * message that is larger than the limit, or for which there is no room, is reported by the id of its first answer and skipped without being
 * kept; the answers after it are read.
 */
import { ReplyBody, type Appended } from "../http/reply-body.ts";
import { ReplyHold, type ReplyMemory } from "../http/reply-memory.ts";
import { framePrefixBytes } from "./grpc-message.ts";

/** Enough for a tag, a length, and an id. */
const beginningBytes = 32;

export interface AnswerReaderOptions {
  readonly memory: ReplyMemory;
  readonly messageBytesMax: number;
  /** `bytes` are valid only during the call. */
  onMessage(bytes: Buffer): void;
  onSkipped(skipped: { readonly why: Exclude<Appended, "ok">; readonly bytes: number; readonly beginning: Buffer }): void;
  /** The stream cannot be read any further. */
  onBroken(reason: string): void;
}

export class AnswerReader {
  readonly #options: AnswerReaderOptions;
  readonly #prefix = Buffer.alloc(framePrefixBytes);
  #prefixLength = 0;
  #left = 0;
  /** The pieces of an unfinished message. */
  #body: ReplyBody | undefined;
  #hold: ReplyHold | undefined;
  #skip: { why: Exclude<Appended, "ok">; beginning: Buffer } | undefined;
  #isBroken = false;

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#isBroken) {
      at = this.#prefixLength < framePrefixBytes ? this.#readPrefix(chunk, at) : this.#readBody(chunk, at);
    }
  }

  /** Releases the memory of an unfinished message. */
  end(): void {
    this.#isBroken = true;
    this.#forget();
  }

  get isInside(): boolean {
    return this.#prefixLength > 0;
  }

  get #length(): number {
    return this.#prefix.readUInt32BE(1);
  }

  #readPrefix(chunk: Buffer, from: number): number {
    const copied = chunk.copy(this.#prefix, this.#prefixLength, from);
    this.#prefixLength += copied;
    if (this.#prefixLength < framePrefixBytes) return from + copied;
    if (this.#prefix[0] !== 0) this.#break("a message of its stream is compressed, though nothing was agreed on");
    this.#left = this.#length;
    if (this.#left === 0) this.#next();
    return from + copied;
  }

  #readBody(chunk: Buffer, from: number): number {
    const to = Math.min(chunk.length, from + this.#left);
    const isWhole = to - from === this.#length;
    this.#left -= to - from;
    if (this.#skip === undefined && isWhole && this.#length <= this.#options.messageBytesMax) {
      this.#next();
      this.#options.onMessage(chunk.subarray(from, to));
      return to;
    }
    this.#keep(chunk, from, to);
    if (this.#left > 0) return to;
    const skipped = this.#skip;
    const bytes = this.#length;
    if (skipped === undefined) this.#options.onMessage(this.#body?.view() ?? Buffer.alloc(0));
    else this.#options.onSkipped({ ...skipped, bytes });
    this.#next();
    return to;
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    if (this.#skip !== undefined) {
      const { why, beginning } = this.#skip;
      const missing = beginningBytes - beginning.length;
      if (missing > 0) this.#skip = { why, beginning: Buffer.concat([beginning, chunk.subarray(from, Math.min(to, from + missing))]) };
      return;
    }
    const { memory, messageBytesMax } = this.#options;
    this.#hold ??= new ReplyHold(memory);
    const announcedBytes = this.#length;
    this.#body ??= new ReplyBody({ hold: this.#hold, bytesMax: messageBytesMax, announcedBytes });
    const appended = announcedBytes > messageBytesMax ? "too-large" : this.#body.append(chunk, from, to);
    if (appended === "ok") return;
    const kept = Buffer.from(this.#body.view().subarray(0, beginningBytes));
    this.#forget();
    this.#skip = { why: appended, beginning: kept };
    this.#keep(chunk, from, to);
  }

  #next(): void {
    this.#prefixLength = 0;
    this.#skip = undefined;
    this.#forget();
  }

  #forget(): void {
    this.#hold?.release();
    this.#hold = undefined;
    this.#body = undefined;
  }

  #break(reason: string): void {
    this.end();
    this.#options.onBroken(reason);
  }
}
