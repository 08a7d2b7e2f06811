/**
 * LogProgress: how far an epoch log and the store below it have come, as frame numbers in memory that threads share. The store's own thread
 * writes them (logged-store.ts), and a thread that follows the log reads them (followed-log.ts). Guarantee: `durable` never names a frame
 * that is not on disk, `below` none whose rows the store below lacks, and the store below never holds a row of a frame behind `mayBeBelow`.
 */
const places = { durable: 0, below: 1, mayBeBelow: 2 } as const;
const bytesANumber = 8;

export class LogProgress {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: BigInt64Array;

  /** `memory` is that of the other thread, where there is one. */
  constructor(memory = new SharedArrayBuffer(Object.keys(places).length * bytesANumber)) {
    this.memory = memory;
    this.#numbers = new BigInt64Array(memory);
  }

  /** The last frame that is on disk. */
  get durable(): number {
    return this.#get("durable");
  }

  set durable(ordinal: number) {
    this.#set("durable", ordinal);
  }

  /** The last frame up to which the store below has every row. */
  get below(): number {
    return this.#get("below");
  }

  set below(ordinal: number) {
    this.#set("below", ordinal);
  }

  /** The last frame of which the store below may have some rows. */
  get mayBeBelow(): number {
    return this.#get("mayBeBelow");
  }

  set mayBeBelow(ordinal: number) {
    this.#set("mayBeBelow", ordinal);
  }

  #get(place: keyof typeof places): number {
    return Number(Atomics.load(this.#numbers, places[place]));
  }

  #set(place: keyof typeof places, ordinal: number): void {
    Atomics.store(this.#numbers, places[place], BigInt(ordinal));
  }
}
