/**
 * Erasure: whose values are to go, and how many of them went. What an erasure reaches is in docs/security.md.
 */
import type { Address } from "./address.ts";

export interface ErasureTarget {
  /** Undefined: the id in every type. */
  readonly type: string | undefined;
  readonly id: string;
  /** All ids that begin with it. */
  readonly isPrefix?: boolean | undefined;
}

export const erasureTargetsMax = 1_000;

export interface ErasureRequest {
  /** Given again with the same id it goes on where it ended, and answers what it answered. */
  readonly id: string;
  readonly targets: readonly ErasureTarget[];
}

/** A savepoint file is not changed where it lies: it is written again without the values, and whoever asks puts that in its place. */
export interface SavepointErasureRequest {
  readonly path: string;
  /** Undefined: what matches is counted, and nothing is written. */
  readonly to: string | undefined;
  readonly targets: readonly ErasureTarget[];
  /** sha256 in hex. */
  readonly expectedChecksum?: string | undefined;
  readonly signal?: AbortSignal | undefined;
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

/** Rows of any kind. */
export function erasedRows(counts: ErasureCounts): number {
  return Object.values(counts).reduce((sum: number, count: number) => sum + count, 0);
}

export function isErasureTarget(targets: readonly ErasureTarget[], address: Address): boolean {
  return targets.some(({ type, id, isPrefix }) => {
    const isId = isPrefix === true ? address.id.startsWith(id) : id === address.id;
    return isId && (type === undefined || type === address.type);
  });
}
