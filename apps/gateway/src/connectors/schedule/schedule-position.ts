/**
 * SchedulePosition: how far a schedule has come, as the text that is kept in the epoch of its messages: the last run, whether it is paused,
 * how many runs were sent, and the last ones for people. When the times of a schedule change it begins anew, because new runs were never
 * missed.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { runKinds } from "../../contract/messages/schedules.ts";
import type { When } from "./schedule-spec.ts";

export interface PastRun {
  readonly dueMs: number;
  readonly atMs: number;
  readonly kind: (typeof runKinds)[number];
}

export interface ScheduleState {
  /** Runs up to this time were sent or left out. */
  readonly lastMs: number;
  readonly pausedSinceMs: number | undefined;
  /** How many runs were sent since the schedule was first declared. */
  readonly sent: number;
  /** Newest last. */
  readonly runs: readonly PastRun[];
}

const runsKeptMax = 40;
const moment = z.number().int();
const kept = z.object({
  when: z.string(),
  last: moment,
  paused: moment.optional(),
  sent: moment,
  runs: z
    .array(
      z.tuple([
        moment,
        moment,
        z
          .number()
          .int()
          .min(0)
          .max(runKinds.length - 1),
      ]),
    )
    .max(runsKeptMax),
});

export function positionText(when: When, { lastMs, pausedSinceMs, sent, runs }: ScheduleState): string {
  return JSON.stringify({
    when: printOf(when),
    last: lastMs,
    paused: pausedSinceMs,
    sent,
    runs: runs.slice(-runsKeptMax).map(({ dueMs, atMs, kind }) => [dueMs, atMs, runKinds.indexOf(kind)]),
  });
}

/** Without a text, or with one of another kind that had the id before, the schedule begins now. */
export function stateOf(when: When, text: string | undefined, nowMs: number): ScheduleState {
  const parsed = kept.safeParse(parseJson(text));
  if (!parsed.success) return { lastMs: nowMs, pausedSinceMs: undefined, sent: 0, runs: [] };
  const { when: print, last, paused, sent, runs } = parsed.data;
  return {
    lastMs: print === printOf(when) ? last : nowMs,
    pausedSinceMs: paused,
    sent,
    runs: runs.map(([dueMs, atMs, kind]) => ({ dueMs, atMs, kind: runKinds[kind] ?? "in-time" })),
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}

function printOf(when: When): string {
  return createHash("sha256").update(JSON.stringify(when)).digest("base64url").slice(0, 12);
}
