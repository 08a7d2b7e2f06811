/**
 * OldestWrite: how long the oldest write waits, an epoch's to the store or a call of the catalog, for /health, /metrics and the console.
 * A write that ends neither well nor badly is seen nowhere else: whatever holds the disk or the process's file threads, it is seen here.
 * Neighbours: the engine says store-failed for a stalled epoch by itself (runtime/processor/committer.ts); here the catalog joins it.
 */
import type { Engine, EngineHealth } from "@signalbox/runtime";

/** As the engine's own limit for an epoch. */
export const catalogStalledMsMax = 10_000;

export class OldestWrite {
  readonly #engine: Pick<Engine, "status">;
  readonly #catalogSinceMs: () => number | undefined;

  constructor(engine: Pick<Engine, "status">, catalogSinceMs: () => number | undefined) {
    this.#engine = engine;
    this.#catalogSinceMs = catalogSinceMs;
  }

  /** 0: none is under way. */
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
