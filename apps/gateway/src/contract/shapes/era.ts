/**
 * Eras: the time between two restores, what became of something in one of them, and how far the journal reaches.
 */
import { z } from "zod";

/** Something in an era before the present one: which restore ended that era, and whether a restore took it back. */
export const pastView = z.strictObject({
  era: z.number(),
  endedMs: z.number(),
  undone: z.strictObject({ atMs: z.number(), savepoint: z.string() }).nullable(),
  /** The savepoint that has it, when it still counts. */
  keptIn: z.string().nullable(),
});
export type PastView = z.output<typeof pastView>;

export const eraView = z.strictObject({
  number: z.number(),
  beganMs: z.number(),
  firstSequence: z.number(),
  savepoint: z.strictObject({ name: z.string(), epoch: z.number(), createdMs: z.number() }),
});
export type EraView = z.output<typeof eraView>;

/** A function type that nobody knows now: the last era that knew it, and the restore that ended that era. */
export const knownBefore = z.strictObject({ era: z.number(), endedMs: z.number(), savepoint: z.string() });
export type KnownBefore = z.output<typeof knownBefore>;

/** The oldest record of the journal: a list that ends there looked no further. */
export const journalReach = z.strictObject({ atMs: z.number(), sequence: z.number() });
export type JournalReach = z.output<typeof journalReach>;
