/**
 * The past of one entity: its values as of a moment, and who wrote them.
 */
import { z } from "zod";
import { address, addressView } from "../shapes/address.ts";
import { messageView } from "../shapes/journal.ts";
import { valueView } from "../shapes/value.ts";

const sequence = z.number().int().nonnegative();

/**
 * A moment: just after the record or message with this number, or after all that had ended by this time. Exactly one of the two is given.
 */
export const asOfInput = address
  .extend({ sequence: sequence.optional(), atMs: z.number().int().nonnegative().optional() })
  .refine((input) => input.sequence === undefined || input.atMs === undefined, "give sequence or atMs, not both")
  .refine((input) => (input.sequence ?? input.atMs) !== undefined, "give sequence (a record's number) or atMs (a time in milliseconds)");

const valueAsOf = z.strictObject({
  name: z.string(),
  /** Null when there was no value. */
  value: valueView.nullable(),
  /**
   * How it is known: from what the next change found, from the present value, or from what the last change before left (it may have expired
   * since).
   */
  evidence: z.enum(["next-change", "present", "last-change"]),
  writer: z.number().nullable(),
  /** The value that had been written and expired at a time that nothing recorded. */
  perhapsExpired: valueView.nullable(),
});
export type ValueAsOfView = z.output<typeof valueAsOf>;

const waitingAsOf = z.strictObject({
  /**
   * At most 100, by number: messages that were accepted or sent by then, and consumed later or still there. A value that was replaced since
   * has only its size and type.
   */
  messages: z.array(messageView),
  messagesTotal: z.number(),
  editedSince: z.array(z.number()),
  /** Messages that a person discarded since, as the record describes them. */
  discardedSince: z.array(z.strictObject({ sequence: z.number(), detail: z.string() })),
  /** At most this many more waited, in batches whose records list only their first messages. */
  unlisted: z.number(),
  /** False when a restore, an erasure of it or too many records lie between then and now, so more may have waited. */
  complete: z.boolean(),
  /** Delayed messages that it had set, at most 100, in the order in which they were due. */
  timers: z.array(
    z.strictObject({
      sequence: z.number(),
      dueMs: z.number(),
      target: addressView,
      value: valueView,
      cancellationToken: z.string(),
      setBy: z.number(),
      setMs: z.number(),
      /** `present`: it is still set today. `due-later`: it was due after the moment, and the entity had not cancelled it. */
      evidence: z.enum(["present", "due-later"]),
    }),
  ),
  timersTotal: z.number(),
  /** What was set before this record is not known; null when all that the journal tells of the entity was read. */
  timersSince: z.strictObject({ sequence: z.number(), atMs: z.number() }).nullable(),
});
export type WaitingAsOfView = z.output<typeof waitingAsOf>;

export const stateAsOf = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("known"),
    sequence: z.number(),
    lastRecordMs: z.number().nullable(),
    values: z.array(valueAsOf),
    /** False when a restore or too many records lie between then and now, so values of which no record tells may be missing. */
    complete: z.boolean(),
    /** Null when this runtime does not know what waited. */
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
    /** The first message of the batch. */
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
  /** The keys of the document joined by dots; empty for the whole value. */
  path: z.string(),
  now: z.string(),
  /** Null when the field has no earlier value within the changes. */
  before: z.string().nullable(),
  /** The index into the value's changes; null when none of those that were read changed it. */
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
