/**
 * OutboxEntry: what one partition sends to another: a message for an entity there, or a record for an egress whose outbox is there. Its
 * identity is the sequence that the sending partition gave it; the partition where it arrives gives it a sequence of its own.
 */
import type { EgressRecord, Message } from "@signalbox/runtime/model/message";

export type OutboxEntry =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "egress"; readonly record: EgressRecord };

export function entrySequence(entry: OutboxEntry): number {
  return entry.kind === "message" ? entry.message.sequence : entry.record.sequence;
}

/** One delivery from one partition to another, in order of sequence and without a gap after `previous`. */
export interface OutboxDelivery {
  readonly from: number;
  readonly to: number;
  /** The last sequence that was forwarded before these; 0 when the sender has forwarded none since it started. */
  readonly previous: number;
  readonly entries: readonly OutboxEntry[];
  /** Above every sequence that the sender had given when this left. What these entries cause gets higher ones. */
  readonly clock: number;
}
