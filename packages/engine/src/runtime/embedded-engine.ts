/**
 * EmbeddedEngine: Engine (engine.ts) over one partition processor. A restore replaces the processor and its store as a whole.
 * Neighbours: partition-processor.ts (the live part), *-queries.ts (reads), savepoint-rows.ts (savepoints).
 */
import { mark } from "../core/mark.ts";
import { recover } from "../core/recovery.ts";
import { encodeSequence, partsRange, storeKey } from "../core/store-key.ts";
import { decodeRecord } from "../core/store-record.ts";
import type { Acknowledgement } from "../core/action.ts";
import type {
  Accepted,
  Engine,
  EntityAction,
  EntitySelection,
  IngressMessage,
  ProducerBatch,
  SavepointProgress,
  SavepointSummary,
} from "../engine.ts";
import type { EngineLimits } from "../limits.ts";
import type { Address } from "../model/address.ts";
import type { Bindings } from "../model/endpoint-spec.ts";
import { EngineError } from "../model/engine-error.ts";
import type { JournalRecord } from "../model/journal-record.ts";
import type { EgressRecord } from "../model/message.ts";
import type { TypedValue } from "../model/typed-value.ts";
import type { SavepointRow } from "../model/savepoint-rows.ts";
import type {
  EgressView,
  EndpointView,
  EngineStatus,
  EntityStatus,
  EntitySummary,
  EntityView,
  FunctionTypeView,
  Page,
  TraceSummary,
} from "../model/views.ts";
import type { Clock } from "../ports/clock.ts";
import type { FunctionTransport } from "../ports/function-transport.ts";
import type { Observer } from "../ports/observer.ts";
import type { Random } from "../ports/random.ts";
import type { SavepointFiles } from "../ports/savepoint-files.ts";
import type { Store } from "../ports/store.ts";
import type { NextStore, StoreHome } from "../ports/store-home.ts";
import { listEntities, listTroubled, readStateValues, viewEntity, type EntityQuery } from "./entity-queries.ts";
import { Housekeeper } from "./housekeeper.ts";
import { readHistory, readJournalPage, readTrace, readTraces } from "./journal-queries.ts";
import { PartitionProcessor } from "./partition-processor.ts";
import { readTables } from "./recovery-reader.ts";
import { RowWriter, rowsOf } from "./savepoint-rows.ts";
import { viewEgresses, viewEndpoints, viewStatus, viewTypes } from "./status-views.ts";

export interface EnginePorts {
  readonly home: StoreHome;
  readonly savepointFiles: SavepointFiles;
  readonly transport: FunctionTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: Observer;
}

const drainTimeoutMsDefault = 30_000;
const restoreBatchRows = 4_000;
const engineVersion = "0.1.0";
const noBindings: Bindings = { endpoints: [], egresses: [] };

export class EmbeddedEngine implements Engine {
  private readonly ports: EnginePorts;
  private readonly limits: EngineLimits;
  private processor: PartitionProcessor;
  private housekeeper: Housekeeper;
  private restoring = false;
  /** From the call of stop() on: a restore under way puts nothing new in force and starts nothing. */
  private stopped = false;

  private constructor(ports: EnginePorts, limits: EngineLimits, processor: PartitionProcessor) {
    this.ports = ports;
    this.limits = limits;
    this.processor = processor;
    this.housekeeper = new Housekeeper(processor, ports.clock, limits);
    this.housekeeper.start();
  }

  static async open(ports: EnginePorts, limits: EngineLimits): Promise<EmbeddedEngine> {
    await ports.home.removeStale();
    const store = await ports.home.openCurrent();
    return new EmbeddedEngine(ports, limits, startProcessor(ports, store, recover(limits, noBindings, await readTables(store))));
  }

  status(): EngineStatus {
    return viewStatus(this.processor);
  }

  functionTypes(): FunctionTypeView[] {
    return viewTypes(this.processor);
  }

  endpoints(): EndpointView[] {
    return viewEndpoints(this.processor);
  }

  egresses(): EgressView[] {
    return viewEgresses(this.processor);
  }

  async accept(message: IngressMessage): Promise<Accepted> {
    const { idempotencyKey } = message;
    const knownKey = idempotencyKey === undefined ? undefined : this.processor.view.idempotency(idempotencyKey);
    const items = [{ target: message.target, value: message.value, idempotencyKey, knownKey, producerSequence: 0 }];
    const accepted = await this.processor.request((request, nowMs) => ({ kind: "ingress", nowMs, request, items, producer: undefined }));
    return as(accepted, "accepted");
  }

