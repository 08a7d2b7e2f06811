/**
 * RollingCounters: counters over the last minute and latency percentiles over the last ten seconds, to which the counts of whole digests
 * are added. `Ticks` is the shared second that the flow's timer moves.
 */
import type { Histogram } from "hdr-histogram-js";
// The package's index loads its codecs, a WebAssembly twin and a formatter too: 20 ms of each start.
import int32Histogram from "hdr-histogram-js/dist/Int32Histogram.js";
import { latencySeconds } from "../shared/rolling-seconds.ts";
import type { LatencyCounts } from "./flow-digest.ts";
import { latencyUnitsMax, latencyUnitsPerMs } from "./latency-counter.ts";

export interface Ticks {
  second: number;
}

const slotsMax = 64;
/** A wall clock that is put back by more makes windows and the timeline begin anew; by less they wait for it. */
export const clockBackSecondsMax = 5;

export class RollingRate {
  total = 0;
  readonly #ticks: Ticks;
  readonly #slots = new Uint32Array(slotsMax);
  #bornSecond: number;
  #second: number;

  constructor(ticks: Ticks) {
    this.#ticks = ticks;
    this.#second = ticks.second;
    this.#bornSecond = ticks.second;
  }

  add(count: number): void {
    if (this.#second !== this.#ticks.second) this.#advance();
    const slot = this.#second & (slotsMax - 1);
    this.#slots[slot] = (this.#slots[slot] ?? 0) + count;
    this.total += count;
  }

  /** Over the last `spanSeconds` full seconds and the running one; at most 60. */
  perSecond(spanSeconds: number, nowMs: number): number {
    if (this.#second !== this.#ticks.second) this.#advance();
    const span = Math.min(spanSeconds, 60, this.#second - this.#bornSecond);
    let sum = 0;
    for (let back = 0; back <= span; back += 1) sum += this.#slots[(this.#second - back) & (slotsMax - 1)] ?? 0;
    const elapsed = nowMs / 1000 - (this.#second - span);
    return sum / Math.max(1, elapsed);
  }

  #advance(): void {
    const { second } = this.#ticks;
    if (second < this.#second) {
      if (this.#second - second <= clockBackSecondsMax) return;
      this.#slots.fill(0);
      this.#bornSecond = second;
    }
    for (let empty = Math.max(this.#second + 1, second - slotsMax + 1); empty <= second; empty += 1)
      this.#slots[empty & (slotsMax - 1)] = 0;
    this.#second = second;
  }
}

const halfSeconds = latencySeconds / 2;

/** Making a histogram costs far more than resetting one; this one serves every reading of a percentile. */
let merged: Histogram | undefined;

export class RollingLatency {
  readonly #ticks: Ticks;
  #current: Histogram | undefined;
  #previous: Histogram | undefined;
  #turnedSecond: number;

  constructor(ticks: Ticks) {
    this.#ticks = ticks;
    this.#turnedSecond = ticks.second;
  }

  add(counts: LatencyCounts): void {
    if (counts.length === 0) return;
    this.#turn();
    this.#current ??= newHistogram();
    for (let at = 0; at < counts.length; at += 2) this.#current.recordValueWithCount(counts[at] ?? 0, counts[at + 1] ?? 0);
  }

  /** Null when nothing was recorded in the last five to ten seconds. */
  percentile(percent: number): number | null {
    return percentileOf([this], percent);
  }

  /** What was counted, newest first; it is reset later on, so it is to be read at once. */
  counted(): Histogram[] {
    this.#turn();
    return [this.#current, this.#previous].filter((histogram) => histogram !== undefined).filter(({ totalCount }) => totalCount > 0);
  }

  #turn(): void {
    const age = this.#ticks.second - this.#turnedSecond;
    if (age < halfSeconds && age >= -clockBackSecondsMax) return;
    const spare = this.#previous;
    const isRecent = age >= 0 && age < 2 * halfSeconds;
    this.#previous = isRecent ? this.#current : undefined;
    if (!isRecent) this.#current = undefined;
    spare?.reset();
    this.#current = spare;
    this.#turnedSecond = this.#ticks.second;
  }
}

/** The sum of all of them. */
export function percentileOf(latencies: readonly RollingLatency[], percent: number): number | null {
  const counted = latencies.flatMap((latency) => latency.counted());
  const [first] = counted;
  if (first === undefined) return null;
  if (counted.length === 1) return first.getValueAtPercentile(percent) / latencyUnitsPerMs;
  merged ??= newHistogram();
  merged.reset();
  for (const histogram of counted) merged.add(histogram);
  return merged.getValueAtPercentile(percent) / latencyUnitsPerMs;
}

/** Two significant digits: about 10 KB. */
function newHistogram(): Histogram {
  const [lowest, significantDigits] = [1, 2];
  return new int32Histogram.default(lowest, latencyUnitsMax, significantDigits);
}
