/**
 * EmbeddedEngine: Engine (engine.ts) over one or several partitions: changes and savepoints; the reads come from engine-reader.ts.
 * Everything about one id goes to its home; what spans partitions is merged (merged-*.ts). A restore replaces all partitions and their
 * stores as a whole.
 */
import { coverageMark } from "../core/coverage-mark.ts";
import type {
  Accepted,
  Called,
  CallMessage,
  CheckOptions,
  Engine,
  EngineChange,
  EntityAction,
  EntitySelection,
  IngressMessage,
  ProducerBatch,
  RestoreOptions,
  SavepointErasure,
  SavepointOptions,
  SavepointSummary,
} from "../engine.ts";
import type { EngineLimits } from "../limits.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { BreakpointSpec, BreakpointView } from "@signalbox/runtime/model/breakpoint";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { ErasureCounts, ErasureRequest, ErasureTarget, SavepointErasureRequest } from "@signalbox/runtime/model/erasure";
import { erasKeptMax, type Era } from "@signalbox/runtime/model/era";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { LimitView } from "@signalbox/runtime/model/limit-view";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
import type { EgressView, EndpointView, EngineStatus, FunctionTypeView } from "@signalbox/runtime/model/views";
import type { Door, Partition, PartitionReport } from "../partition.ts";
import type { NextPartitions, PartitionWiring } from "../partition-home.ts";
import type { OpenedSavepoint } from "../ports/savepoint-files.ts";
import { copyErased, countErasable, erasedBefore, erasingNow } from "./erasure/erasing.ts";
import { mergeBreakpoints } from "./reads/breakpoint-views.ts";
import { callAtHome } from "./functions/call-at-home.ts";
import { setInAll } from "./breakpoint-in-all.ts";
import { eraAfter, restoringNow, type NamedRestore } from "./savepoints/era-after-restore.ts";
import { EngineReader, homeAmong } from "./reads/engine-reader.ts";
import { carryJournal, writeEras } from "./savepoints/journal-carry.ts";
import { mergeLimits } from "./reads/limit-views.ts";
import type { EmbeddedEnginePorts, EnginePorts } from "./engine-ports.ts";
import { LocalPartitions } from "./local-partitions.ts";
import { mergeEgresses, mergeEndpoints, mergeStatus, mergeTypes } from "./reads/merged-views.ts";
import { bringToRest, goOnWithOld, haltAll, type Generation } from "./savepoints/old-partitions.ts";
import { overloadRetryAfterMs, requireRoom } from "./room-for-batch.ts";
import { takeCut } from "./savepoints/savepoint-cut.ts";
import { checkSavepoint, eraseInSavepoint } from "./savepoints/savepoint-reads.ts";
import { refusalOf } from "./processor/store-health.ts";
import { StoreFiller } from "./savepoints/store-filler.ts";

const drainTimeoutMsDefault = 30_000;
const engineVersion = "0.1.0";
const noBindings: Bindings = { endpoints: [], egresses: [] };

export class EmbeddedEngine extends EngineReader implements Engine {
  private readonly ports: EmbeddedEnginePorts;
  protected partitions: readonly Partition[] = [];
  private bindings: Bindings = noBindings;
  private restoring = false;
  private erasing = false;
  /** Savepoints that are being taken. An erasure must wait for them, because they still read the values. */
  private cuts = 0;
  private erasKnown: readonly Era[] = [];
  /** True from the call of stop() on: a restore under way then puts nothing in force and starts nothing. */
  private stopped = false;
  private readonly listeners = new Set<(change: EngineChange) => void>();

  private constructor(ports: EmbeddedEnginePorts) {
    super();
    this.ports = ports;
  }

  /** Opens an engine whose partitions run in this thread. */
  static open(ports: EnginePorts, limits: EngineLimits, partitions = 1): Promise<EmbeddedEngine> {
    return EmbeddedEngine.over({ ...ports, partitions: new LocalPartitions(ports, limits, partitions) });
  }

  static async over(ports: EmbeddedEnginePorts): Promise<EmbeddedEngine> {
    await ports.partitions.removeStale();
    const engine = new EmbeddedEngine(ports);
    const generation: Generation = { partitions: [] };
    generation.partitions = await ports.partitions.openCurrent(engine.wiringOf(generation, noBindings));
    engine.partitions = generation.partitions;
    engine.erasKnown = (await engine.partitions[0]?.eras()) ?? [];
    for (const partition of engine.partitions) partition.start();
    return engine;
  }

