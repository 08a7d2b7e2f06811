/**
 * Context: what a handler sees of the entity that is being called, and how it asks for effects.
 * Neighbours: dispatch.ts makes one for each message of a batch. Nothing that a handler asks for happens before the whole batch has
 * ended well; then all of it happens, once.
 */
import type { Address } from "./address.ts";
import type { Duration } from "./duration.ts";
import type { Egress } from "./egress.ts";
import type { EgressRecord } from "./egress-record.ts";
import type { OutgoingMessage } from "./message.ts";
import type { StateDeclarations, States } from "./state.ts";
import type { ValueType } from "./value-type.ts";

export interface Context<Declarations extends StateDeclarations = StateDeclarations> {
  readonly self: Address;
  /** The entity that sent the message; undefined when it came from an ingress. */
  readonly caller: Address | undefined;
  /**
   * The W3C trace context of the work on this message, `00-<trace>-<span>-<flags>`, for a tracer of your own; undefined when the message
   * had none. Messages that are sent from here belong to the same trace.
   */
  readonly traceparent: string | undefined;
  readonly state: States<Declarations>;
  /**
   * The time of this message in milliseconds since 1970: when the runtime accepted it, sent it or, for a delayed message, released it. It
   * comes with the message, so it is the same when the message is tried again. Under a runtime that does not send it (Apache Flink) it is
   * the clock of the host, and a second attempt sees a later one.
   */
  readonly now: number;
  /**
   * A number from 0 up to but not 1, as Math.random() gives, but the same when the message is tried again: it follows from the entity's
   * address, the message's id and its time, all of which the runtime sends. Under a runtime that does not send them it follows from the
   * address, the states and the messages of the request. Not for secrets.
   */
  random(): number;
  send(message: OutgoingMessage): void;
  /** Sends the message after a time. With a token `cancel` can take it back until then. */
  sendAfter(after: Duration, message: OutgoingMessage, options?: { readonly token?: string }): void;
  cancel(token: string): void;
  /** Answers the caller. Throws a TypeError when the message came from an ingress and has none. */
  reply<Value>(type: ValueType<Value>, value: Value): void;
  /**
   * Tells a caller that wants many answers that there are no more; call it after the last reply. For any other caller it does nothing, so
   * one function can serve both kinds of calls.
   */
  replyDone(): void;
  egress(id: string, record: EgressRecord): void;
  /** Sends a value to a typed egress (`egress()`). */
  egress<Value>(to: Egress<Value>, value: Value): void;
  readonly log: Log;
}

export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
