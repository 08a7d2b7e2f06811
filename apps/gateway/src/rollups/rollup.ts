/**
 * Rollup: what happened in one piece of time (a second, ten, a minute), of everything together, of one function type, endpoint or edge.
 * Digests of the collectors are folded into rollups and rollups into longer ones; the sum is the same however it is cut and in whatever
 * order it comes. It is pure, and plain data that structured clone copies. Neighbours: shared/rollup-values.ts says what the values mean,
 * second-rollup.ts folds digests.
 */
import { rollupValues } from "../shared/rollup-values.ts";
import { addSketch, type LatencySketch } from "./latency-sketch.ts";

/** The empty key is everything together; an edge is named by its ends (flow/edge-ends.ts). */
export type RollupKey = "" | `type:${string}` | `endpoint:${string}` | `edge:${string}`;
export type RollupKind = "type" | "endpoint" | "edge";

export interface Rollup {
  /** In the order of rollupValues. A peak that was not measured is 0. */
  readonly values: number[];
  readonly latency: Map<number, number>;
}

/** What is sent to the thread that keeps it. */
export interface SecondRollup {
  readonly atMs: number;
  readonly rows: ReadonlyMap<RollupKey, { readonly values: readonly number[]; readonly latency: LatencySketch }>;
}

export function emptyRollup(): Rollup {
  return { values: rollupValues.map(() => 0), latency: new Map() };
}

/** Merges the other one into `into`: sums add up, of two peaks the higher one stays, sketches merge. */
export function mergeRollup(into: Rollup, other: { readonly values: readonly number[]; readonly latency: LatencySketch }): void {
  for (const [place, { fold }] of rollupValues.entries()) {
    const [mine, theirs] = [into.values[place] ?? 0, other.values[place] ?? 0];
    into.values[place] = fold === "sum" ? mine + theirs : Math.max(mine, theirs);
  }
  addSketch(into.latency, other.latency);
}
