/**
 * Lazy: a part of the gateway that a start does not need. It is opened by the first use, or by open() after the ports are open; concurrent
 * users wait for the same opening. After a failure the next use tries again.
 */
export class Lazy<T> {
  /** The value once it is open. */
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

  /** Waits for an opening that is under way, so that the part can be closed; undefined when there is nothing to close. */
  async settled(): Promise<T | undefined> {
    return this.#opening?.catch(() => undefined);
  }
}
