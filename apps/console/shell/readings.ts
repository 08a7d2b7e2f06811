/**
 * Readings: every live number of the console, defined once. Its word, what it counts and over how long are in words/shell under the same
 * key, so that Overview, strip, sidebar, Flow and Functions never show two numbers under one name. The windows are those with which the
 * gateway counts (shared/rolling-seconds.ts).
 */
import { grouped, rate } from "../format/numbers.ts";
import { duration } from "../format/times.ts";
import type { StatusSummary } from "../trpc/views.ts";
import type { ShellWords } from "../words/shell/en.ts";

export type SummaryReading = keyof ShellWords["readings"];

export const readings = {
  epoch: (summary) => grouped(summary.epoch),
  in: (summary) => rate(summary.inPerSecond),
  invocations: (summary) => rate(summary.invocationsPerSecond),
  failures: (summary) => rate(summary.failuresPerSecond),
  p50: (summary) => latency(summary.p50Ms),
  p99: (summary) => latency(summary.p99Ms),
  waiting: (summary) => grouped(summary.waiting),
  parkedMessages: (summary) => grouped(summary.parkedMessages),
  inFlight: (summary) => grouped(summary.inFlight),
  parked: (summary) => grouped(summary.parked),
  durable: (summary) => duration(summary.durableAgoMs),
} as const satisfies Record<SummaryReading, (summary: StatusSummary) => string>;

function latency(ms: number | null): string {
  return ms === null ? "–" : duration(ms);
}
