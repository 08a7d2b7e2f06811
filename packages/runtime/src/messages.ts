/**
 * Messages: how messages get into a runtime. Guarantees: G3 (what is answered is durable, where the runtime can: capability "durability"),
 * G2 and G5 for what is admitted.
 */
import type { Address } from "./model/address.ts";
import type { AnswerWish } from "./model/call.ts";
import type { TypedValue } from "./model/typed-value.ts";

export interface IngressMessage {
  readonly target: Address;
  readonly value: TypedValue;
  /**
   * A repeat of the same key to the same target within idempotencyKeyAgeMs changes nothing and gets the answer of the first; with another
   * value or type it is refused with IDEMPOTENCY_KEY_REUSED. At most 256 characters.
   */
  readonly idempotencyKey?: string | undefined;
  /**
   * Makes the message a call, whose caller is an address of the runtime itself. "one": the first message to the caller is kept as the
   * answer for callAnswerAgeMs (see answer()). "many": each is kept under its index, at most callAnswersMax, until the function sends a
   * value of the type callDoneTypename, which is kept as the last. An idempotency key stands for one of the two kinds or for a plain
   * message.
   */
  readonly wantsAnswer?: AnswerWish | undefined;
  /** Headers of the message (model/message-headers.ts), at most messageHeadersBytesMax; a repeat under a key may have others. */
  readonly headers?: string | undefined;
}

export interface Accepted {
  readonly messageId: number;
  readonly traceId: number;
  readonly repeated: boolean;
}

/** Where a producer goes on. The runtime keeps the text and never interprets it. */
export interface ProducerPosition {
  /** At least the highest sequence of the messages that came with it. */
  readonly sequence: number;
  readonly text: string;
}

/** Rows of a producer (gRPC Publish): sequences rise by any step; a sequence not above the last one is a harmless repeat. */
export interface ProducerBatch {
  readonly producer: string;
  /**
   * How far the producer has come with this batch, kept in the same epoch as its messages. The batch must then follow exactly on
   * `previousSequence`, else it is refused with SEQUENCE_GAP, and the producer must ask for the position in force.
   */
  readonly position?: ProducerPosition | undefined;
  /** The last sequence of the batch before this one: if that was refused, this one is too, so that no sequence overtakes another. */
  readonly previousSequence?: number | undefined;
  readonly messages: readonly { readonly sequence: number; readonly message: IngressMessage }[];
}

export interface AnswerOptions {
  readonly waitMs: number;
  readonly index?: number | undefined;
}

/** A message that wants one answer. */
export type CallMessage = Omit<IngressMessage, "wantsAnswer">;

/** undefined when no answer came within the wait; it may come later. */
export interface Called extends Accepted {
  readonly answer: TypedValue | undefined;
}

export interface Messages {
  /** `ingress` is the name of the door, for those who watch. Rejects with EngineError: UNKNOWN_FUNCTION_TYPE, OVERLOADED, MESSAGE_TOO_LARGE, STORE_FAILED, … */
  accept(message: IngressMessage, ingress?: string): Promise<Accepted>;
  /**
   * The answer of a call, by the messageId with which it was accepted; durable. Resolves with undefined when none has come within waitMs
   * (at most answerWaitMsMax); it may come later. `index`: which one of many answers. Rejects with OVERLOADED when too many requests wait.
   * A runtime without a journal rejects with UNKNOWN_CALL when no message has the number (with a journal, nextSequence() tells).
   */
  answer(messageId: number, options: AnswerOptions): Promise<TypedValue | undefined>;
  /**
   * accept() of a call with one answer and answer() in one step. The result is the same, but the epoch is not synced for the sender before
   * there is something to report. The call counts as from accept(), and is durable a few milliseconds later at the latest.
   */
  call(message: CallMessage, options: { readonly waitMs: number }, ingress?: string): Promise<Called>;
  /** Resolves with the highest sequence of the producer that is durable. Messages to unknown types reject the batch. */
  acceptBatch(batch: ProducerBatch, ingress?: string): Promise<{ readonly durableSequence: number }>;
  /** 0 when the producer was never seen. */
  producerSequence(producer: string): Promise<number>;
  /** The position of its last batch; undefined when it never gave one. */
  producerPosition(producer: string): Promise<ProducerPosition | undefined>;
}

export const messagesMethods = [
  "accept",
  "answer",
  "call",
  "acceptBatch",
  "producerSequence",
  "producerPosition",
] as const satisfies readonly (keyof Messages)[];
