/**
 * ReplyMemory: the one bound on the memory of replies while they are read, unpacked, decoded and not yet on disk. It covers all endpoints
 * and all partitions, whose threads share one counter. Neighbours: reply-body.ts, reply-inflate.ts and reply-call.ts take from it; the
 * engine gives back what a reply's effects held once they are durable. Guarantee: never more than bytesMax is taken; what a hold took is
 * given back once.
 */
const unitBytes = 1024;
/** The bound of a transport that was given none (a check of one endpoint, a test). */
const bytesMaxDefault = 128 * 1024 * 1024;

export interface SharedReplyMemory {
  /** One number, in units of 1 KiB, that all threads of the engine count in. */
  readonly counter: SharedArrayBuffer;
  readonly bytesMax: number;
}

/** What one reply has taken. */
export class ReplyHold {
  readonly #memory: ReplyMemory;
  #units = 0;

  constructor(memory: ReplyMemory) {
    this.#memory = memory;
  }

  get bytesMax(): number {
    return this.#memory.bytesMax;
  }

  get bytes(): number {
    return this.#units * unitBytes;
  }

  /** Raises the hold to `bytes`. Returns false when there is no room; the hold then stays as it was. */
  grow(bytes: number): boolean {
    const units = Math.ceil(bytes / unitBytes) - this.#units;
    if (units <= 0) return true;
    if (!this.#memory.take(units)) return false;
    this.#units += units;
    return true;
  }

  couldHold(bytes: number): boolean {
    return this.#memory.couldHold(bytes);
  }

  /** Lowers the hold to `bytes`. */
  shrink(bytes: number): void {
    const units = Math.min(this.#units, Math.ceil(bytes / unitBytes));
    this.#memory.give(this.#units - units);
    this.#units = units;
  }

  release(): void {
    this.shrink(0);
  }
}

export class ReplyMemory {
  readonly bytesMax: number;
  readonly shared: SharedReplyMemory;
  readonly #counter: Int32Array;
  readonly #unitsMax: number;

  constructor(memory: number | SharedReplyMemory = bytesMaxDefault) {
    this.shared = typeof memory === "number" ? { counter: new SharedArrayBuffer(4), bytesMax: memory } : memory;
    this.bytesMax = this.shared.bytesMax;
    this.#counter = new Int32Array(this.shared.counter);
    this.#unitsMax = Math.min(0x7fff_0000, Math.max(1, Math.floor(this.bytesMax / unitBytes)));
  }

  get bytes(): number {
    return Atomics.load(this.#counter, 0) * unitBytes;
  }

  /** Whether one reply could take this much if it were alone. */
  couldHold(bytes: number): boolean {
    return Math.ceil(bytes / unitBytes) <= this.#unitsMax;
  }

  take(units: number): boolean {
    const before = Atomics.add(this.#counter, 0, units);
    if (before + units <= this.#unitsMax) return true;
    Atomics.sub(this.#counter, 0, units);
    return false;
  }

  give(units: number): void {
    if (units > 0) Atomics.sub(this.#counter, 0, units);
  }
}
