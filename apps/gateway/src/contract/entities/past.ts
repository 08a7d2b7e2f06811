/** The past of one entity: its values as of a moment, and who wrote them. */
import { z } from "zod";
import { address, addressView } from "../shapes/address.ts";
import { messageView } from "../shapes/journal.ts";
import { valueView } from "../shapes/value.ts";

const sequence = z.number().int().nonnegative();

/** A moment: just after what has this number, or after all that had ended by this time. One of the two. */
export const asOfInput = address
  .extend({ sequence: sequence.optional(), atMs: z.number().int().nonnegative().optional() })
  .refine((input) => input.sequence === undefined || input.atMs === undefined, "give sequence or atMs, not both")
  .refine((input) => (input.sequence ?? input.atMs) !== undefined, "give sequence (a record's number) or atMs (a time in milliseconds)");

const valueAsOf = z.strictObject({
  name: z.string(),
  /** Null: there was none. */
  value: valueView.nullable(),
  /** From where it is known: what the next change found, what is there now, or what the last change before left (it may have expired since). */
  evidence: z.enum(["next-change", "present", "last-change"]),
  writer: z.number().nullable(),
  /** It had been written and expired at a time that nothing recorded. */
  perhapsExpired: valueView.nullable(),
});
export type ValueAsOfView = z.output<typeof valueAsOf>;

const waitingAsOf = z.strictObject({
  /** By number: accepted or sent by then, and consumed later or still there; a value that was replaced since has size and type alone. At most 100. */
  messages: z.array(messageView),
  messagesTotal: z.number(),
  editedSince: z.array(z.number()),
  /** Thrown away by a person since: what the record says of them. */
  discardedSince: z.array(z.strictObject({ sequence: z.number(), detail: z.string() })),
  /** At most so many more, in batches whose records list their first messages only. */
  unlisted: z.number(),
  /** False: a restore, an erasure of it or too many records lie between then and now; more may have waited. */
  complete: z.boolean(),
  /** Delayed messages that it had set, by when they were due, at most 100. */
  timers: z.array(
    z.strictObject({
      sequence: z.number(),
      dueMs: z.number(),
      target: addressView,
      value: valueView,
      cancellationToken: z.string(),
      setBy: z.number(),
      setMs: z.number(),
      /** It is still set today; or it was due after the moment and the entity had not cancelled it. */
      evidence: z.enum(["present", "due-later"]),
    }),
  ),
  timersTotal: z.number(),
  /** What was set before this record is not known; null: all that the journal tells of the entity was read. */
  timersSince: z.strictObject({ sequence: z.number(), atMs: z.number() }).nullable(),
});
export type WaitingAsOfView = z.output<typeof waitingAsOf>;

export const stateAsOf = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("known"),
    sequence: z.number(),
    lastRecordMs: z.number().nullable(),
    values: z.array(valueAsOf),
    /** False: a restore or too many records lie between then and now, and values that no record tells of may be missing. */
    complete: z.boolean(),
    /** Null: this runtime does not know what waited. */
    waiting: waitingAsOf.nullable(),
  }),
  z.strictObject({ kind: z.literal("beyond-reach"), reachSequence: z.number(), reachMs: z.number() }),
  z.strictObject({ kind: z.literal("no-journal") }),
]);
export type StateAsOfView = z.output<typeof stateAsOf>;

const changedBy = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("function"),
    endpoint: z.string(),
    messagesTotal: z.number(),
    /** The first of the batch. */
    message: z.strictObject({ sequence: z.number(), trace: z.number(), caller: addressView.nullable(), typename: z.string() }).nullable(),
  }),
  z.strictObject({ kind: z.literal("act"), act: z.string(), detail: z.string() }),
]);

export const valueChange = z.strictObject({
  sequence: z.number(),
  atMs: z.number(),
  by: changedBy,
  before: valueView.nullable(),
  after: valueView.nullable(),
});
export type ValueChangeView = z.output<typeof valueChange>;

const fieldBlame = z.strictObject({
  /** Keys of the document, joined by dots; empty: the whole value. */
  path: z.string(),
  now: z.string(),
  /** Undefined where the field has no earlier value within the changes. */
  before: z.string().nullable(),
  /** Index into the value's changes; null: none of those that were read changed it. */
  change: z.number().nullable(),
});
export type FieldBlameView = z.output<typeof fieldBlame>;

export const blameInput = address.extend({
  before: sequence.optional(),
  changes: z.number().int().min(1).max(100).default(20),
});

export const blame = z.strictObject({
  values: z.array(z.strictObject({ name: z.string(), changes: z.array(valueChange), fields: z.array(fieldBlame), more: z.boolean() })),
  recordsRead: z.number(),
  complete: z.boolean(),
});
export type BlameView = z.output<typeof blame>;
