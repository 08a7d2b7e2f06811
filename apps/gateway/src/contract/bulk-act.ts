/** BulkAct: an act on many entities that runs by itself: all that a cause of failures holds up, or all that fit a filter. */
import { z } from "zod";

export const bulkActions = ["retry", "discard", "pause", "resume", "clear-state"] as const;

export const bulkAct = z.strictObject({
  id: z.string(),
  /** Of the cause; empty: it reaches what fits `filter`. */
  fingerprint: z.string(),
  title: z.string(),
  where: z.string(),
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
});
export type BulkActRow = z.output<typeof bulkAct>;
