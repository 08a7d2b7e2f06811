/**
 * LocalPartition: Partition (partition.ts) in this thread: one partition processor over one store, its housekeeper and its reads.
 * Neighbours: partition-processor.ts (the live part), *-queries.ts (reads), savepoint-rows.ts (savepoints).
 */
import type { Acknowledgement } from "../core/action.ts";
import type { Command, IngressItem } from "../core/command.ts";
import { fullTypes } from "../core/ingress.ts";
import { recover, type Recovered } from "../core/recovery.ts";
import type { ErasureRecord } from "../core/store/erasure-record.ts";
import { decodeSequence, metaKey, splitKey, storeKey, tableRange } from "../core/store/store-key.ts";
import { decodeRecord } from "../core/store/store-record.ts";
import type { Accepted, CallMessage, EntityAction, EntitySelection, IngressMessage, ProducerBatch } from "../engine.ts";
import type { EngineLimits } from "../limits.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { EngineError } from "@signalbox/runtime/model/engine-error";
import type { ErasureCounts, ErasureTarget } from "@signalbox/runtime/model/erasure";
import type { Era } from "@signalbox/runtime/model/era";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { OutboxDelivery } from "../model/outbox-entry.ts";
import type { PartitionPlace } from "../model/partition-place.ts";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
import type { RecordsQuery } from "@signalbox/runtime/model/queries";
import type { AwaitedCall, Door, Partition, PartitionReport, PartitionSnapshot } from "../partition.ts";
import { viewBreakpoints } from "./reads/breakpoint-views.ts";
import { conditionOf } from "./processor/conditions.ts";
import { withBuiltIns } from "./functions/call-function.ts";
import { callAndAwait } from "./reads/call-queries.ts";
import { waitingSequences } from "./reads/egress-queries.ts";
import { readIn } from "./reads/engine-reads.ts";
import { callsIn, countInStore, lastErasureIn } from "./erasure/erasing.ts";
import { readStateValues } from "./reads/entity-queries.ts";
import { Housekeeper } from "./processor/housekeeper.ts";
import { readEras } from "./savepoints/journal-carry.ts";
import { recordsIn } from "./reads/journal-reader.ts";
import { viewLimits } from "./reads/limit-views.ts";
import type { ProcessorPorts } from "./processor/processor-ports.ts";
import { PartitionProcessor } from "./processor/partition-processor.ts";
import { readTables } from "./processor/recovery-reader.ts";
import { viewEgresses, viewEndpoints, viewStatus, viewTypes } from "./reads/status-views.ts";

export interface LocalPartitionOptions {
  /** This partition's share of the engine's limits (limits.ts, limitsOfOne). */
  readonly limits: EngineLimits;
  readonly place: PartitionPlace;
  readonly bindings: Bindings;
}

export class LocalPartition implements Partition {
  private readonly ports: ProcessorPorts;
  private readonly options: LocalPartitionOptions;
  private processor: PartitionProcessor;
  private housekeeper: Housekeeper;
  private actions: Recovered["actions"];

  private constructor(ports: ProcessorPorts, options: LocalPartitionOptions, recovered: Recovered) {
    this.ports = { ...ports, transport: withBuiltIns(ports.transport, options.limits) };
    this.options = options;
    this.processor = new PartitionProcessor(recovered.state, this.ports);
    this.housekeeper = new Housekeeper(this.processor, ports.clock, options.limits);
    this.actions = recovered.actions;
  }

  /** Opens a partition that is recovered from its store and not started. */
  static async open(ports: ProcessorPorts, options: LocalPartitionOptions): Promise<LocalPartition> {
    const tables = await readTables(ports.store);
    return new LocalPartition(ports, options, recover({ ...options, nowMs: ports.clock.nowMs() }, tables));
  }

  start(): void {
    this.processor.start(this.actions);
    this.actions = [];
    this.housekeeper.start();
  }

