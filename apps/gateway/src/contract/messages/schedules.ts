/**
 * schedules: ingresses that run by the clock: when they run next, what they sent, and what a person does with them.
 */
import { z } from "zod";
import { addressView, utf8Text } from "../shapes/address.ts";
import { done, mutation, nothing, query } from "../operation.ts";

const part = utf8Text.min(1).max(512);
const name = { namespace: part, name: part };
const scope = { namespaceOf: "namespace" } as const;

const scheduleActs = ["pause", "resume", "run-now"] as const;

/** left-out means that from this run on some were missed and not sent. */
export const runKinds = ["in-time", "missed", "by-hand", "left-out"] as const;

const timing = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("cron"), cron: z.string(), timeZone: z.string() }),
  /** Counted from 1970 on. */
  z.strictObject({ kind: z.literal("every"), everyMs: z.number() }),
  z.strictObject({ kind: z.literal("at"), atMs: z.array(z.number()) }),
]);

const missedRuns = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("one") }),
  z.strictObject({ kind: z.literal("all"), max: z.number() }),
  z.strictObject({ kind: z.literal("skip") }),
]);

const scheduleFacts = z.strictObject({
  /** The schedule as a person reads it. */
  when: z.string(),
  misfire: z.string(),
  /** The same two as data, for whoever words them in another language. */
  timing,
  missed: missedRuns,
  target: addressView,
  pausedSinceMs: z.number().nullable(),
  /** The next runs; none while it is paused, or when none is left. */
  nextMs: z.array(z.number()),
  /** The number of all runs, since it was first declared. */
  sent: z.number(),
  /** The last runs, newest first. */
  runs: z.array(z.strictObject({ dueMs: z.number(), atMs: z.number(), kind: z.enum(runKinds) })),
});
/** What a schedule reports of itself. Times are those at which it sends. */
export type ScheduleFacts = z.output<typeof scheduleFacts>;

const scheduleView = z.strictObject({
  /** The id of the ingress. */
  id: z.string(),
  module: z.string(),
  /** Null when the ingress is not open; GET /v1/connectors says why. */
  schedule: scheduleFacts.nullable(),
});
export type ScheduleView = z.output<typeof scheduleView>;

export const schedules = {
  list: query({
    summary: "Every schedule that modules declare, its next runs and its last ones",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(scheduleView),
    problems: [],
    http: { method: "GET", path: "/v1/schedules", under: "schedules" },
  }),
  get: query({
    summary: "One schedule",
    access: "read",
    scope,
    input: z.object(name),
    output: scheduleView,
    problems: ["UNKNOWN_SCHEDULE"],
    http: { method: "GET", path: "/v1/schedules/{namespace}/{name}" },
  }),
  act: mutation({
    summary: "Pause a schedule, let it go on from now, or run it once now; durable when answered",
    access: "operate",
    scope,
    input: z.object({ ...name, act: z.enum(scheduleActs) }),
    output: done,
    problems: ["UNKNOWN_SCHEDULE", "SCHEDULE_NOT_OPEN"],
    subject: ["namespace", "name", "act"],
    http: { method: "POST", path: "/v1/schedules/{namespace}/{name}/{act}" },
  }),
} as const;
