/** traces: what followed from one ingress message, read from the journal. */
import { z } from "zod";
import { addressView } from "../shapes/address.ts";
import { entityStatus } from "../entities/entity-row.ts";
import { journalReach, pastView } from "../shapes/era.ts";
import { filterInput, lookedView } from "../shapes/filter.ts";
import { journalEntryView, messageView } from "../shapes/journal.ts";
import { query } from "../operation.ts";
import { nextCursor, page } from "../shapes/page.ts";
import { waitReasonView } from "../shapes/wait-reason.ts";

export const traceRow = z.strictObject({
  trace: z.number(),
  atMs: z.number(),
  target: addressView,
  valueType: z.string(),
  preview: z.string(),
  hops: z.number(),
  status: z.enum(["completed", "parked", "running"]),
  past: pastView.nullable(),
});
export type TraceRow = z.output<typeof traceRow>;

/** Where messages of a trace wait, and why. */
const traceWait = z.strictObject({
  address: addressView,
  status: entityStatus,
  mailboxDepth: z.number(),
  waitReason: waitReasonView.nullable(),
});
export type TraceWait = z.output<typeof traceWait>;

/** How far the journal goes back; null when it keeps nothing. */
const reach = journalReach.nullable();
const past = pastView.nullable();

/** What is known of a trace. */
export const traceStory = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("told"), reach, past, beginsBeforeReach: z.boolean() }),
  /** The message was accepted, and it has not been consumed yet. */
  z.strictObject({ kind: z.literal("waiting"), reach, message: messageView, wait: traceWait.nullable() }),
  /** Nothing ever had this number. */
  z.strictObject({ kind: z.literal("never"), reach, newest: z.number() }),
  /** The number belongs to something else, which a record names. */
  z.strictObject({
    kind: z.literal("other"),
    reach,
    what: z.enum(["record", "message", "delayed", "egress"]),
    record: z.number(),
    trace: z.number().nullable(),
    address: addressView,
  }),
  /** A restore took it back, and no record tells of it. */
  z.strictObject({ kind: z.literal("undone"), reach, past: pastView }),
  /** Older than what the journal keeps. */
  z.strictObject({ kind: z.literal("older"), reach, past }),
  /** No record tells of it, and nothing that waits was found to be it. `complete` is true when everything that waits was looked at. */
  z.strictObject({ kind: z.literal("unknown"), reach, past, looked: z.number(), complete: z.boolean() }),
]);
export type TraceStory = z.output<typeof traceStory>;

/** What the gateway remembers, since its start, of a hop beside its record. */
const hopTiming = z.strictObject({
  record: z.number(),
  /** When its epoch was on the disk; null when that is no longer known, or has not happened yet. */
  durableMs: z.number().nullable(),
  /** Attempts that failed before it ended, oldest first; fewer than the record counts when some are forgotten. */
  attempts: z.array(
    z.strictObject({ attempt: z.number(), atMs: z.number(), durationMs: z.number(), code: z.string(), message: z.string() }),
  ),
});
export type HopTiming = z.output<typeof hopTiming>;

const traceDetail = z.strictObject({
  trace: z.number(),
  records: z.array(journalEntryView),
  complete: z.boolean(),
  story: traceStory,
  waits: z.array(traceWait),
  timings: z.array(hopTiming),
});
export type TraceDetail = z.output<typeof traceDetail>;

export const traces = {
  list: query({
    summary: "Traces, newest first; those that fit a filter",
    access: "read",
    scope: "namespaces",
    input: z.object({ ...page, filter: filterInput("trace").default("") }),
    output: z.strictObject({ items: z.array(traceRow), cursor: nextCursor, reach, looked: lookedView }),
    problems: ["INVALID_CURSOR", "CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "GET", path: "/v1/traces" },
    mcp: [{ tool: "traces" }],
  }),
  get: query({
    summary: "One trace: its records, what is known of it, where its messages wait",
    unmasks: "fields",
    access: "read",
    scope: "namespaces",
    input: z.object({ trace: z.number().int().nonnegative() }),
    output: traceDetail,
    problems: ["CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "GET", path: "/v1/traces/{trace}" },
    mcp: [{ tool: "trace", about: "`waits` says where its messages stand and why." }],
  }),
} as const;