  report(): PartitionReport {
    const { processor } = this;
    return {
      status: viewStatus(processor),
      functionTypes: viewTypes(processor),
      endpoints: viewEndpoints(processor),
      egresses: viewEgresses(processor),
      limits: viewLimits(processor),
      breakpoints: viewBreakpoints(processor),
      nextSequence: processor.state.sequences.next,
      fullTypes: fullTypes(processor.state),
    };
  }

  fullTypes(): readonly string[] {
    return fullTypes(this.processor.state);
  }

  clock(): number {
    return this.processor.state.sequences.next;
  }

  private item({ target, value, headers, wantsAnswer, idempotencyKey }: IngressMessage): IngressItem {
    const knownKey = idempotencyKey === undefined ? undefined : this.processor.view.idempotency(idempotencyKey, target);
    return { target, value, headers, wantsAnswer, idempotencyKey, knownKey, producerSequence: 0 };
  }

  callAndWait(message: CallMessage, door: Door, waitMs: number): Promise<AwaitedCall> {
    const items = [this.item({ ...message, wantsAnswer: "one" })];
    const command = (requests: { request: number; waiter: number }, nowMs: number): Command => ({
      kind: "ingress",
      nowMs,
      ...requests,
      ...door,
      items,
      producer: undefined,
    });
    return callAndAwait(this.processor, command, waitMs);
  }

  async accept(message: IngressMessage, door: Door): Promise<Accepted> {
    const items = [this.item(message)];
    const accepted = await this.processor.request((request, nowMs) => ({
      kind: "ingress",
      nowMs,
      request,
      ...door,
      items,
      producer: undefined,
    }));
    return as(accepted, "accepted");
  }

  async acceptBatch(batch: ProducerBatch, door: Door): Promise<{ durableSequence: number }> {
    const items = batch.messages.map(({ sequence, message }) => ({
      target: message.target,
      value: message.value,
      headers: message.headers,
      wantsAnswer: undefined,
      idempotencyKey: undefined,
      knownKey: undefined,
      producerSequence: sequence,
    }));
    const { producer: id, previousSequence, position: next } = batch;
    const producer = { id, previousSequence, lastSequence: this.processor.view.producer(id).sequence, next };
    return as(
      await this.processor.request((request, nowMs) => ({ kind: "ingress", nowMs, request, ...door, items, producer })),
      "producer",
    );
  }

  async receive(delivery: OutboxDelivery): Promise<number> {
    const received = await this.processor.request((request, nowMs) => ({ kind: "received", nowMs, request, delivery }));
    return as(received, "received").through;
  }

  async applyBindings(bindings: Bindings): Promise<void> {
    await this.processor.requestAnyway((request, nowMs) => ({ kind: "bindings", nowMs, request, bindings }));
  }

  async act(selection: EntitySelection, action: EntityAction): Promise<{ changed: number }> {
    return as(
      await this.processor.request((request, nowMs) => ({ kind: "operator-action", nowMs, request, selection, act: action })),
      "changed",
    );
  }

  async setBreakpoint(spec: BreakpointSpec, basis?: unknown): Promise<void> {
    const condition = await conditionOf(spec, { load: this.ports.conditions, basis });
    await this.processor.request((request, nowMs) => ({ kind: "set-breakpoint", nowMs, request, spec, condition }));
  }

  async releaseBreakpoint(id: string): Promise<{ released: number }> {
    const done = await this.processor.request((request, nowMs) => ({ kind: "release-breakpoint", nowMs, request, id }));
    return { released: as(done, "changed").changed };
  }

  async watchTrace(trace: number, forMs: number): Promise<void> {
    await this.processor.request((request, nowMs) => ({ kind: "watch-trace", nowMs, request, trace, forMs }));
  }

  async stepHeld(address: Address): Promise<void> {
    const selection = { kind: "one", address } as const;
    await this.processor.request((request, nowMs) => ({ kind: "operator-action", nowMs, request, selection, act: { kind: "step" } }));
  }

  async editState(address: Address, edits: readonly StateEdit[]): Promise<void> {
    await this.processor.request((request, nowMs) => {
      const values = readStateValues(this.processor, address);
      return { kind: "edit-state", nowMs, request, address, edits, values };
    });
  }