  async acceptBatch(batch: ProducerBatch): Promise<{ durableSequence: number }> {
    const items = batch.messages.map(({ sequence, message }) => ({
      target: message.target,
      value: message.value,
      idempotencyKey: undefined,
      knownKey: undefined,
      producerSequence: sequence,
    }));
    const producer = { id: batch.producer, lastSequence: this.processor.view.producer(batch.producer) };
    return as(await this.processor.request((request, nowMs) => ({ kind: "ingress", nowMs, request, items, producer })), "producer");
  }

  async producerSequence(producer: string): Promise<number> {
    return this.processor.view.producer(producer);
  }

  async applyBindings(bindings: Bindings): Promise<void> {
    await this.processor.request((request, nowMs) => ({ kind: "bindings", nowMs, request, bindings }));
    this.ports.transport.retain(bindings.endpoints);
  }

  entities(query: EntityQuery): Promise<Page<EntitySummary>> {
    return listEntities(this.processor, query);
  }

  troubledEntities(query: { type?: string | undefined; status?: EntityStatus | undefined; limit: number }): EntityView[] {
    return listTroubled(this.processor, query);
  }

  entity(address: Address): Promise<EntityView | undefined> {
    return viewEntity(this.processor, address);
  }

  async act(selection: EntitySelection, action: EntityAction): Promise<{ changed: number }> {
    return as(await this.processor.request((request, nowMs) => ({ kind: "act", nowMs, request, selection, act: action })), "changed");
  }

  async editState(address: Address, name: string, value: TypedValue | undefined): Promise<void> {
    await this.processor.request((request, nowMs) => {
      const values = readStateValues(this.processor, address);
      return { kind: "edit-state", nowMs, request, address, name, value, values };
    });
  }

  history(query: { address: Address; cursor?: string | undefined; limit: number }): Promise<Page<JournalRecord>> {
    return readHistory(this.processor.store, query);
  }

  journal(query: { cursor?: string | undefined; limit: number }): Promise<Page<JournalRecord>> {
    return readJournalPage(this.processor.store, query);
  }

  traces(query: { cursor?: string | undefined; limit: number }): Promise<Page<TraceSummary>> {
    return readTraces(this.processor.store, query);
  }

  trace(trace: number, limits: { recordsMax: number }): Promise<{ records: JournalRecord[]; complete: boolean }> {
    return readTrace(this.processor.store, trace, limits.recordsMax);
  }

  async egressRecords(query: { egress: string; after?: number | undefined; limit: number }): Promise<EgressRecord[]> {
    const range = partsRange("o", query.egress);
    const records: EgressRecord[] = [];
    const gt = `${range.gte}${encodeSequence(query.after ?? 0)}`;
    for await (const [, bytes] of this.processor.store.scan({ gt, lt: range.lt, limit: query.limit }))
      records.push(decodeRecord.egressRecord(bytes));
    return records;
  }

  async egressAcknowledge(egress: string, through: number): Promise<void> {
    const sequences: number[] = [];
    const range = partsRange("o", egress);
    const lt = storeKey.egressRecord(egress, through + 1);
    for await (const [, bytes] of this.processor.store.scan({ gte: range.gte, lt }))
      sequences.push(decodeRecord.egressRecord(bytes).sequence);
    await this.processor.request((request, nowMs) => ({ kind: "egress-acknowledged", nowMs, request, egress, sequences }));
  }

  async takeSavepoint(
    path: string,
    options: { onProgress?: (progress: SavepointProgress) => void; signal?: AbortSignal } = {},
  ): Promise<SavepointSummary> {
    const startedMs = this.ports.clock.nowMs();
    // An empty change waits for the open epoch, so that everything acknowledged until now is in the snapshot.
    await this.processor.request((request, nowMs) => ({ kind: "egress-acknowledged", nowMs, request, egress: "", sequences: [] }));
    const snapshot = this.processor.store.snapshot();
    try {
      const metaBytes = snapshot.get("M");
      const meta = metaBytes === undefined ? undefined : decodeRecord.meta(metaBytes);
      const header = { epoch: meta?.epoch ?? 0, nextSequence: meta?.nextSequence ?? 1, createdMs: startedMs, engineVersion };
      const counts = await this.ports.savepointFiles.write({
        path,
        header,
        rows: rowsOf(snapshot),
        onProgress: options.onProgress,
        signal: options.signal,
      });
      return { ...counts, durationMs: this.ports.clock.nowMs() - startedMs };
    } finally {
      await snapshot.close();
    }
  }

