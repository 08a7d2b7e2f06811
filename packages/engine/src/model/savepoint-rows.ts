/**
 * SavepointRow: what a savepoint holds, one row a time, in the glossary's words (docs/savepoint-format.md).
 * runtime/ turns store keys into these and back; adapters/savepoint-* turn these into a SQLite file and back.
 * The order of the kinds in the file is the order of `savepointRowKinds`.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";

/**
 * The newest format this engine writes and reads; a file with a higher number is refused. 2: an idempotency key has its target and a digest
 * of its value; a value may be absent. 3: a producer may have a position. 4: messages may have headers. 5: a pause may have an end; the savepoint of several partitions tells the end of each.
 */
export const savepointFormatVersion = 5;
/** From this version on, a pause without an end has none. */
export const pauseEndsFormatVersion = 5;

export const savepointRowKinds = ["state", "message", "delayed", "egress", "entity", "spec", "producer", "idempotency"] as const;
export type SavepointRowKind = (typeof savepointRowKinds)[number];

export interface SavepointStateRow {
  readonly kind: "state";
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly typename: string;
  readonly bytes: Uint8Array;
  readonly writtenMs: number;
  /** Undefined when the value does not expire. */
  readonly expiresMs: number | undefined;
}

export interface SavepointMessageRow {
  readonly kind: "message";
  readonly sequence: number;
  readonly trace: number;
  readonly caller: Address | undefined;
  readonly target: Address;
  readonly value: TypedValue;
  readonly atMs: number;
  readonly headers?: string | undefined;
}

export interface SavepointDelayedRow {
  readonly kind: "delayed";
  readonly sequence: number;
  readonly trace: number;
  readonly caller: Address;
  readonly target: Address;
  readonly value: TypedValue;
  readonly dueMs: number;
  /** The cancellation token; empty when the message cannot be cancelled. */
  readonly token: string;
  readonly headers?: string | undefined;
}

export interface SavepointEgressRow {
  readonly kind: "egress";
  readonly sequence: number;
  readonly trace: number;
  readonly egress: string;
  readonly from: Address;
  readonly value: TypedValue;
  readonly atMs: number;
  readonly headers?: string | undefined;
}

/** Only entities that need a person have a failure. */
export interface SavepointEntityRow {
  readonly kind: "entity";
  readonly address: Address;
  readonly status: "paused" | "parked";
  /** The JSON text of a Failure. */
  readonly failure: string | undefined;
  readonly attempts: number;
  readonly sinceMs: number;
  /** When a pause ends by itself. */
  readonly untilMs?: number | undefined;
  /** Who set that end. */
  readonly pausedBy?: string | undefined;
}

export interface SavepointSpecRow {
  readonly kind: "spec";
  readonly type: string;
  readonly spec: StateSpec;
}

export interface SavepointProducerRow {
  readonly kind: "producer";
  readonly producer: string;
  readonly sequence: number;
  readonly position: string | undefined;
}

export interface SavepointIdempotencyRow {
  readonly kind: "idempotency";
  readonly key: string;
  /** Undefined in a file of format 1. */
  readonly target: Address | undefined;
  readonly digest: number | undefined;
  readonly messageId: number;
  readonly traceId: number;
  readonly atMs: number;
}

export type SavepointRow =
  | SavepointStateRow
  | SavepointMessageRow
  | SavepointDelayedRow
  | SavepointEgressRow
  | SavepointEntityRow
  | SavepointSpecRow
  | SavepointProducerRow
  | SavepointIdempotencyRow;

export interface SavepointHeader {
  readonly formatVersion: number;
  readonly epoch: number;
  /** Above every sequence in the file. A file that was written by hand may leave it out; the reader computes it then. */
  readonly nextSequence: number;
  readonly createdMs: number;
  readonly engineVersion: string;
  /**
   * Of several partitions: for each the first sequence that is not in the file. Absent in a file of one partition, of before format 5, or
   * that was written by hand.
   */
  readonly partitionEnds?: readonly number[] | undefined;
}
