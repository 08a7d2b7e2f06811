/**
 * Erasure: whose values must be erased, and how many were. docs/security.md says what an erasure covers.
 */
import type { Address } from "./address.ts";

export interface ErasureTarget {
  /** Undefined means the id in every type. */
  readonly type: string | undefined;
  readonly id: string;
  /** True for all ids that begin with `id`. */
  readonly isPrefix?: boolean | undefined;
}

export const erasureTargetsMax = 1_000;

export interface ErasureRequest {
  /** A repeated request with the same id continues the erasure, or gives its answer again. */
  readonly id: string;
  readonly targets: readonly ErasureTarget[];
}

/** A savepoint file is not changed in place: a copy is written without the values, and the caller replaces the file with it. */
export interface SavepointErasureRequest {
  readonly path: string;
  /** Undefined when matches are only counted and nothing is written. */
  readonly to: string | undefined;
  readonly targets: readonly ErasureTarget[];
  /** sha256 in hex. */
  readonly expectedChecksum?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ErasureCounts {
  /** State values. */
  readonly states: number;
  /** Messages that wait for these entities, or from them for others. */
  readonly messages: number;
  readonly delayedMessages: number;
  /** Their records that wait for an egress. */
  readonly egressRecords: number;
  /** Journal records whose values were erased; the records themselves stay. */
  readonly journalRecords: number;
  /** Idempotency keys whose digest of a value was erased; the keys stay until they expire. */
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
