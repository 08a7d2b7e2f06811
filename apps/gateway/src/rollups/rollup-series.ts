/**
 * RollupSeries: turns rows into one column for each bucket of the range, from the longest pieces that fit its step. Where nothing happened,
 * sums are 0 and the peaks of everything together stay as they were (a type without a row was idle); where the gateway did not run, or
 * nothing is kept, it is null. It is pure.
 */
import { rollupStepsMs, rollupValues, type RollupStep } from "../shared/rollup-values.ts";
import { addSketch, percentilesOf, type LatencySketch } from "./latency-sketch.ts";
import { emptyRollup, mergeRollup, type Rollup, type RollupKey } from "./rollup.ts";
import type { RollupRange, RollupSeries } from "./rollup-question.ts";

export interface RunSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SeriesContext {
  readonly range: RollupRange;
  readonly runs: readonly RunSpan[];
  readonly oldestMs: number;
}

type Scan = (step: RollupStep, fromMs: number, toMs: number) => Iterable<{ readonly atMs: number; readonly rollup: Rollup }>;

const percents = [50, 95, 99] as const;

/** Returns the length of the pieces for a series; single seconds are not kept for types and endpoints. */
export function stepFor(stepMs: number, key: RollupKey): RollupStep {
  const fitting = rollupStepsMs.filter((step) => stepMs % step === 0 && (key === "" || step > 1_000));
  return fitting.at(-1) ?? (key === "" ? 1_000 : 10_000);
}

export function seriesOf(key: RollupKey, { range, runs, oldestMs }: SeriesContext, scan: Scan): RollupSeries {
  const { stepMs } = range;
  const firstMs = Math.floor(range.fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.ceil((range.toMs - firstMs) / stepMs));
  const buckets = Array.from<Rollup | undefined>({ length: count });
  const overall = new Map<number, number>();
  for (const { atMs, rollup } of scan(stepFor(stepMs, key), firstMs, firstMs + count * stepMs)) {
    const place = Math.floor((atMs - firstMs) / stepMs);
    const bucket = (buckets[place] ??= emptyRollup());
    mergeRollup(bucket, rollup);
    addSketch(overall, rollup.latency);
  }
  const known = buckets.map((bucket, place) => bucket !== undefined || isKnown(firstMs + place * stepMs, { stepMs, runs, oldestMs }));
  const latencies = buckets.map((bucket): readonly (number | null)[] => percentilesOf(bucket?.latency ?? noLatency, percents));
  const [p50 = null, p95 = null, p99 = null] = percentilesOf(overall, percents);
  return {
    key,
    values: rollupValues.map(({ fold }, value) => columnOf(buckets, { known, value, stays: fold === "peak" && key === "" })),
    p50: latencies.map(([of50 = null]) => rounded(of50)),
    p95: latencies.map(([, of95 = null]) => rounded(of95)),
    p99: latencies.map(([, , of99 = null]) => rounded(of99)),
    overall: { p50: rounded(p50), p95: rounded(p95), p99: rounded(p99) },
  };
}

const noLatency: LatencySketch = new Map();

function columnOf(
  buckets: readonly (Rollup | undefined)[],
  { known, value, stays }: { known: readonly boolean[]; value: number; stays: boolean },
): (number | null)[] {
  let last = 0;
  return buckets.map((bucket, place) => {
    if (known[place] !== true) {
      last = 0;
      return null;
    }
    const here = bucket?.values[value] ?? (stays ? last : 0);
    last = here;
    return rounded(here);
  });
}

function isKnown(atMs: number, { stepMs, runs, oldestMs }: { stepMs: number; runs: readonly RunSpan[]; oldestMs: number }): boolean {
  return atMs + stepMs > oldestMs && runs.some(({ fromMs, toMs }) => atMs + stepMs > fromMs && atMs < toMs);
}

/** Rounds to two decimals, which is more than a chart shows. */
function rounded<Value extends number | null>(value: Value): Value | number {
  return value === null ? value : Math.round(value * 100) / 100;
}
