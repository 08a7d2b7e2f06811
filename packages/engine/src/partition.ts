/**
 * Partition: the face of one partition, as the engine over all of them sees it. runtime/local-partition.ts is one in this thread,
 * workers/worker-partition.ts one in a thread of its own. The promises are those of Engine (engine.ts), for the entities that live here.
 */
import type { Accepted, CallMessage, EntityAction, EntitySelection, IngressMessage, ProducerBatch } from "./engine.ts";
import type { ErasureRecord } from "./core/store/erasure-record.ts";
import type { KeyTable } from "./core/store/store-key.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { BreakpointSpec, BreakpointView } from "@signalbox/runtime/model/breakpoint";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { ErasureCounts, ErasureTarget } from "@signalbox/runtime/model/erasure";
import type { Era } from "@signalbox/runtime/model/era";
import type { EngineError } from "@signalbox/runtime/model/engine-error";
import type { LimitView } from "@signalbox/runtime/model/limit-view";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { OutboxEntry, OutboxDelivery } from "./model/outbox-entry.ts";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { RecordsQuery } from "@signalbox/runtime/model/queries";
import type { EgressView, EndpointView, EngineStatus, FunctionTypeView } from "@signalbox/runtime/model/views";
import type { StoreEntry } from "./ports/store.ts";

/** What it knows of itself without reading anything. */
export interface PartitionReport {
  readonly status: EngineStatus;
  readonly functionTypes: readonly FunctionTypeView[];
  readonly endpoints: readonly EndpointView[];
  readonly egresses: readonly EgressView[];
  readonly limits: readonly LimitView[];
  readonly breakpoints: readonly BreakpointView[];
  readonly nextSequence: number;
  readonly fullTypes: readonly string[];
}

/** What goes with whatever is admitted. */
export interface Door {
  /** Its name, for those who watch. */
  readonly ingress: string;
  /** The clock of the furthest partition. */
  readonly clock: number;
}

/** One partition at one epoch, until it is closed. */
export interface PartitionSnapshot {
  readonly epoch: number;
  readonly nextSequence: number;
  /** The last sequence received from each other partition. */
  readonly received: ReadonlyMap<number, number>;
  /** A table (core/store/store-key.ts) in the order of its keys. */
  scan(table: KeyTable): AsyncIterable<StoreEntry>;
  outboxEntries(): AsyncIterable<{ readonly to: number; readonly entry: OutboxEntry }>;
  close(): Promise<void>;
}

/** `isAwaited`: it was waited for here; else it is to be asked for. */
export interface AwaitedCall {
  readonly accepted: Accepted;
  readonly answer: TypedValue | undefined;
  readonly isAwaited: boolean;
}

export interface Partition {
  /** Dispatch begins. Before, it is only recovered. */
  start(): void;
  report(): PartitionReport;

  /** Function types for which an ingress is refused here, as far as is known. */
  fullTypes(): readonly string[];
  /** A sequence above all that it has given, as far as is known here: what is newer in one partition gets higher ones in another. */
  clock(): number;

  accept(message: IngressMessage, door: Door): Promise<Accepted>;
  /** Accepts it and waits for its answer, where that is kept here; absent: the way to it is too long for that. */
  callAndWait?(message: CallMessage, door: Door, waitMs: number): Promise<AwaitedCall>;
  acceptBatch(batch: ProducerBatch, door: Door): Promise<{ readonly durableSequence: number }>;
  /**
   * Takes what another partition delivers. Resolves with the last sequence from it that is durable here; rejects when it has to come again.
   */
  receive(delivery: OutboxDelivery): Promise<number>;

  /** Takes them, whatever its health; rejects when they could not be made durable meanwhile. */
  applyBindings(bindings: Bindings): Promise<void>;
  act(selection: EntitySelection, action: EntityAction): Promise<{ readonly changed: number }>;
  setBreakpoint(spec: BreakpointSpec, basis?: unknown): Promise<void>;
  releaseBreakpoint(id: string): Promise<{ readonly released: number }>;
  watchTrace(trace: number, forMs: number): Promise<void>;
  stepHeld(address: Address): Promise<void>;
  editState(address: Address, edits: readonly StateEdit[]): Promise<void>;

  /** Runs one of runtime/reads/engine-reads.ts for what lives here. */
  read(name: string, given: readonly unknown[]): Promise<unknown>;
  records(query: RecordsQuery): AsyncIterable<JournalRecord>;
  /** The eras that its store knows, in rising order. */
  eras(): Promise<Era[]>;

  egressAcknowledge(egress: string, through: number): Promise<void>;

  /** Resolves once everything acknowledged until now is in what `snapshot` shows. */
  flushed(): Promise<void>;
  /** Nothing is received from other partitions until `release`: with all of them held, their snapshots fit together. */
  hold(): Promise<void>;
  snapshot(): Promise<PartitionSnapshot>;
  release(): void;

  /** Suspends housekeeping (a restore begins) until `resumeMaintenance` or `resume`. */
  suspendMaintenance(): Promise<void>;
  resumeMaintenance(): void;

  /** How many values an erasure would remove here. */
  countErasable(targets: readonly ErasureTarget[]): Promise<ErasureCounts>;
  /** Calls whose answers here tell of the targets. */
  callsOf(targets: readonly ErasureTarget[]): Promise<ErasureTarget[]>;
  /** The one that its store came out of. */
  lastErasure(): Promise<ErasureRecord | undefined>;

  /** Resolves once it is at rest, with a number that grows with all it does. */
  settled(): Promise<number>;
  drain(timeoutMs: number): Promise<void>;
  halt(reason: EngineError): Promise<void>;
  /** After halt: recovers again from its own store, with the bindings that were in force, and starts. */
  resume(): Promise<void>;
  /** After halt, for a partition that cannot be replaced. */
  fail(error: unknown): void;
  close(): Promise<void>;
}
