/**
 * ReplyBody: collects the bytes of a reply that did not come in one piece, in one growing buffer whose size is counted in ReplyMemory.
 * Neighbours: reply-call.ts and reply-inflate.ts append; reply-memory.ts counts. Guarantee: many small pieces cost no more than their
 * bytes; memory is counted before it is taken, also while the bytes move to a larger buffer.
 */
import type { ReplyHold } from "./reply-memory.ts";

/** no-room: other replies hold too much now. never: it would not fit even alone. */
export type Appended = "ok" | "too-large" | "no-room" | "never";

const firstBytes = 4 * 1024;
const noBytes = Buffer.alloc(0);

export interface ReplyBodyOptions {
  readonly hold: ReplyHold;
  readonly bytesMax: number;
  /** The length that the head announced, if any: the buffer then has exactly this size. */
  readonly announcedBytes: number | undefined;
}

export class ReplyBody {
  readonly #options: ReplyBodyOptions;
  #buffer: Buffer = noBytes;
  #length = 0;
  /** The bytes of the hold that do not belong to this buffer. */
  readonly #besideBytes: number;

  constructor(options: ReplyBodyOptions) {
    this.#options = options;
    this.#besideBytes = options.hold.bytes;
  }

  get length(): number {
    return this.#length;
  }

  append(bytes: Buffer, from: number, to: number): Appended {
    const needed = this.#length + to - from;
    if (needed > this.#options.bytesMax) return "too-large";
    if (needed > this.#buffer.length) {
      const grown = this.#growTo(needed);
      if (grown !== "ok") return grown;
    }
    bytes.copy(this.#buffer, this.#length, from, to);
    this.#length = needed;
    return "ok";
  }

  /** The bytes so far; the view stays valid when more is appended. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #growTo(needed: number): Appended {
    const { hold, bytesMax, announcedBytes } = this.#options;
    const largest = Math.max(needed, Math.min(bytesMax, announcedBytes ?? bytesMax));
    const size = Math.min(largest, Math.max(needed, this.#buffer.length * 2, firstBytes));
    const whileMoving = this.#besideBytes + this.#buffer.length + size;
    if (!hold.grow(whileMoving)) return hold.couldHold(whileMoving) ? "no-room" : "never";
    const larger = Buffer.allocUnsafeSlow(size);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
    hold.shrink(this.#besideBytes + size);
    return "ok";
  }
}
