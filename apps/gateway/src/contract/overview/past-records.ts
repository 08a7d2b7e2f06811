/**
 * past: finds a moment in the journal, how far back the journal reaches, and what its records tell of a piece of time. Neighbour:
 * rollups.ts has the numbers.
 */
import { z } from "zod";
import { journalReach } from "../shapes/era.ts";
import { filterInput, lookedView } from "../shapes/filter.ts";
import { tailRow } from "./flow.ts";
import { query } from "../operation.ts";

const time = z.number().int().nonnegative().max(8_640_000_000_000_000);
const recordRowsMax = 1_000;

const reach = z.strictObject({
  /** The oldest record of the journal; null when it keeps nothing, or the runtime has none. */
  journal: journalReach.nullable(),
  /** How many numbers were given since that record; each message, record and egress record has one. */
  numbered: z.number(),
  /** The oldest second of which numbers are kept. */
  rollupsMs: z.number().nullable(),
  rollupBytes: z.number(),
  rollupBytesMax: z.number(),
  /** What limits the journal; null when this runtime does not say. */
  retention: z.strictObject({ level: z.string(), bytesMax: z.number(), ageMs: z.number() }).nullable(),
});
export type ReachView = z.output<typeof reach>;

const dot = z.strictObject({ edge: z.string(), sequence: z.number(), trace: z.number(), atMs: z.number(), failed: z.boolean() });

const records = z.strictObject({
  /** Newest first, or oldest first when the question was for rows from a moment on. */
  rows: z.array(tailRow),
  /** Every message that these records sent, took in or gave to an egress. */
  dots: z.array(dot),
  recordsRead: z.number(),
  /** False when the range holds more than could be read; `readToMs` is how far it was read. */
  complete: z.boolean(),
  readToMs: z.number().nullable(),
  looked: lookedView,
});
export type PastRecordsView = z.output<typeof records>;

export const past = {
  reach: query({
    summary: "How far back the journal and the kept numbers reach, and what bounds them",
    access: "read",
    scope: "namespaces",
    input: z.object({}),
    output: reach,
    problems: ["ROLLUPS_UNAVAILABLE"],
    http: { method: "GET", path: "/v1/past/reach" },
  }),
  moment: query({
    summary: "The last record that had ended by a time; null: the journal does not reach it",
    access: "read",
    scope: "namespaces",
    input: z.object({ atMs: time }),
    output: z.strictObject({ sequence: z.number().nullable(), recordMs: z.number().nullable() }),
    problems: ["CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "GET", path: "/v1/past/moment" },
  }),
  records: query({
    summary: "What the journal tells of a piece of time, as rows of the tail and as messages that moved",
    access: "read",
    scope: "namespaces",
    input: z
      .object({
        fromMs: time,
        toMs: time,
        /** A function type; empty for all. */
        type: z.string().max(1_024).default(""),
        only: z.enum(["all", "failed"]).default("all"),
        order: z.enum(["newest", "oldest"]).default("newest"),
        limit: z.number().int().min(1).max(recordRowsMax).default(200),
        /** Filters the rows only; the dots show everything that moved. */
        filter: filterInput("row").default(""),
      })
      .refine(({ fromMs, toMs }) => toMs >= fromMs, { error: "toMs is before fromMs" }),
    output: records,
    problems: ["CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "GET", path: "/v1/past/records" },
  }),
} as const;
