/** Turns: lets at most so many pieces of work run at once, in order of arrival. Waiting for a turn ends when the signal is aborted. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnceMax: number) {
    this.#free = atOnceMax;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const left = (): void => {
        const index = this.#waiting.indexOf(entered);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      };
      const entered = (): void => {
        signal.removeEventListener("abort", left);
        resolve();
      };
      this.#waiting.push(entered);
      signal.addEventListener("abort", left, { once: true });
    });
  }
}
