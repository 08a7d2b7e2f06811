/** DurableMarks: waits until everything up to a position of a part is durable. One position of a part is awaited at a time. */
export class DurableMarks {
  readonly #awaited = new Map<string, { readonly position: string; readonly resolve: () => void }>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#end(), { once: true });
  }

  /** Call it before the records are handed over. Resolves when they are durable, or when the signal is aborted. */
  expect(part: string, position: string): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.set(part, { position, resolve }));
  }

  reached(position: string, part: string): void {
    const awaited = this.#awaited.get(part);
    if (awaited?.position !== position) return;
    this.#awaited.delete(part);
    awaited.resolve();
  }

  #end(): void {
    for (const { resolve } of this.#awaited.values()) resolve();
    this.#awaited.clear();
  }
}
