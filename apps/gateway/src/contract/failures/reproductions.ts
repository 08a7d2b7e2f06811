/**
 * reproductions: the fewest recorded messages with which an entity's function fails as it did, found by calling it again and again beside the real
 * entity. Neighbour: services/reproductions searches.
 */
import { z } from "zod";
import { address, addressView } from "../shapes/address.ts";
import { failureView } from "../shapes/failure.ts";
import { filterInput } from "../shapes/filter.ts";
import { messageView } from "../shapes/journal.ts";
import { done, mutation, query } from "../operation.ts";
import { valueView } from "../shapes/value.ts";

export const reproductionStates = [
  "running",
  /** None of the messages can be left out. */
  "found",
  /** A bound was met: these fail, and fewer may do. */
  "bounded",
  "not-reproduced",
  /** The same messages failed once and once they did not. */
  "unstable",
  "endpoint-away",
  "cancelled",
] as const;

export const reproductionRow = z.strictObject({
  address: addressView,
  by: z.string(),
  startedMs: z.number(),
  endedMs: z.number().nullable(),
  state: z.enum(reproductionStates),
  /** Which bound ended it. */
  bound: z.enum(["calls", "bytes", "time"]).nullable(),
  /** The failure that is to happen again; null: `until` is looked for. */
  wanted: failureView.nullable(),
  /** What the state of the entity is to be, in the filter language; null: a failure is looked for. */
  until: z.string().nullable(),
  /** What happened: the same, or in its place something else; null: nothing failed. */
  got: failureView.nullable(),
  /** Recorded messages that were looked at. */
  considered: z.number(),
  /** The fewest so far that fail, as they were given to the function, oldest first; all, before the first try. */
  messages: z.array(messageView),
  /** What the entity held before the first of all that were looked at. */
  before: z.array(z.strictObject({ name: z.string(), value: valueView })),
  /** False: there may have been values that no record tells of. */
  beforeComplete: z.boolean(),
  /** Where what was looked at begins, and why. */
  notes: z.array(z.string()),
  tries: z.number(),
  calls: z.number(),
  callsMax: z.number(),
  bytesSent: z.number(),
  /** The first message to which the function had two answers when it got the same messages twice. */
  differsAt: z.number().nullable(),
});
export type ReproductionRow = z.output<typeof reproductionRow>;

const ofOneType = { scope: { namespaceOf: "type" }, subject: ["type", "id"] } as const;

export const reproductions = {
  start: mutation({
    summary:
      "Search for the fewest recorded messages with which an entity's function fails as it did, or its state becomes what a condition says: it is called beside the entity, and nothing that it does counts",
    access: "operate",
    ...ofOneType,
    input: address.extend({
      /** Absent: the failure that holds it up now, or else its last. */
      record: z.number().int().nonnegative().optional(),
      /** A condition over its state that is looked for instead of a failure: state.total < 0. */
      until: filterInput("state")
        .refine((text) => text.trim() !== "", "write a condition: state.total < 0")
        .nullable()
        .default(null),
      messagesMax: z.number().int().min(1).max(500).default(100),
      callsMax: z.number().int().min(1).max(20_000).default(2_000),
      secondsMax: z.number().int().min(1).max(600).default(60),
    }),
    output: reproductionRow,
    problems: ["REPLAY_NOT_ALLOWED", "NOTHING_TO_REPRODUCE", "REPRODUCTIONS_BUSY", "CAPABILITY_MISSING"],
    needs: "journal",
    http: { method: "POST", path: "/v1/reproductions" },
  }),
  get: query({
    summary: "The last search for a reproduction of an entity's failure: how far it is, and what it found; null: there was none",
    unmasks: "fields",
    access: "read",
    ...ofOneType,
    input: address,
    output: reproductionRow.nullable(),
    problems: [],
    http: { method: "GET", path: "/v1/reproductions" },
    mcp: [
      { tool: "reproduction", about: "People begin a search. `messages` with `before` is what makes the function fail, `wanted` how." },
    ],
  }),
  cancel: mutation({
    summary: "End a search for a reproduction",
    access: "operate",
    ...ofOneType,
    input: address,
    output: done,
    problems: ["UNKNOWN_REPRODUCTION"],
    http: { method: "POST", path: "/v1/reproductions/cancel" },
  }),
} as const;