  status(): EngineStatus {
    return mergeStatus(this.reports().map((report) => report.status));
  }

  functionTypes(): FunctionTypeView[] {
    return mergeTypes(this.reports().map((report) => report.functionTypes));
  }

  endpoints(): EndpointView[] {
    return mergeEndpoints(this.reports().map((report) => report.endpoints));
  }

  limits(): LimitView[] {
    return mergeLimits(this.reports().map((report) => report.limits));
  }

  breakpoints(): BreakpointView[] {
    return mergeBreakpoints(this.reports().map((report) => report.breakpoints));
  }

  egresses(): EgressView[] {
    return mergeEgresses(this.reports().map((report) => report.egresses));
  }

  accept(message: IngressMessage, ingress = "api"): Promise<Accepted> {
    const refusal = this.refusalNow();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.home(message.target.id).accept(message, this.door(ingress));
  }

  call(message: CallMessage, { waitMs }: { readonly waitMs: number }, ingress = "api"): Promise<Called> {
    const refusal = this.refusalNow();
    if (refusal !== undefined) return Promise.reject(refusal);
    return callAtHome(this, this.home(message.target.id), { message, waitMs, door: this.door(ingress) });
  }

  /** The producer's home admits the batch as a whole, after asking whether there is room where its messages go. */
  async acceptBatch(batch: ProducerBatch, ingress = "api"): Promise<{ durableSequence: number }> {
    this.refuseWhileRestoring();
    if (this.partitions.length > 1) requireRoom(this.partitions, batch);
    return this.home(batch.producer).acceptBatch(batch, this.door(ingress));
  }

  /** Applies them in all partitions or in none: first all must be well, then each takes them whatever its health. */
  async applyBindings(bindings: Bindings): Promise<void> {
    const refusal = refusalOf(this.status().health);
    if (refusal !== undefined) throw refusal;
    this.bindings = bindings;
    await Promise.all(this.partitions.map((partition) => partition.applyBindings(bindings)));
    this.ports.partitions.retain(bindings);
  }

  async act(selection: EntitySelection, action: EntityAction): Promise<{ changed: number }> {
    this.refuseWhileRestoring();
    if (selection.kind === "one") return this.home(selection.address.id).act(selection, action);
    const acted = await Promise.all(this.partitions.map((partition) => partition.act(selection, action)));
    return { changed: acted.reduce((sum, { changed }) => sum + changed, 0) };
  }

  async setBreakpoint(spec: BreakpointSpec, basis?: unknown): Promise<void> {
    this.refuseWhileRestoring();
    return setInAll(this.partitions, spec, basis);
  }

  async releaseBreakpoint(id: string): Promise<{ released: number }> {
    const all = await Promise.all(this.partitions.map((partition) => partition.releaseBreakpoint(id)));
    return { released: all.reduce((sum, { released }) => sum + released, 0) };
  }

  /** Watches in all partitions, because nobody knows yet where the trace will go. */
  async watchTrace(trace: number, forMs: number): Promise<void> {
    this.refuseWhileRestoring();
    await Promise.all(this.partitions.map((partition) => partition.watchTrace(trace, forMs)));
  }

  async stepHeld(address: Address): Promise<void> {
    this.refuseWhileRestoring();
    return this.home(address.id).stepHeld(address);
  }

  async editState(address: Address, edits: readonly StateEdit[]): Promise<void> {
    this.refuseWhileRestoring();
    return this.home(address.id).editState(address, edits);
  }

  async egressAcknowledge(egress: string, through: number): Promise<void> {
    this.refuseWhileRestoring();
    return this.home(egress).egressAcknowledge(egress, through);
  }

