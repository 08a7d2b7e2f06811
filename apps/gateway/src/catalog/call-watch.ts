/** CallWatch: which calls of the catalog are under way, and since when the oldest of them is. */
export class CallWatch {
  /** The calls in the order in which they began, so the first is the oldest. */
  readonly #since = new Map<symbol, number>();

  async watch<T>(call: () => Promise<T>): Promise<T> {
    const key = Symbol("call");
    this.#since.set(key, Date.now());
    try {
      return await call();
    } finally {
      this.#since.delete(key);
    }
  }

  oldestSinceMs(): number | undefined {
    return this.#since.values().next().value;
  }
}
