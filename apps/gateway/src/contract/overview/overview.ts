/**
 * overview: the status strip's numbers and the ten-minute timeline, for the first paint; live.stream keeps them current.
 */
import { z } from "zod";
import { breakpointRow } from "../messages/breakpoints.ts";
import { nothing, query } from "../operation.ts";
import { pauseRow } from "../functions/pauses.ts";

const healthProblem = {
  code: z.string(),
  message: z.string(),
  place: z.string(),
  cure: z.string(),
  sinceMs: z.number(),
};
const healthView = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("running") }),
  z.strictObject({ kind: z.literal("draining") }),
  z.strictObject({ kind: z.literal("store-failed"), ...healthProblem }),
  z.strictObject({ kind: z.literal("stopped"), ...healthProblem }),
  z.strictObject({ kind: z.literal("cluster-failed"), ...healthProblem }),
]);

/** The status strip and the sidebar's live numbers. */
export const statusSummary = z.strictObject({
  atMs: z.number(),
  health: healthView,
  /** The worst state of everything below, as of now. */
  indicator: z.enum(["clear", "caution", "danger"]),
  epoch: z.number(),
  durableAgoMs: z.number(),
  inPerSecond: z.number(),
  invocationsPerSecond: z.number(),
  failuresPerSecond: z.number(),
  /** The latency of invocations in the last 10 s; null when none ended. */
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Messages that wait for their turn; those of parked entities wait for a person. */
  waiting: z.number(),
  parkedMessages: z.number(),
  inFlight: z.number(),
  parked: z.number(),
  paused: z.number(),
  backingOff: z.number(),
  /** Null for people who do not see all namespaces. */
  delayed: z.number().nullable(),
  troubledEndpoints: z.number(),
  /** The breakpoints that hold messages now; empty when the runtime has none. */
  breakpoints: z.array(breakpointRow),
  /** Function types and endpoints that are paused, then entities whose pause has an end. */
  pauses: z.array(pauseRow),
  functionTypes: z.number(),
  /** Null for people who do not see all namespaces. */
  modules: z.number().nullable(),
  savepoints: z.number().nullable(),
  /** The longest that the gateway's thread was held in the last minute. */
  heldMs: z.number(),
});
export type StatusSummary = z.output<typeof statusSummary>;

export const timelineBucket = z.strictObject({
  atMs: z.number(),
  messages: z.number(),
  /** Attempts that failed in that second. */
  failures: z.number(),
  /** What people did in that second. */
  marks: z.array(z.strictObject({ kind: z.enum(["savepoint", "restore", "module", "restart"]), text: z.string() })),
});
export type TimelineBucket = z.output<typeof timelineBucket>;

export const overview = {
  summary: query({
    summary: "The numbers of the status strip",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: statusSummary,
    problems: [],
    http: { method: "GET", path: "/v1/summary" },
    mcp: [{ tool: "overview", about: "Begin here: is it well, what waits, what failed?" }],
  }),
  /** The name that the operation had before. */
  pulse: query({
    summary: "The numbers of the status strip, by their old name",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: statusSummary.extend({ lamp: statusSummary.shape.indicator }),
    problems: [],
    deprecated: "GET /v1/summary; `lamp` is `indicator` there",
    trpc: false,
    http: { method: "GET", path: "/v1/pulse" },
  }),
  timeline: query({
    summary: "Ten minutes by the second",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(timelineBucket),
    problems: [],
  }),
} as const;
