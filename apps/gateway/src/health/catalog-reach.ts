/**
 * CatalogReach: why the catalog's database does not answer, for health. Messages flow without the catalog, so without this nobody would
 * notice before somebody tries to change something. Neighbours: oldest-write.ts reports a call that hangs; surfaces/http/health.ts shows
 * both.
 */
import { problemOf } from "../contract/problem-of.ts";
import { LatestLook } from "./latest-look.ts";

export interface CatalogFailure {
  readonly code: string;
  readonly problem: string;
  readonly cure: string;
  readonly sinceMs: number;
}

export class CatalogReach {
  readonly #look: LatestLook<CatalogFailure | null>;
  #sinceMs: number | undefined;

  constructor(ping: () => Promise<void>) {
    this.#look = new LatestLook(() =>
      ping().then(
        () => {
          this.#sinceMs = undefined;
          return null;
        },
        (error: unknown) => {
          this.#sinceMs ??= Date.now();
          const { code, detail, cure } = problemOf(error, "catalog");
          return { code, problem: detail, cure, sinceMs: this.#sinceMs };
        },
      ),
    );
  }

  /** Returns null when the database answered the last question, or was not asked yet. */
  failure(nowMs?: number): CatalogFailure | null {
    return this.#look.seen(nowMs) ?? null;
  }

  settled(): Promise<void> {
    return this.#look.settled();
  }
}
