/**
 * JournalRecord: what one invocation left behind; the source of traces, entity history and the tail (nothing is collected twice).
 * At level `metadata` values carry only typename and size; at `off` none is written.
 */
import type { Address } from "./address.ts";
import type { Failure } from "./failure.ts";

export const journalLevels = ["full", "metadata", "off"] as const;
export type JournalLevel = (typeof journalLevels)[number];

export interface JournalValue {
  readonly typename: string;
  /** The same as in TypedValue. */
  readonly hasValue?: false | undefined;
  readonly sizeBytes: number;
  /** Present at level full, unless it was erased. */
  readonly bytes: Uint8Array | undefined;
  /** When its bytes were erased (erasure.ts). */
  readonly erasedMs?: number | undefined;
}

export interface JournalMessage {
  readonly sequence: number;
  readonly trace: number;
  readonly caller: Address | undefined;
  readonly target: Address;
  readonly value: JournalValue;
  /** When it was admitted or sent. */
  readonly atMs: number;
  /** The headers of a consumed message (model/message-headers.ts); at level metadata only the trace context. */
  readonly headers?: string | undefined;
}

export type JournalDelayed =
  | {
      readonly kind: "send-after";
      readonly sequence: number;
      readonly dueMs: number;
      readonly target: Address;
      readonly value: JournalValue;
      readonly cancellationToken: string;
    }
  | { readonly kind: "cancel"; readonly cancellationToken: string };

export interface JournalStateChange {
  readonly name: string;
  readonly before: JournalValue | undefined;
  readonly after: JournalValue | undefined;
}

/** A person's or API client's act on an entity shows in its history too. */
export type JournalAct = "retry" | "pause" | "resume" | "discard" | "edit-message" | "edit-state";

export type JournalOutcome =
  | { readonly kind: "completed" }
  | { readonly kind: "parked"; readonly failure: Failure }
  | { readonly kind: "act"; readonly act: JournalAct; readonly detail: string };

export interface JournalRecord {
  readonly sequence: number;
  readonly address: Address;
  readonly outcome: JournalOutcome;
  readonly epoch: number;
  /** The messages it consumed (for parked: that it failed on; for discard: that it took away; the first journalMessagesMax of the batch). */
  readonly messages: readonly JournalMessage[];
  readonly messagesTotal: number;
  readonly sent: readonly JournalMessage[];
  readonly delayed: readonly JournalDelayed[];
  readonly egress: readonly { readonly sequence: number; readonly egress: string; readonly value: JournalValue }[];
  readonly state: readonly JournalStateChange[];
  readonly attempts: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly endpoint: string;
  /** Which message caused which output, if there are several and the function says it; else it is guessed (core/apply-effects.ts). */
  readonly causes?: JournalCauses | undefined;
  /** For a completed invocation: the version of the code that answered, if the function says it. */
  readonly codeVersion?: string | undefined;
}

/** What of a record can be said in few words: everything that it carried is counted and not told. */
export interface RecordOutline
  extends Pick<
    JournalRecord,
    "sequence" | "address" | "outcome" | "epoch" | "messagesTotal" | "attempts" | "startedMs" | "endedMs" | "endpoint"
  > {
  /** The trace of the first message; undefined when the record consumed none. */
  readonly trace: number | undefined;
  readonly sent: number;
  readonly delayed: number;
  readonly egress: number;
  readonly state: number;
}

export function outlineOf(record: JournalRecord): RecordOutline {
  const { sequence, address, outcome, epoch, messagesTotal, attempts, startedMs, endedMs, endpoint } = record;
  return {
    ...{ sequence, address, outcome, epoch, messagesTotal, attempts, startedMs, endedMs, endpoint },
    trace: record.messages[0]?.trace,
    sent: record.sent.length,
    delayed: record.delayed.length,
    egress: record.egress.length,
    state: record.state.length,
  };
}

/** For each output the index of a consumed message, which may be beyond `messages` when not all of them are kept. */
export interface JournalCauses {
  readonly sent: readonly number[];
  readonly delayed: readonly number[];
  readonly egress: readonly number[];
}

/** Whether the traces of its outputs are only guessed. */
export function isGuessed({ messagesTotal, causes, sent, delayed, egress }: JournalRecord): boolean {
  return messagesTotal > 1 && causes === undefined && sent.length + delayed.length + egress.length > 0;
}
