/**
 * rollups: what happened in each piece of the last day, for charts and for those who want the numbers behind them. Neighbour:
 * shared/rollup-values.ts.
 */
import { z } from "zod";
import { rollupValueNames, type RollupValueName } from "../../shared/rollup-values.ts";
import { query } from "../operation.ts";

/** The most points in one answer; a day has 1 440 minutes. */
const rollupPointsMax = 3_000;
/** The values that are counted for an edge; the others are counted for types. */
export const rollupEdgeValues: readonly RollupValueName[] = ["in", "parked"];
const numbersMax = 60_000;
const stepSecondsMax = 86_400;

/** Empty for everything together, else type:<namespace/name> or endpoint:<id>. */
const subject = z
  .string()
  .max(1_024)
  .regex(/^($|(type|endpoint):.)/, "write nothing for everything, type:<namespace/name>, or endpoint:<id>")
  .default("");
const time = z.number().int().nonnegative().max(8_640_000_000_000_000);
const step = z
  .number()
  .int()
  .min(1_000)
  .max(stepSecondsMax * 1_000)
  .multipleOf(1_000);
const span = z.object({ fromMs: time, toMs: time });

const range = span.extend({ stepMs: step });
function fits({ fromMs, toMs, stepMs }: z.output<typeof range>): boolean {
  return toMs >= fromMs && (toMs - fromMs) / stepMs <= rollupPointsMax;
}
const fitsWords = { error: `toMs is before fromMs, or more than ${rollupPointsMax} steps lie between: ask with a larger stepMs` };

/** Names separated by commas; empty for all of them. */
const chosen = z
  .string()
  .max(400)
  .refine((text) => text === "" || text.split(",").every((name) => rollupValueNames.some((known) => known === name)), {
    error: `write names with commas between: ${rollupValueNames.join(", ")}`,
  })
  .default("");

const column = z.array(z.number().nullable());
const series = {
  /** A number for each bucket from fromMs on; null when the gateway did not run then, or it is no longer kept. */
  values: z.partialRecord(z.enum(rollupValueNames), column),
  /** The latency of completed invocations, ±2 %; null where none ended. */
  p50Ms: column,
  p95Ms: column,
  p99Ms: column,
  /** The percentiles over the whole range. */
  overall: z.strictObject({ p50Ms: z.number().nullable(), p95Ms: z.number().nullable(), p99Ms: z.number().nullable() }),
};

const rollupRange = z.strictObject({
  /** The beginning of the first bucket. */
  fromMs: z.number(),
  /** Larger than asked for when shorter pieces are not kept. */
  stepMs: z.number(),
  /** The oldest second of which anything is kept; null when nothing is yet. */
  reachMs: z.number().nullable(),
  ...series,
});
export type RollupRangeView = z.output<typeof rollupRange>;

export const rollupBusiest = z.strictObject({
  fromMs: z.number(),
  stepMs: z.number(),
  /** How many had messages in the range; for edges, those that had a row of their own. */
  known: z.number(),
  /** For edges the last row may be `other`: the sum of all edges without a row of their own. */
  rows: z.array(z.strictObject({ name: z.string(), ...series })),
});
export type RollupBusiestView = z.output<typeof rollupBusiest>;
export type RollupRowView = RollupBusiestView["rows"][number];

const rollupMark = z.strictObject({
  atMs: z.number(),
  kind: z.enum(["savepoint", "restore", "module", "restart"]),
  text: z.string(),
});
export type RollupMarkView = z.output<typeof rollupMark>;

function isOfEdge(name: string): boolean {
  return rollupEdgeValues.some((known) => known === name);
}

export const rollups = {
  range: query({
    summary: "The kept numbers of a range of time, of everything or of one function type or endpoint",
    access: "read",
    scope: { namespaceOf: "of", afterColon: true },
    input: range.extend({ of: subject, values: chosen }).refine(fits, fitsWords),
    output: rollupRange,
    problems: ["ROLLUPS_UNAVAILABLE"],
    http: { method: "GET", path: "/v1/rollups" },
  }),
  busiest: query({
    summary: "The same of the busiest function types, endpoints or edges of the range",
    access: "read",
    scope: "namespaces",
    input: range
      .extend({
        /**
         * For an edge, p50 to p99 say how long its messages were under way: from when one was sent until the invocation that consumed it
         * had ended.
         */
        of: z.enum(["type", "endpoint", "edge"]).default("type"),
        /** For edges: only those with this function type at one end. */
        touching: z.string().max(1_024).default(""),
        limit: z.number().int().min(1).max(200).default(12),
        values: chosen,
      })
      .refine(fits, fitsWords)
      .refine(({ of, touching }) => touching === "" || of === "edge", {
        error: "touching chooses among edges: ask with of=edge, or leave it out",
      })
      .refine(({ of, values }) => of !== "edge" || values === "" || values.split(",").every(isOfEdge), {
        error: `of an edge are counted: ${rollupEdgeValues.join(", ")}`,
      })
      .refine(({ fromMs, toMs, stepMs, limit }) => ((toMs - fromMs) / stepMs) * limit <= numbersMax, {
        error: `limit times steps is above ${numbersMax}: ask for fewer, or with a larger stepMs`,
      }),
    output: rollupBusiest,
    problems: ["ROLLUPS_UNAVAILABLE"],
    http: { method: "GET", path: "/v1/rollups/busiest" },
  }),
  marks: query({
    summary: "What people and the gateway did in a range of time: savepoints, restores, modules, starts",
    access: "read",
    scope: "gateway",
    input: span,
    output: z.array(rollupMark),
    problems: ["ROLLUPS_UNAVAILABLE"],
    http: { method: "GET", path: "/v1/rollups/marks" },
  }),
} as const;