  async takeSavepoint(path: string, options: SavepointOptions = {}): Promise<SavepointSummary> {
    if (this.erasing) throw erasingNow();
    const startedMs = this.ports.clock.steadyMs();
    this.cuts++;
    const cut = await takeCut(this.partitions).catch((error: unknown) => {
      this.cuts--;
      throw error;
    });
    try {
      const { epoch, nextSequence, journalFrom } = cut;
      const ends = journalFrom.length > 1 ? { partitionEnds: journalFrom } : {};
      const header = { epoch, nextSequence, createdMs: this.ports.clock.nowMs(), engineVersion, ...ends };
      const counts = await this.ports.savepointFiles.write({ path, header, scans: cut.scans(), ...options });
      return { ...counts, durationMs: Math.round(this.ports.clock.steadyMs() - startedMs), journalFrom };
    } finally {
      this.cuts--;
      await cut.close();
    }
  }

  checkSavepoint(path: string, options: CheckOptions = {}): Promise<SavepointSummary> {
    return checkSavepoint(this.ports, path, options);
  }

  async restoreSavepoint(path: string, options: RestoreOptions = {}): Promise<{ epoch: number }> {
    this.refuseWhileRestoring();
    this.restoring = true;
    try {
      const file = await this.ports.savepointFiles.read(path, { expectedChecksum: options.expectedChecksum });
      try {
        await options.before?.();
        return await this.replacePartitions(file, { ...options, name: options.name ?? path.slice(path.lastIndexOf("/") + 1) });
      } finally {
        file.close();
      }
    } finally {
      this.restoring = false;
    }
  }

  /** Writes new stores, which replace the old ones in one step. The erasure is done once the old files are gone. */
  async erase(request: ErasureRequest): Promise<ErasureCounts> {
    this.refuseWhileRestoring();
    if (this.cuts > 0) throw new EngineError("OVERLOADED", "a savepoint is being taken", "Erase once it is there.", overloadRetryAfterMs);
    this.erasing = true;
    try {
      const counts = (await erasedBefore(this.partitions, request.id)) ?? (await this.eraseNow(request));
      await this.ports.partitions.removeStale();
      return counts;
    } finally {
      this.erasing = false;
    }
  }

  countErasable(targets: readonly ErasureTarget[]): Promise<ErasureCounts> {
    return countErasable(this.partitions, targets);
  }

  eraseInSavepoint(request: SavepointErasureRequest): Promise<SavepointErasure> {
    return eraseInSavepoint(this.partitions, this.ports, request);
  }

