/**
 * OutboxEntry: what one partition has for another: a message for an entity there, or a record for an egress whose outbox is there. It is named
 * by the sequence that it was given where it was made; in the partition where it arrives it gets its place among what is there.
 */
import type { EgressRecord, Message } from "./message.ts";

export type OutboxEntry =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "egress"; readonly record: EgressRecord };

export function entrySequence(entry: OutboxEntry): number {
  return entry.kind === "message" ? entry.message.sequence : entry.record.sequence;
}

/** One delivery over the link of two partitions, in order of sequence and without a gap after `previous`. */
export interface OutboxDelivery {
  readonly from: number;
  readonly to: number;
  /** The last sequence that was forwarded before these; 0: none in this life of the sender. */
  readonly previous: number;
  readonly entries: readonly OutboxEntry[];
  /** Above every sequence the sender had given when this left: what follows from these gets higher ones. */
  readonly clock: number;
}
