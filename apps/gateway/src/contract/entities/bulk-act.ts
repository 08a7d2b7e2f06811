/** BulkAct: an act on many entities that runs by itself: all that a cause of failures holds up, or all that fit a filter; and one of them whole. */
import { z } from "zod";
import { addressView } from "../shapes/address.ts";
import { isLineOfText } from "../shapes/line-of-text.ts";

export const bulkActions = ["retry", "discard", "pause", "resume", "clear-state"] as const;

export const actNameCharactersMax = 100;
/** What a person calls an act, to find it again; empty: it has no name. */
export const actName = z.string().trim().max(actNameCharactersMax).refine(isLineOfText, "a name is one line of text").default("");

export const bulkAct = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** Of the cause; empty: it reaches what fits `filter`. */
  fingerprint: z.string(),
  title: z.string(),
  where: z.string(),
  /** Of a cause: only ids that begin so; empty: all. */
  prefix: z.string(),
  filter: z.string(),
  action: z.enum(bulkActions),
  by: z.string(),
  startedMs: z.number(),
  endedMs: z.number().nullable(),
  state: z.enum(["running", "done", "cancelled"]),
  /** Why it was ended though nobody cancelled it: whoever did it may do it no more; else null. */
  stopped: z.string().nullable(),
  /** As far as they are known: those of a filter are found on the way. */
  entities: z.number(),
  acted: z.number(),
  /** Of those retried: they failed again by now. */
  failedAgain: z.number(),
  /** Could not be acted on: they had gone on by themselves. */
  refused: z.number(),
  ratePerSecond: z.number().nullable(),
  /** What was counted before it began; null: those of a filter are found on the way. */
  reach: z
    .strictObject({
      entities: z.number(),
      parked: z.number(),
      /** Behind the first message of each. */
      messagesBehind: z.number(),
      /** False: there were more than were counted. */
      complete: z.boolean(),
    })
    .nullable(),
});
export type BulkActRow = z.output<typeof bulkAct>;

export const actOutcomes = ["acted", "failed-again", "refused"] as const;
export type ActOutcome = (typeof actOutcomes)[number];

/** One act with what came of each entity, as far as that is kept. */
export const bulkActDetail = z.strictObject({
  ...bulkAct.shape,
  /** In the order in which they were acted on. */
  outcomes: z.array(
    z.strictObject({
      address: addressView,
      outcome: z.enum(actOutcomes),
      /** Of the message that it was done to; null: it is not known, as of what fits a filter. */
      trace: z.number().nullable(),
    }),
  ),
  /** Acted on after as many as are kept: they are counted alone. */
  outcomesLeftOut: z.number(),
});
export type BulkActDetail = z.output<typeof bulkActDetail>;
