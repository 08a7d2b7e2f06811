/**
 * BulkAct: an act on many entities that runs by itself: on all that one cause of failures holds up, or on all that fit a filter.
 * bulkActDetail shows one act in full.
 */
import { z } from "zod";
import { addressView } from "../shapes/address.ts";
import { isLineOfText } from "../shapes/line-of-text.ts";

const bulkActions = ["retry", "discard", "pause", "resume", "clear-state"] as const;

export const actNameCharactersMax = 100;
/** The name that a person gives an act, to find it again; empty when it has none. */
export const actName = z.string().trim().max(actNameCharactersMax).refine(isLineOfText, "a name is one line of text").default("");

export const bulkAct = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The cause's fingerprint; empty when the act reaches what fits `filter`. */
  fingerprint: z.string(),
  title: z.string(),
  where: z.string(),
  /** For an act on a cause: only ids that begin with this; empty for all. */
  prefix: z.string(),
  filter: z.string(),
  action: z.enum(bulkActions),
  by: z.string(),
  startedMs: z.number(),
  endedMs: z.number().nullable(),
  state: z.enum(["running", "done", "cancelled"]),
  /** Why it was ended although nobody cancelled it: the person who began it may no longer do it. Otherwise null. */
  stopped: z.string().nullable(),
  /** The entities that are known so far; those of a filter are found while it runs. */
  entities: z.number(),
  acted: z.number(),
  /** Of the entities that were retried, those that have failed again by now. */
  failedAgain: z.number(),
  /** Entities that could not be acted on, because they had gone on by themselves. */
  refused: z.number(),
  ratePerSecond: z.number().nullable(),
  /** What was counted before it began; null for a filter, whose entities are found while it runs. */
  reach: z
    .strictObject({
      entities: z.number(),
      parked: z.number(),
      /** Messages that wait behind the first message of each entity. */
      messagesBehind: z.number(),
      /** False when there were more than were counted. */
      complete: z.boolean(),
    })
    .nullable(),
});
export type BulkActRow = z.output<typeof bulkAct>;

export const actOutcomes = ["acted", "failed-again", "refused"] as const;
export type ActOutcome = (typeof actOutcomes)[number];

/** One act with the outcome of each entity, as far as outcomes are kept. */
export const bulkActDetail = z.strictObject({
  ...bulkAct.shape,
  /** The outcomes in the order in which the entities were acted on. */
  outcomes: z.array(
    z.strictObject({
      address: addressView,
      outcome: z.enum(actOutcomes),
      /** The trace of the message that was acted on; null when it is not known, as for a filter. */
      trace: z.number().nullable(),
    }),
  ),
  /** The number of entities whose outcome is only counted, because the list was full. */
  outcomesLeftOut: z.number(),
});
export type BulkActDetail = z.output<typeof bulkActDetail>;
