/**
 * OldestWrite: how long the oldest write has waited, an epoch's write to the store or a call of the catalog, for /health, /metrics and the
 * console.
 * A write that neither succeeds nor fails shows nowhere else, whatever holds up the disk or the process's file threads.
 * Neighbours: the engine itself reports store-failed for a stalled epoch (runtime/processor/committer.ts); this adds the catalog.
 */
import type { Engine, EngineHealth } from "@signalbox/runtime";

/** The same limit as the engine has for an epoch. */
export const catalogStalledMsMax = 10_000;

export class OldestWrite {
  readonly #engine: Pick<Engine, "status">;
  readonly #catalogSinceMs: () => number | undefined;

  constructor(engine: Pick<Engine, "status">, catalogSinceMs: () => number | undefined) {
    this.#engine = engine;
    this.#catalogSinceMs = catalogSinceMs;
  }

  /** Returns 0 when no write is under way. */
  waitMs(nowMs: number): number {
    const since = [this.#engine.status().oldestWriteSinceMs, this.#catalogSinceMs()].filter((ms) => ms !== undefined);
    return since.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...since));
  }

  health(nowMs: number): EngineHealth {
    const { health } = this.#engine.status();
    const sinceMs = this.#catalogSinceMs();
    if (health.kind !== "running" || sinceMs === undefined || nowMs - sinceMs < catalogStalledMsMax) return health;
    return {
      kind: "store-failed",
      code: "STORE_FAILED",
      message: `a call of the catalog has not ended for ${Math.round((nowMs - sinceMs) / 1000)} s`,
      place: "catalog",
      cure: "Check the disk or the database of DATABASE_URL; it goes on by itself once that answers.",
      sinceMs,
    };
  }
}
