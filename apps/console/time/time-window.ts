/**
 * TimeWindow: the stretch of time that charts show, in whole steps, so that the same question is asked until the next step begins. Pure.
 */
import { rollupAgeMs } from "@signalbox/gateway/shared";
import type { Span } from "./time-cursor.ts";

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

const minute = 60_000;
const fixed: Readonly<Record<Exclude<Span, "all">, { lengthMs: number; stepMs: number }>> = {
  "10 min": { lengthMs: 10 * minute, stepMs: 2_000 },
  "1 h": { lengthMs: 60 * minute, stepMs: 10_000 },
  "6 h": { lengthMs: 360 * minute, stepMs: minute },
  "24 h": { lengthMs: 1_440 * minute, stepMs: 5 * minute },
};
const steps = [2_000, 10_000, 30_000, minute, 5 * minute];
const barsMax = 360;

export interface WindowOf {
  readonly span: Span;
  readonly nowMs: number;
  /** Null for now. */
  readonly atMs: number | null;
  /** The oldest time that is kept; null when it is not known. */
  readonly reachMs: number | null;
}

/** The window ends at now while it contains the moment; otherwise the moment is in its middle. */
export function windowOf({ span, nowMs, atMs, reachMs }: WindowOf): TimeWindow {
  const { lengthMs, stepMs } = span === "all" ? sizeOfAll(nowMs - (reachMs ?? nowMs - rollupAgeMs)) : fixed[span];
  const toNow = Math.ceil(nowMs / stepMs) * stepMs;
  const centred = atMs === null || atMs >= toNow - lengthMs ? toNow : Math.ceil((atMs + lengthMs / 2) / stepMs) * stepMs;
  const toMs = Math.min(toNow, centred);
  return { fromMs: toMs - Math.ceil(lengthMs / stepMs) * stepMs, toMs, stepMs };
}

function sizeOfAll(reachedMs: number): { lengthMs: number; stepMs: number } {
  const lengthMs = Math.max(10 * minute, Math.min(reachedMs, rollupAgeMs + 10 * minute));
  return { lengthMs, stepMs: steps.find((step) => lengthMs / step <= barsMax) ?? 5 * minute };
}

export function placeOf({ fromMs, toMs }: TimeWindow, atMs: number): number {
  return (atMs - fromMs) / (toMs - fromMs);
}

export function momentAt({ fromMs, toMs }: TimeWindow, place: number): number {
  return fromMs + Math.min(1, Math.max(0, place)) * (toMs - fromMs);
}

/** A share of the room that one clock number has: nearer to an edge it would be cut, and "10:02" be read as "0:02". */
const edgeRoom = 0.3;

/** Returns round times of day under a window that fit completely. */
export function clockTimes({ fromMs, toMs }: TimeWindow, most: number): number[] {
  const lengthMs = toMs - fromMs;
  const every = [2, 5, 10, 15, 30, 60, 120, 180, 240, 360].map((minutes) => minutes * minute).find((step) => lengthMs / step <= most);
  const step = every ?? 360 * minute;
  // Whole hours count by the reader's clock, not by UTC.
  const offsetMs = new Date(fromMs).getTimezoneOffset() * minute;
  const edgeMs = (edgeRoom / most) * lengthMs;
  const times: number[] = [];
  for (let at = Math.ceil((fromMs + edgeMs - offsetMs) / step) * step + offsetMs; at <= toMs - edgeMs; at += step) times.push(at);
  return times;
}
