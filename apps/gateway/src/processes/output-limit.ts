/**
 * OutputLimit: bounds how much of a program's output is looked at: of each window the first bytes at once, and the last ones when the
 * window ends; the bytes in between are counted. Neighbour: process-output.ts makes lines of it.
 * Guarantee: whatever comes, looking at it takes a small share of the thread; the last bytes before a silence or the end are always passed
 * on.
 */
const windowMs = 250;
/** The bytes that are passed on at once; as many more may wait for the end of the window. */
const bytesPerWindowMax = 64 * 1024;

export interface OutputLimitOptions {
  readonly take: (chunk: Buffer) => void;
  /** Called with the number of bytes that were dropped between what was passed on before and what is passed on next. */
  readonly leftOut: (bytes: number) => void;
  readonly nowMs: () => number;
}

export class OutputLimit {
  readonly #options: OutputLimitOptions;
  #windowEndsMs = 0;
  #taken = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #leftOutBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutputLimitOptions) {
    this.#options = options;
  }

  add(chunk: Buffer): void {
    if (this.#options.nowMs() >= this.#windowEndsMs) this.#nextWindow();
    if (this.#waiting.length === 0 && this.#taken + chunk.length <= bytesPerWindowMax) {
      this.#taken += chunk.length;
      this.#options.take(chunk);
    } else this.#wait(chunk);
  }

  /** Must be called when nothing more comes. */
  end(): void {
    clearTimeout(this.#timer);
    this.#giveWaiting();
  }

  #wait(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    for (let first = this.#waiting[0]; first !== undefined && this.#waitingBytes > bytesPerWindowMax; first = this.#waiting[0]) {
      const surplus = Math.min(first.length, this.#waitingBytes - bytesPerWindowMax);
      this.#leftOutBytes += surplus;
      this.#waitingBytes -= surplus;
      if (surplus === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(surplus);
    }
    this.#timer ??= setTimeout(() => this.#nextWindow(), windowMs).unref();
  }

  #nextWindow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#giveWaiting();
    this.#windowEndsMs = this.#options.nowMs() + windowMs;
    this.#taken = 0;
  }

  #giveWaiting(): void {
    const [waiting, leftOut] = [this.#waiting, this.#leftOutBytes];
    [this.#waiting, this.#waitingBytes, this.#leftOutBytes] = [[], 0, 0];
    if (leftOut > 0) this.#options.leftOut(leftOut);
    for (const chunk of waiting) this.#options.take(chunk);
  }
}
