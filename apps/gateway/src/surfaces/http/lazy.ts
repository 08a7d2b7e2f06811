/**
 * Lazy: a part of the gateway that no start needs. It is opened when it is first asked for, or by open() once the ports are open and the
 * first messages are on their way; whoever asks meanwhile waits for the same opening. One that failed is tried again by the next who asks.
 */
export class Lazy<T> {
  /** Once it is open. */
  current: T | undefined;
  readonly #opener: () => Promise<T>;
  #opening: Promise<T> | undefined;

  constructor(opener: () => Promise<T>) {
    this.#opener = opener;
  }

  open(): Promise<T> {
    this.#opening ??= this.#opener().then(
      (opened) => {
        this.current = opened;
        return opened;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  /** What is being opened is waited for, so that it can be closed; undefined if there is nothing to close. */
  async settled(): Promise<T | undefined> {
    return this.#opening?.catch(() => undefined);
  }
}
