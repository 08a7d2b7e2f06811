/**
 * reproductions: the fewest recorded messages with which an entity's function fails as it did, found by calling it again and again without
 * touching the real entity. Neighbour: services/reproductions searches.
 */
import { z } from "zod";
import { address, addressView } from "../shapes/address.ts";
import { failureView } from "../shapes/failure.ts";
import { filterInput } from "../shapes/filter.ts";
import { messageView } from "../shapes/journal.ts";
import { done, mutation, query } from "../operation.ts";
import { valueView } from "../shapes/value.ts";

const reproductionStates = [
  "running",
  /** None of the messages can be left out. */
  "found",
  /** A limit was reached: these messages fail, and fewer may be enough. */
  "bounded",
  "not-reproduced",
  /** The same messages failed once and did not fail another time. */
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
  /** The limit that ended the search. */
  bound: z.enum(["calls", "bytes", "time"]).nullable(),
  /** The failure that has to happen again; null when the search is for `until`. */
  wanted: failureView.nullable(),
  /** The condition that the entity's state has to reach, in the filter language; null when the search is for a failure. */
  until: z.string().nullable(),
  /** What happened: the same failure, or another one instead; null when nothing failed. */
  got: failureView.nullable(),
  /** Recorded messages that were looked at. */
  considered: z.number(),
  /** The fewest messages so far that fail, as they were given to the function, oldest first; before the first try all of them. */
  messages: z.array(messageView),
  /** What the entity held before the first message that was considered. */
  before: z.array(z.strictObject({ name: z.string(), value: valueView })),
  /** False when there may have been values of which no record tells. */
  beforeComplete: z.boolean(),
  /** Where the considered messages begin, and why there. */
  notes: z.array(z.string()),
  tries: z.number(),
  calls: z.number(),
  callsMax: z.number(),
  bytesSent: z.number(),
  /** The first message to which the function gave two different answers when it got the same messages twice. */
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
      /** When absent, the failure is the one that holds the entity up now, or else its last one. */
      record: z.number().int().nonnegative().optional(),
      /** A condition over its state to search for instead of a failure: state.total < 0. */
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
