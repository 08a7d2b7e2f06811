/**
 * LatencyCounter: latencies of one digest, counted in the buckets that the histograms of rolling-counters.ts have (units of 10 µs up to 10
 * minutes, two significant digits), so that counting here and adding there loses nothing. Counting is one array add; the array comes from a
 * pool and goes back with every digest, so that only what was used in the last moment holds one.
 */
import type { LatencyCounts } from "./flow-digest.ts";

export const latencyUnitsPerMs = 100;
export const latencyUnitsMax = 600_000 * latencyUnitsPerMs;
/** Below this each unit has a bucket; above, each doubling has half as many. */
const singleUnits = 256;
const half = singleUnits / 2;
const bucketsMax = bucketOf(latencyUnitsMax) + 1;
const sparesMax = 64;

interface Buckets {
  readonly counts: Uint32Array;
  readonly used: number[];
}

export class LatencyPool {
  readonly #spares: Buckets[] = [];

  take(): Buckets {
    return this.#spares.pop() ?? { counts: new Uint32Array(bucketsMax), used: [] };
  }

  give(buckets: Buckets): void {
    for (const bucket of buckets.used) buckets.counts[bucket] = 0;
    buckets.used.length = 0;
    if (this.#spares.length < sparesMax) this.#spares.push(buckets);
  }
}

export class LatencyCounter {
  readonly #pool: LatencyPool;
  #buckets: Buckets | undefined;

  constructor(pool: LatencyPool) {
    this.#pool = pool;
  }

  count(durationMs: number): void {
    this.#buckets ??= this.#pool.take();
    const { counts, used } = this.#buckets;
    const bucket = bucketOf(latencyUnits(durationMs));
    const before = counts[bucket] ?? 0;
    if (before === 0) used.push(bucket);
    counts[bucket] = before + 1;
  }

  take(): LatencyCounts {
    const buckets = this.#buckets;
    if (buckets === undefined) return [];
    this.#buckets = undefined;
    const pairs: number[] = [];
    for (const bucket of buckets.used) pairs.push(leastOf(bucket), buckets.counts[bucket] ?? 0);
    this.#pool.give(buckets);
    return pairs;
  }
}

export function latencyUnits(durationMs: number): number {
  return Math.min(latencyUnitsMax, Math.max(1, Math.round(durationMs * latencyUnitsPerMs)));
}

function bucketOf(units: number): number {
  if (units < singleUnits) return units;
  const shift = 24 - Math.clz32(units);
  return singleUnits + (shift - 1) * half + (units >>> shift) - half;
}

function leastOf(bucket: number): number {
  if (bucket < singleUnits) return bucket;
  const shift = Math.floor((bucket - singleUnits) / half) + 1;
  return (((bucket - singleUnits) % half) + half) << shift;
}
