/**
 * Message: caller (if any), target, typed value. Its sequence is its place in the partition's one total order,
 * so mailboxes sorted by sequence keep the order of every sender to every receiver (G5).
 * `trace` is the sequence of the ingress message from which it followed.
 */
import type { Address } from "./address.ts";
import type { TypedValue } from "./typed-value.ts";

export interface Message {
  readonly sequence: number;
  /** The sequence under which it was sent, when that was in another partition; 0: it was sent here. */
  readonly origin: number;
  readonly trace: number;
  /** Absent when the message came from an ingress. */
  readonly caller: Address | undefined;
  readonly target: Address;
  readonly value: TypedValue;
  /** Engine time at which it was admitted, sent or (if delayed) fired. */
  readonly atMs: number;
  /** What came with it (model/message-headers.ts); undefined: nothing. */
  readonly headers?: string | undefined;
}

/** The name of a message for everybody outside: it stays the same on the way from partition to partition. */
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
  /** Empty text: it cannot be cancelled. Scope: the sender's id, over all types (docs/statefun.md 2.5). */
  readonly cancellationToken: string;
  /** What came with it (model/message-headers.ts); undefined: nothing. */
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
  /** What came with it (model/message-headers.ts); undefined: nothing. */
  readonly headers?: string | undefined;
}
