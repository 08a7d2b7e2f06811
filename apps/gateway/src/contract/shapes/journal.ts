/** Messages and records of the journal as people read them. */
import { z } from "zod";
import { addressView } from "./address.ts";
import { pastView } from "./era.ts";
import { failureView } from "./failure.ts";
import { valueView } from "./value.ts";

export const messageView = z.strictObject({
  sequence: z.number(),
  trace: z.number(),
  caller: addressView.nullable(),
  target: addressView,
  value: valueView,
  atMs: z.number(),
  /** What came with the message: headers of a Kafka record, a W3C trace context. A value that is no UTF-8 is base64. */
  headers: z.array(z.strictObject({ name: z.string(), value: z.string(), base64: z.boolean() })),
});
export type MessageView = z.output<typeof messageView>;

/** One that waits. Its version is made from the value as it is shown, so it differs as soon as the value was edited; for `ifVersion`. */
export const waitingMessageView = messageView.extend({ version: z.string() });

const stateChangeView = z.strictObject({ name: z.string(), before: valueView.nullable(), after: valueView.nullable() });
export type StateChangeView = z.output<typeof stateChangeView>;

export const journalEntryView = z.strictObject({
  sequence: z.number(),
  address: addressView,
  outcome: z.enum(["completed", "parked", "act"]),
  act: z.string().nullable(),
  detail: z.string().nullable(),
  failure: failureView.nullable(),
  epoch: z.number(),
  messages: z.array(messageView),
  messagesTotal: z.number(),
  sent: z.array(messageView),
  delayed: z.array(
    z.strictObject({
      kind: z.enum(["send-after", "cancel"]),
      target: addressView.nullable(),
      value: valueView.nullable(),
      dueMs: z.number().nullable(),
      token: z.string(),
    }),
  ),
  egress: z.array(z.strictObject({ egress: z.string(), value: valueView })),
  state: z.array(stateChangeView),
  attempts: z.number(),
  startedMs: z.number(),
  endedMs: z.number(),
  endpoint: z.string(),
  /**
   * The version of the code that answered, when the function says it (docs/write-an-sdk.md); null when it does not, or nothing answered.
   */
  codeVersion: z.string().nullable(),
  /**
   * For each output the index of the message that caused it, when the function says it; null when there is one message, or it does not say.
   */
  causes: z.strictObject({ sent: z.array(z.number()), delayed: z.array(z.number()), egress: z.array(z.number()) }).nullable(),
  /** True when there are several messages and the function does not say which caused what: the place of outputs in traces is a guess. */
  guessed: z.boolean(),
  past: pastView.nullable(),
});
export type JournalEntryView = z.output<typeof journalEntryView>;

/** A record in the history of its entity, with what the journal does not keep. */
export const historyEntryView = journalEntryView.extend({
  /** For a state that a person edited: who did it and why, from the audit; null when it is no edit, or the audit does not tell. */
  edit: z.strictObject({ by: z.string(), reason: z.string().nullable() }).nullable(),
  /**
   * The module of its endpoint and the revision that was in force when it began, from the catalog; `codeVersion` is what answered there.
   */
  revision: z.strictObject({ module: z.string(), revision: z.number(), appliedMs: z.number() }).nullable(),
});
export type HistoryEntryView = z.output<typeof historyEntryView>;
