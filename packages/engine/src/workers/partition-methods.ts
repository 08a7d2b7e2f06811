/**
 * PartitionMethods: the methods of a partition's thread that the gateway's thread may call, by name. `plainMethods` is the one list of
 * those that cross unchanged; both ends are derived from it. Neighbours: partition-server.ts (answers), worker-partition.ts (asks).
 */
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { OutboxEntry } from "../model/outbox-entry.ts";
import type { RecordsQuery } from "@signalbox/runtime/model/queries";
import type { KeyTable } from "../core/store/store-key.ts";
import type { StoreEntry } from "../ports/store.ts";
import type { Partition } from "../partition.ts";

/** Methods of a partition whose parameters and answers are plain data. */
export const plainMethods = [
  "act",
  "editState",
  "setBreakpoint",
  "releaseBreakpoint",
  "stepHeld",
  "watchTrace",
  "read",
  "eras",
  "egressAcknowledge",
  "flushed",
  "suspendMaintenance",
  "settled",
  "drain",
  "resume",
  "countErasable",
  "callsOf",
  "lastErasure",
] as const satisfies readonly (keyof Partition)[];
export type PlainMethods = Pick<Partition, (typeof plainMethods)[number]>;

export interface SnapshotHead {
  readonly snapshot: number;
  readonly epoch: number;
  readonly nextSequence: number;
  readonly received: ReadonlyMap<number, number>;
}

/** One scan of a snapshot, asked for page by page. */
export interface SnapshotStream {
  readonly snapshot: number;
  readonly stream: number;
}

export interface OutboxRow {
  readonly to: number;
  readonly entry: OutboxEntry;
}

/** Methods that the thread has beside those of its partition, or in another form: streams are asked for in pages. */
export interface SpecialMethods {
  start(): void;
  applyBindings(bindings: Bindings): Promise<void>;
  recordsPage(query: RecordsQuery, limit: number): Promise<JournalRecord[]>;
  hold(): void;
  release(): void;
  snapshot(): Promise<SnapshotHead>;
  snapshotScan(stream: SnapshotStream, table: KeyTable, limit: number): Promise<StoreEntry[]>;
  snapshotOutbox(stream: SnapshotStream, limit: number): Promise<OutboxRow[]>;
  snapshotClose(snapshot: number): Promise<void>;
  resumeMaintenance(): void;
  halt(reason: { readonly code: string; readonly message: string; readonly cure: string }): Promise<void>;
  fail(reason: string): void;
  tell(message: unknown): void;
  close(): Promise<void>;
}

export type PartitionMethods = PlainMethods & SpecialMethods;
export type MethodName = keyof PartitionMethods;

/** The kinds of a call's payload: the two that carry messages, and everything else. */
export const callKind = { accept: 1, acceptBatch: 2, method: 3 } as const;
