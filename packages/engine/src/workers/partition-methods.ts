/**
 * PartitionMethods: what the gateway's thread may ask of a partition's thread as plain data, by name. Streams are asked for in pages. Neighbours:
 * partition-server.ts does it, worker-partition.ts asks.
 */
import type { EntityAction, EntitySelection } from "../engine.ts";
import type { Address } from "../model/address.ts";
import type { Bindings } from "../model/endpoint-spec.ts";
import type { Era } from "../model/era.ts";
import type { JournalRecord } from "../model/journal-record.ts";
import type { EgressRecord } from "../model/message.ts";
import type { Parcel } from "../model/parcel.ts";
import type { TypedValue } from "../model/typed-value.ts";
import type { EntitySummary, EntityView, Page, WaitingOfTrace } from "../model/views.ts";
import type { CarriedKeyTable, SavepointKeyTable } from "../core/store/savepoint-entry.ts";
import type { StoreEntry } from "../ports/store.ts";
import type { EntityQuery, RecordsQuery, TroubledQuery } from "../partition.ts";

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

export interface ParcelRow {
  readonly to: number;
  readonly parcel: Parcel;
}

export interface PartitionMethods {
  start(): void;
  producerSequence(producer: string): Promise<number>;
  applyBindings(bindings: Bindings): Promise<void>;
  act(selection: EntitySelection, action: EntityAction): Promise<{ readonly changed: number }>;
  editState(address: Address, name: string, value: TypedValue | undefined): Promise<void>;
  entities(query: EntityQuery): Promise<Page<EntitySummary>>;
  troubled(query: TroubledQuery): Promise<EntityView[]>;
  entity(address: Address): Promise<EntityView | undefined>;
  history(query: { address: Address; cursor?: string | undefined; limit: number }): Promise<Page<JournalRecord>>;
  recordsPage(query: RecordsQuery, limit: number): Promise<JournalRecord[]>;
  waitingOfTrace(trace: number, rowsMax: number): Promise<WaitingOfTrace>;
  eras(): Promise<Era[]>;
  egressRecords(query: { egress: string; after?: number | undefined; limit: number }): Promise<EgressRecord[]>;
  egressAcknowledge(egress: string, through: number): Promise<void>;
  flushed(): Promise<void>;
  hold(): void;
  release(): void;
  snapshot(): Promise<SnapshotHead>;
  snapshotScan(stream: SnapshotStream, table: SavepointKeyTable | CarriedKeyTable, limit: number): Promise<StoreEntry[]>;
  snapshotParcels(stream: SnapshotStream, limit: number): Promise<ParcelRow[]>;
  snapshotClose(snapshot: number): Promise<void>;
  restBegins(): Promise<void>;
  restEnds(): void;
  settled(): Promise<number>;
  drain(timeoutMs: number): Promise<void>;
  halt(reason: { readonly code: string; readonly message: string; readonly cure: string }): Promise<void>;
  resume(): Promise<void>;
  fail(reason: string): void;
  tell(message: unknown): void;
  close(): Promise<void>;
}

export type MethodName = keyof PartitionMethods;

/** Of a call's payload: the two that are asked for each message, and everything else. */
export const callKind = { accept: 1, acceptBatch: 2, method: 3 } as const;
