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
   * A repeat of the same key to the same target within idempotencyKeyAgeMs changes nothing and gets the first answer; with another value or
   * type it is refused with IDEMPOTENCY_KEY_REUSED. At most 256 characters.
   */
  readonly idempotencyKey?: string | undefined;
  /**
   * A call: the function's caller is an address of the runtime's own. "one": what the function sends to its caller first is kept as the answer for
   * callAnswerAgeMs (answer()). "many": each is kept under its index, at most callAnswersMax, until the function sends a value of the type
   * callDoneTypename, which is kept as the last. A key stands for one of the two or for a plain message.
   */
  readonly wantsAnswer?: AnswerWish | undefined;
  /** What comes with it (model/message-headers.ts), at most messageHeadersBytesMax; a repeat under a key may bring others. */
  readonly headers?: string | undefined;
}

export interface Accepted {
  readonly messageId: number;
  readonly traceId: number;
  readonly repeated: boolean;
}

/** Where a producer goes on. The text is its own: the runtime keeps it and never reads it. */
export interface ProducerPosition {
  /** Not below any sequence of the messages that came with it. */
  readonly sequence: number;
  readonly text: string;
}

/** Rows of a producer (gRPC Publish): sequences rise by any step; a sequence not above the last one is a harmless repeat. */
export interface ProducerBatch {
  readonly producer: string;
  /**
   * How far the producer has come with this batch, kept in the same epoch as its messages. The batch then follows exactly on `previousSequence`,
   * or is refused with SEQUENCE_GAP: whoever holds another position asks for the one in force.
   */
  readonly position?: ProducerPosition | undefined;
  /** Of the batch that was handed over before this one: if that was refused, this one is too, and no sequence overtakes another. */
  readonly previousSequence?: number | undefined;
  readonly messages: readonly { readonly sequence: number; readonly message: IngressMessage }[];
}

export interface AnswerOptions {
  readonly waitMs: number;
  readonly index?: number | undefined;
}

/** A message that wants one answer. */
export type CallMessage = Omit<IngressMessage, "wantsAnswer">;

/** undefined: no answer has come within the wait; it may come later. */
export interface Called extends Accepted {
  readonly answer: TypedValue | undefined;
}

export interface Messages {
  /** `ingress` is the name of the door, for those who watch. Rejects with EngineError: UNKNOWN_FUNCTION_TYPE, OVERLOADED, MESSAGE_TOO_LARGE, STORE_FAILED, … */
  accept(message: IngressMessage, ingress?: string): Promise<Accepted>;
  /**
   * The answer of a call, by the messageId with which it was accepted; durable. Resolves with undefined when none has come within waitMs
   * (at most answerWaitMsMax); it may come later. `index`: of one among many. Rejects with OVERLOADED when too many wait; a runtime
   * without a journal rejects with UNKNOWN_CALL where no message has the number (with one, nextSequence() tells).
   */
  answer(messageId: number, options: AnswerOptions): Promise<TypedValue | undefined>;
  /**
   * accept() of a call that wants one answer, and answer() of it, in one: what is told is the same, and nothing is made durable for the sender's sake before
   * there is something to tell. It counts from the moment at which accept() would take it, and is durable a few milliseconds later at the latest.
   */
  call(message: CallMessage, options: { readonly waitMs: number }, ingress?: string): Promise<Called>;
  /** Resolves with the highest sequence of the producer that is durable. Messages to unknown types reject the batch. */
  acceptBatch(batch: ProducerBatch, ingress?: string): Promise<{ readonly durableSequence: number }>;
  /** 0 when the producer was never seen. */
  producerSequence(producer: string): Promise<number>;
  /** What came with its last batch; undefined: it never gave one. */
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
