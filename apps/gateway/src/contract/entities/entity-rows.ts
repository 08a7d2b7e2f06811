/**
 * Entities as data: rows with their state in columns, counted, exported and acted on by filter (docs/filters.md). Neighbour: entities.ts
 * has the operations on a single one.
 */
import { z } from "zod";
import { addressView, knownType } from "../shapes/address.ts";
import { actName, bulkAct } from "./bulk-act.ts";
import { entityRow, entityStatus } from "./entity-row.ts";
import { filterInput, lookedView } from "../shapes/filter.ts";
import { bytes, mutation, query } from "../operation.ts";
import { nextCursor, page } from "../shapes/page.ts";

/** The entities of a type that are meant. */
const chosen = { type: knownType, prefix: z.string().max(4_096).default(""), filter: filterInput("entity").default("") };

const cellKinds = ["number", "text", "flag", "other"] as const;

const cell = z.strictObject({
  /** The column as the filter language names it below `state`: `visits`, `account.balance`. */
  path: z.string(),
  kind: z.enum(cellKinds),
  /** A number keeps every digit; a long text is cut. */
  text: z.string(),
});
export type EntityCell = z.output<typeof cell>;

const dataRow = entityRow.extend({
  cells: z.array(cell),
  sizeBytes: z.number(),
  writtenMs: z.number().nullable(),
  failureCode: z.string().nullable(),
});
export type EntityDataRow = z.output<typeof dataRow>;

const column = z.strictObject({ path: z.string(), kind: z.enum(cellKinds) });
export type EntityColumn = z.output<typeof column>;

const tally = z.strictObject({
  looked: lookedView,
  matched: z.number(),
  /** Messages in the entities' mailboxes. */
  waiting: z.number(),
  byStatus: z.array(z.strictObject({ status: entityStatus, entities: z.number() })),
  sample: z.array(addressView),
  /**
   * For the column that was asked for: how many entities have a number in it, and how often each bucket of numbers occurs
   * (shared/number-buckets.ts).
   */
  numbers: z
    .strictObject({ count: z.number(), min: z.number(), max: z.number(), buckets: z.array(z.tuple([z.number(), z.number()])) })
    .nullable(),
  /** The most frequent texts of the column, as far as this step looked. */
  texts: z.array(z.strictObject({ text: z.string(), count: z.number() })),
  /** Null when all were looked at. */
  cursor: nextCursor,
});
export type EntityTally = z.output<typeof tally>;

export const exportFormats = ["jsonl", "csv"] as const;
const exportRowsMax = 1_000_000;
export const matchingActions = ["retry", "pause", "resume", "discard", "clear-state"] as const;
export type MatchingAction = (typeof matchingActions)[number];

const ofType = { scope: { namespaceOf: "type" } } as const;

export const entityRows = {
  rows: query({
    summary: "Entities of a type that fit a filter, by id, with their state in columns",
    access: "read",
    ...ofType,
    input: z.object({ ...chosen, ...page }),
    output: z.strictObject({ columns: z.array(column), items: z.array(dataRow), cursor: nextCursor, looked: lookedView }),
    problems: ["INVALID_CURSOR"],
    http: { method: "GET", path: "/v1/entities/rows" },
  }),
  tally: query({
    summary: "How many entities of a type fit a filter, counted step by step: what one step saw, and the cursor of the next",
    access: "read",
    ...ofType,
    input: z.object({ ...chosen, cursor: page.cursor, column: z.string().max(512).nullish() }),
    output: tally,
    problems: ["INVALID_CURSOR"],
    http: { method: "GET", path: "/v1/entities/tally" },
  }),
  export: bytes({
    summary: "Entities of a type that fit a filter with their state, as CSV or lines of JSON",
    access: "read",
    ...ofType,
    input: z.object({
      ...chosen,
      format: z.enum(exportFormats).default("jsonl"),
      limit: z.number().int().min(1).max(exportRowsMax).default(exportRowsMax),
    }),
    output: z.custom<AsyncIterable<string>>(),
    problems: [],
    trpc: false,
    http: { method: "GET", path: "/v1/entities/export", ownRoute: "the answer is CSV or lines of JSON, as long as it takes" },
  }),
  actOnMatching: mutation({
    summary:
      "Retry, pause or resume all entities of a type that fit a filter, discard the first message of each or clear its state; goes on by itself",
    access: "operate",
    ...ofType,
    subject: ["action", "type", "filter", "name"],
    input: z.object({
      ...chosen,
      action: z.enum(matchingActions),
      ratePerSecond: z.number().min(0.1).max(10_000).nullable().default(null),
      name: actName,
    }),
    output: bulkAct,
    problems: ["BULK_ACTS_BUSY", "CAPABILITY_MISSING"],
    needs: "entity-actions",
    http: { method: "POST", path: "/v1/entities/act-on-matching" },
  }),
} as const;