  async restoreSavepoint(path: string, options: { expectedChecksum?: string } = {}): Promise<{ epoch: number }> {
    if (this.restoring) throw new EngineError("ENGINE_DRAINING", "a restore is under way", "Wait for it to end.", 1000);
    this.restoring = true;
    try {
      const file = await this.ports.savepointFiles.read(path, options);
      try {
        return await this.replaceStore(file);
      } finally {
        file.close();
      }
    } finally {
      this.restoring = false;
    }
  }

  settled(): Promise<void> {
    return this.processor.settled();
  }

  async stop(options: { drainTimeoutMs?: number } = {}): Promise<void> {
    this.stopped = true;
    await this.housekeeper.stop();
    await this.processor.drain(options.drainTimeoutMs ?? drainTimeoutMsDefault);
    await this.processor.halt(new EngineError("ENGINE_STOPPED", "the engine has stopped", "Send again once it is back."));
    await this.ports.transport.close();
    await this.processor.store.close();
    this.ports.home.close();
  }

  private async replaceStore(file: RestoreSource): Promise<{ epoch: number }> {
    await this.housekeeper.stop();
    try {
      return await this.adoptFilled(file, await this.ports.home.createNext());
    } finally {
      // What is left over goes at the next start at the latest.
      if (!this.stopped) {
        await this.ports.home.removeStale().catch(() => undefined);
        this.housekeeper = new Housekeeper(this.processor, this.ports.clock, this.limits);
        if (!this.stopped) this.housekeeper.start();
      }
    }
  }

  /** The new store is filled, synced and read back while the old one still counts; adopting it is one step after which nothing can fail. */
  private async adoptFilled(file: RestoreSource, next: NextStore): Promise<{ epoch: number }> {
    const old = this.processor;
    try {
      const rows = new RowWriter();
      for (const row of file.rows) {
        rows.add(row);
        if (rows.pendingWrites >= restoreBatchRows) await next.store.writeSynced(rows.take());
      }
      await old.drain(drainTimeoutMsDefault);
      await old.halt(new EngineError("ENGINE_DRAINING", "a savepoint is being restored", "Send again in a moment.", 1000));
      // Epochs and sequences never go back, so that ids stay unique.
      const epoch = Math.max(old.state.epoch, file.header.epoch) + 1;
      await next.store.writeSynced(rows.finish({ epoch, nextSequence: Math.max(old.state.nextSequence, file.header.nextSequence) }));
      const recovered = recover(this.limits, old.state.bindings, await readTables(next.store));
      if (this.stopped) throw new EngineError("ENGINE_STOPPED", "the engine stopped during the restore", "Restore again once it is back.");
      await next.adopt();
      mark("restore-adopted");
      if (this.stopped) {
        // In force from the next start on.
        await next.store.close();
        return { epoch };
      }
      this.processor = startProcessor(this.ports, next.store, recovered);
      await old.store.close().catch(() => undefined);
      return { epoch };
    } catch (error) {
      await this.resumeAfterFailedRestore(old, next.store);
      throw error;
    }
  }

  private async resumeAfterFailedRestore(old: PartitionProcessor, unused: Store): Promise<void> {
    await unused.close();
    await old.halt(new EngineError("ENGINE_DRAINING", "a restore failed; the old state is in force", "Send again in a moment.", 1000));
    if (this.stopped) {
      mark("restore-ended-by-stop");
      return;
    }
    try {
      const recovered = recover(this.limits, old.state.bindings, await readTables(old.store));
      this.processor = startProcessor(this.ports, old.store, recovered);
      mark("restore-failed-and-resumed");
    } catch (error) {
      mark("restore-failed-and-stopped");
      old.fail(error);
    }
  }
}

interface RestoreSource {
  readonly header: { readonly epoch: number; readonly nextSequence: number };
  readonly rows: Iterable<SavepointRow>;
}

function startProcessor(ports: EnginePorts, store: Store, recovered: ReturnType<typeof recover>): PartitionProcessor {
  const processor = new PartitionProcessor(recovered.state, { ...ports, store });
  processor.start(recovered.actions);
  return processor;
}

function as<K extends Acknowledgement["kind"]>(acknowledgement: Acknowledgement, kind: K): Extract<Acknowledgement, { kind: K }> {
  if (acknowledgement.kind === kind) return acknowledgement as Extract<Acknowledgement, { kind: K }>;
  throw new Error(`acknowledged as ${acknowledgement.kind}, expected ${kind}`);
}
