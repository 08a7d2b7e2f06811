/**
 * EndWatch: checks once a second whether the time of something is over, by the wall clock, because people say "until two". No timer runs
 * while nothing has an end. Neighbours: pauses.ts and entity-pauses.ts say what ends.
 */
const lookMs = 1_000;

export class EndWatch {
  readonly #look: () => Promise<void>;
  readonly #warn: (message: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(look: () => Promise<void>, warn: (message: string) => void) {
    this.#look = look;
    this.#warn = warn;
  }

  set(hasEnd: boolean): void {
    if (!hasEnd) {
      this.close();
      return;
    }
    this.#timer ??= setInterval(() => {
      void this.#look().catch((error: unknown) => this.#warn(`pauses: ${String(error)}`));
    }, lookMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
