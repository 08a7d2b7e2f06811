/**
 * Message: caller (if any), target, typed value. Its sequence is its place in the partition's one total order,
 * so mailboxes sorted by sequence keep the order of every sender to every receiver (G5).
 * `trace` is the sequence of the ingress message from which it followed.
 */
import type { Address } from "./address.ts";
import type { TypedValue } from "./typed-value.ts";

export interface Message {
  readonly sequence: number;
  /** The sequence under which another partition sent it; 0 when it was sent here. */
  readonly origin: number;
  readonly trace: number;
  /** Absent when the message came from an ingress. */
  readonly caller: Address | undefined;
  readonly target: Address;
  readonly value: TypedValue;
  /** Engine time at which it was admitted, sent or (if delayed) fired. */
  readonly atMs: number;
  /** The headers (model/message-headers.ts); undefined when there are none. */
  readonly headers?: string | undefined;
}

/** The public number of a message, which stays the same between partitions. */
export function messageId(message: Message): number {
  return message.origin === 0 ? message.sequence : message.origin;
}

/** A message that waits for its due time. It travels to its target only when it fires. */
export interface DelayedMessage {
  readonly sequence: number;
  readonly trace: number;
  readonly caller: Address;
  readonly target: Address;
  readonly value: TypedValue;
  readonly dueMs: number;
  /** Empty when it cannot be cancelled. The scope of a token is the sender's id, over all types (docs/statefun.md 2.5). */
  readonly cancellationToken: string;
  /** The headers (model/message-headers.ts); undefined when there are none. */
  readonly headers?: string | undefined;
}

/** A record that left for an egress and waits in its outbox until acknowledged. */
export interface EgressRecord {
  readonly sequence: number;
  readonly trace: number;
  readonly egress: string;
  readonly from: Address;
  readonly value: TypedValue;
  readonly atMs: number;
  /** The headers (model/message-headers.ts); undefined when there are none. */
  readonly headers?: string | undefined;
}
