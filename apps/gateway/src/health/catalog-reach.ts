/**
 * CatalogReach: why the catalog's database does not answer, for health. Messages go on without it, so nothing else tells before somebody changes something.
 * Whoever asks gets what was seen last, and a look that is older than lookAgeMs begins another one beside it: one at most is under way.
 * Neighbours: disk-room.ts looks in the same way; oldest-write.ts tells of a call that hangs; surfaces/http/health.ts tells.
 */
import { problemOf } from "../contract/problem-of.ts";

export interface CatalogFailure {
  readonly code: string;
  readonly problem: string;
  readonly cure: string;
  readonly sinceMs: number;
}

const lookAgeMs = 1_000;

export class CatalogReach {
  readonly #ping: () => Promise<void>;
  #seen: CatalogFailure | null = null;
  #beganMs = Number.NEGATIVE_INFINITY;
  #look: Promise<void> | undefined;

  constructor(ping: () => Promise<void>) {
    this.#ping = ping;
  }

  /** Null: it answered when it was asked last, or was not asked yet. */
  failure(nowMs: number = performance.now()): CatalogFailure | null {
    if (this.#look === undefined && nowMs - this.#beganMs >= lookAgeMs) this.#begin(nowMs);
    return this.#seen;
  }

  /** Once the look that is under way has ended. */
  async settled(): Promise<void> {
    await this.#look;
  }

  #begin(nowMs: number): void {
    this.#beganMs = nowMs;
    this.#look = this.#ping()
      .then(
        () => null,
        (error: unknown) => {
          const { code, detail, cure } = problemOf(error, "catalog");
          return { code, problem: detail, cure, sinceMs: this.#seen?.sinceMs ?? Date.now() };
        },
      )
      .then((seen) => {
        this.#seen = seen;
        this.#look = undefined;
      });
  }
}