  read(name: string, given: readonly unknown[]): Promise<unknown> {
    return readIn(this.processor, name, given);
  }

  records(query: RecordsQuery): AsyncIterable<JournalRecord> {
    return recordsIn(this.processor.store, query);
  }

  eras(): Promise<Era[]> {
    return readEras(this.processor.store);
  }

  async egressAcknowledge(egress: string, through: number): Promise<void> {
    const sequences = await waitingSequences(this.processor.store, egress, through);
    await this.processor.request((request, nowMs) => ({ kind: "egress-acknowledged", nowMs, request, egress, sequences }));
  }

  /** Submits no change and resolves once the open epoch is durable. */
  async flushed(): Promise<void> {
    await this.processor.request((request, nowMs) => ({ kind: "egress-acknowledged", nowMs, request, egress: "", sequences: [] }));
  }

  /**
   * There is nothing to hold: partitions in one thread take their snapshots in one turn, and what one has received is durable in its
   * sender.
   */
  async hold(): Promise<void> {}

  release(): void {}

  async snapshot(): Promise<PartitionSnapshot> {
    const snapshot = this.processor.store.snapshot();
    const metaBytes = snapshot.get(metaKey);
    const meta = metaBytes === undefined ? undefined : decodeRecord.meta(metaBytes);
    const received = new Map<number, number>();
    for (let from = 0; from < this.options.place.count; from++) {
      const bytes = this.options.place.count === 1 ? undefined : snapshot.get(storeKey.received(from));
      if (bytes !== undefined) received.set(from, decodeRecord.received(bytes));
    }
    return {
      epoch: meta?.epoch ?? 0,
      nextSequence: meta?.nextSequence ?? 1,
      received,
      scan: (table) => snapshot.scan(tableRange(table)),
      async *outboxEntries() {
        for await (const [key, bytes] of snapshot.scan(tableRange("n")))
          yield { to: decodeSequence(splitKey(key)[1] ?? ""), entry: decodeRecord.outboxEntry(bytes) };
      },
      close: () => snapshot.close(),
    };
  }

  suspendMaintenance(): Promise<void> {
    return this.housekeeper.stop();
  }

  resumeMaintenance(): void {
    this.housekeeper = new Housekeeper(this.processor, this.ports.clock, this.options.limits);
    this.housekeeper.start();
  }

  async settled(): Promise<number> {
    await this.processor.settled();
    const { state } = this.processor;
    return state.sequences.next + state.invocations.next + state.epochs.open;
  }

  async drain(timeoutMs: number): Promise<void> {
    await this.housekeeper.stop();
    await this.processor.drain(timeoutMs);
  }

  halt(reason: EngineError): Promise<void> {
    return this.processor.halt(reason);
  }

  async resume(): Promise<void> {
    const { ports, options, processor } = this;
    const tables = await readTables(ports.store);
    const recovered = recover({ ...options, bindings: processor.state.routes.bindings, nowMs: ports.clock.nowMs() }, tables);
    this.processor = new PartitionProcessor(recovered.state, this.ports);
    this.processor.start(recovered.actions);
    this.resumeMaintenance();
  }

  countErasable(targets: readonly ErasureTarget[]): Promise<ErasureCounts> {
    return countInStore(this.ports.store, targets);
  }

  callsOf(targets: readonly ErasureTarget[]): Promise<ErasureTarget[]> {
    return callsIn(this.ports.store, targets);
  }

  async lastErasure(): Promise<ErasureRecord | undefined> {
    return lastErasureIn(this.ports.store);
  }

  fail(error: unknown): void {
    this.processor.fail(error);
  }

  close(): Promise<void> {
    return this.ports.store.close();
  }
}

function as<K extends Acknowledgement["kind"]>(acknowledgement: Acknowledgement, kind: K): Extract<Acknowledgement, { kind: K }> {
  if (acknowledgement.kind === kind) return acknowledgement as Extract<Acknowledgement, { kind: K }>;
  throw new Error(`acknowledged as ${acknowledgement.kind}, expected ${kind}`);
}
