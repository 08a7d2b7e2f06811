/** until: waits for a condition by asking again, never by a fixed sleep; at the end it says what it last saw. */
import { setTimeout as delay } from "node:timers/promises";

export interface UntilOptions {
  /** What is waited for, in the words of the error. */
  readonly what: string;
  /** The output of the processes that it depends on, read when it gives up, because what they said before the wait explains nothing. */
  readonly said?: () => string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** Resolves with the first value that is neither undefined nor false. A probe that throws counts as "not yet". */
export async function until<T>(probe: () => Promise<T | undefined | false> | T | undefined | false, options: UntilOptions): Promise<T> {
  const deadline = performance.now() + (options.timeoutMs ?? 15_000);
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const said = options.said === undefined ? "" : `; meanwhile:\n${options.said()}`;
      throw new Error(`waited ${options.timeoutMs ?? 15_000} ms for: ${options.what}${said}`, { cause: last });
    }
    await delay(options.everyMs ?? 20);
  }
}