  onChange(listener: (change: EngineChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  eras(): readonly Era[] {
    return this.erasKnown;
  }

  nextSequence(): number {
    return this.partitions.reduce((most, partition) => Math.max(most, partition.clock()), 1);
  }

  /** Resolves when all partitions are at rest: none of them has done anything between two looks. */
  async settled(): Promise<void> {
    let before = "";
    for (;;) {
      const now = (await Promise.all(this.partitions.map((partition) => partition.settled()))).join();
      if (now === before || this.partitions.length === 1) return;
      before = now;
    }
  }

  async stop(options: { drainTimeoutMs?: number } = {}): Promise<void> {
    this.stopped = true;
    const { partitions } = this;
    // A partition that has stopped already rejects, which is fine here.
    await Promise.allSettled(partitions.map((partition) => partition.drain(options.drainTimeoutMs ?? drainTimeoutMsDefault)));
    await haltAll(partitions, new EngineError("ENGINE_STOPPED", "the engine has stopped", "Send again once it is back."));
    for (const partition of partitions) await partition.close();
    await this.ports.partitions.close();
  }

  private home(name: string): Partition {
    return homeAmong(this.partitions, name);
  }

  private door(ingress: string): Door {
    let clock = 0;
    if (this.partitions.length > 1) for (const partition of this.partitions) clock = Math.max(clock, partition.clock());
    return { ingress, clock };
  }

  private reports(): PartitionReport[] {
    return this.partitions.map((partition) => partition.report());
  }

  private tell(change: EngineChange): void {
    for (const listener of this.listeners) listener(change);
  }

  private wiringOf(generation: Generation, bindings: Bindings): PartitionWiring {
    return {
      bindings,
      forward: async (delivery) => {
        const partition = generation.partitions[delivery.to];
        if (partition === undefined)
          throw new EngineError("ENGINE_DRAINING", "the partition is not open yet", "It is sent again by itself.");
        return partition.receive(delivery);
      },
      egressDurable: (egress) => this.tell({ kind: "egress-records", egress }),
    };
  }

  /** Refuses a read while a restore is about to replace what it would answer. */
  private refuseWhileRestoring(): void {
    const refusal = this.refusalNow();
    if (refusal !== undefined) throw refusal;
  }

  private refusalNow(): EngineError | undefined {
    if (this.restoring) return restoringNow();
    return this.erasing ? erasingNow() : undefined;
  }

  private async eraseNow(request: ErasureRequest): Promise<ErasureCounts> {
    const old = this.partitions;
    for (const partition of old) await partition.suspendMaintenance();
    const next = await this.createNext(old.length);
    try {
      await bringToRest(old, erasingNow());
      const counts = await copyErased(old, next.stores, { ...request, atMs: this.ports.clock.nowMs() });
      await this.putInForce(old, next);
      if (this.stopped) throw new EngineError("ENGINE_STOPPED", "the engine stopped during the erasure", "Erase again once it is back.");
      return counts;
    } catch (error) {
      if (this.partitions === old) await goOnWithOld(old, next, () => this.stopped);
      throw error;
    }
  }

  private createNext(partitions?: number): Promise<NextPartitions> {
    return this.ports.partitions.createNext(partitions).catch(async (error: unknown) => {
      for (const partition of this.partitions) partition.resumeMaintenance();
      throw error;
    });
  }

  private async replacePartitions(file: OpenedSavepoint, options: NamedRestore): Promise<{ epoch: number }> {
    for (const partition of this.partitions) await partition.suspendMaintenance();
    const next = await this.createNext();
    try {
      return await this.adoptFilled(file, next, options);
    } finally {
      // What is left over is removed at the next start at the latest.
      if (!this.stopped) await this.ports.partitions.removeStale().catch(() => undefined);
    }
  }

  /** The new stores are filled, synced and read back while the old ones still count; adopting them is one step after which nothing can fail. */
  private async adoptFilled(file: OpenedSavepoint, next: NextPartitions, options: NamedRestore): Promise<{ epoch: number }> {
    const old = this.partitions;
    try {
      const filler = new StoreFiller(next.stores);
      await filler.fill(file.rows, (rows) => options.onProgress?.({ phase: "filling", rows }));
      options.onProgress?.({ phase: "draining", rows: 0 });
      await bringToRest(old, restoringNow());
      // Epochs and sequences never go back, so that ids stay unique.
      const reports = old.map((partition) => partition.report());
      const epoch = Math.max(file.header.epoch, ...reports.map((report) => report.status.epoch)) + 1;
      const nextSequence = Math.max(file.header.nextSequence, ...reports.map((report) => report.nextSequence));
      options.onProgress?.({ phase: "journal", rows: 0 });
      const carried = await carryJournal(old, next.stores);
      const { firstSequencesBefore } = carried;
      const nowMs = this.ports.clock.nowMs();
      const era = eraAfter(this, { file, name: options.name, nextSequence, nowMs, firstSequencesBefore });
      const eras = [...this.erasKnown, era].slice(-erasKeptMax);
      await writeEras(next.stores, eras);
      await filler.finish({ epoch, nextSequence, journalBytes: carried.bytes });
      await options.pauseEnds?.({ ends: filler.pauseEnds.in(file.header), era: era.number });
      options.onProgress?.({ phase: "opening", rows: 0 });
      await this.putInForce(old, next, () => {
        coverageMark("restore-adopted");
        this.erasKnown = eras;
      });
      return { epoch };
    } catch (error) {
      await goOnWithOld(old, next, () => this.stopped);
      throw error;
    }
  }

  /** If the engine stops in between, adopted stores are in force from the next start on. */
  private async putInForce(old: readonly Partition[], next: NextPartitions, adopted: () => void = () => undefined): Promise<void> {
    const generation: Generation = { partitions: [] };
    generation.partitions = await next.open(this.wiringOf(generation, this.bindings));
    if (this.stopped) throw new EngineError("ENGINE_STOPPED", "the engine stopped meanwhile", "Ask again once it is back.");
    await next.adopt();
    if (this.stopped) return next.discard();
    adopted();
    this.partitions = generation.partitions;
    for (const partition of this.partitions) partition.start();
    this.tell({ kind: "restored" });
    for (const partition of old) await partition.close().catch(() => undefined);
  }
}
