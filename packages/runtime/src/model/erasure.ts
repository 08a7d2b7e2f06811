/**
 * Erasure: whose values are to go, and how many of them went. What an erasure reaches is in docs/security.md.
 */
import type { Address } from "./address.ts";

export interface ErasureTarget {
  /** Undefined: the id in every type. */
  readonly type: string | undefined;
  readonly id: string;
}

export const erasureTargetsMax = 100;

export interface ErasureRequest {
  /** Given again with the same id it goes on where it ended, and answers what it answered. */
  readonly id: string;
  readonly targets: readonly ErasureTarget[];
}

export interface ErasureCounts {
  /** State values. */
  readonly states: number;
  /** That wait for them, or from them for others. */
  readonly messages: number;
  readonly delayedMessages: number;
  /** Of theirs, that wait for an egress. */
  readonly egressRecords: number;
  /** Whose values went; the records stay. */
  readonly journalRecords: number;
  /** Idempotency keys whose digest of a value went; the keys stay until they age. */
  readonly keyDigests: number;
}

export const noErasureCounts: ErasureCounts = {
  states: 0,
  messages: 0,
  delayedMessages: 0,
  egressRecords: 0,
  journalRecords: 0,
  keyDigests: 0,
};

export function addErasureCounts(one: ErasureCounts, other: ErasureCounts): ErasureCounts {
  return {
    states: one.states + other.states,
    messages: one.messages + other.messages,
    delayedMessages: one.delayedMessages + other.delayedMessages,
    egressRecords: one.egressRecords + other.egressRecords,
    journalRecords: one.journalRecords + other.journalRecords,
    keyDigests: one.keyDigests + other.keyDigests,
  };
}

export function isErasureTarget(targets: readonly ErasureTarget[], address: Address): boolean {
  return targets.some(({ type, id }) => id === address.id && (type === undefined || type === address.type));
}
