/**
 * WorkerPartition: Partition (partition.ts) in a thread of its own; this is the end in the gateway's thread. Calls leave in order, at the
 * end of the turn that makes them. The partition reports its status unasked; a thread that ends unexpectedly counts as a stopped partition.
 */
import type { Worker } from "node:worker_threads";
import type { BytesReader, BytesWriter } from "../core/store/bytes-writer.ts";
import type { Accepted, IngressMessage, ProducerBatch } from "../engine.ts";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { NumberMap } from "../model/collections/number-map.ts";
import type { RecordsQuery } from "@signalbox/runtime/model/queries";
import type { Door, Partition, PartitionReport, PartitionSnapshot } from "../partition.ts";
import { FramePort } from "./frame-port.ts";
import { part, readError, readPlain, writePlain } from "./frame.ts";
import { callKind, plainMethods, type PlainMethods, type SpecialMethods } from "./partition-methods.ts";
import { openedCall } from "./partition-task.ts";
import { readAccepted, writeBatch, writeDoor, writeIngressMessage } from "./payloads.ts";
import { note } from "./worker-observer.ts";

const recordsPageMax = 200;
const snapshotPageRows = 2_000;
const snapshotPageBlocks = 32;

export interface WorkerPartitionHooks {
  /** What the thread's observer sends. */
  observed(digest: unknown): void;
  stopped(event: EngineEvent): void;
  egressDurable(egress: string): void;
}

interface Waiting {
  readonly answered: (reader: BytesReader) => void;
  readonly reject: (error: Error) => void;
}

/** Each of plainMethods as a method that calls the one of the same name in the other thread. */
abstract class PlainCalls {
  protected abstract askByName(name: string, given: readonly unknown[]): Promise<unknown>;
}

for (const name of plainMethods) {
  Object.defineProperty(PlainCalls.prototype, name, {
    value(this: PlainCalls, ...given: unknown[]) {
      return this.askByName(name, given);
    },
  });
}

const PlainCaller = PlainCalls as abstract new () => PlainCalls & PlainMethods;

export class WorkerPartition extends PlainCaller implements Partition {
  private readonly worker: Worker;
  private readonly port: FramePort;
  private readonly hooks: WorkerPartitionHooks;
  private readonly waiting = new NumberMap<Waiting>();
  private nextCall = openedCall + 1;
  private nextStream = 1;
  private highest = 0;
  private last: PartitionReport | undefined;
  private closing = false;

  private constructor(worker: Worker, hooks: WorkerPartitionHooks) {
    super();
    this.worker = worker;
    this.hooks = hooks;
    this.port = new FramePort(worker, (reader) => this.hear(reader));
    worker.on("error", (error) => this.lost(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    worker.on("exit", (code) => this.lost(`its thread ended with code ${code}`));
  }

  /** Resolves once it has recovered. */
  static open(worker: Worker, hooks: WorkerPartitionHooks): Promise<WorkerPartition> {
    const partition = new WorkerPartition(worker, hooks);
    return new Promise((resolve, reject) => {
      partition.waiting.set(openedCall, { answered: () => resolve(partition), reject });
    });
  }

  start(): void {
    this.tell("start");
  }

  report(): PartitionReport {
    if (this.last === undefined) throw new Error("the partition has not told anything of itself yet");
    return this.last;
  }

  fullTypes(): readonly string[] {
    return this.last?.fullTypes ?? [];
  }

  clock(): number {
    return this.highest;
  }

  accept(message: IngressMessage, door: Door): Promise<Accepted> {
    return this.call(
      (writer) => {
        writer.byte(callKind.accept);
        writeDoor(writer, door);
        writeIngressMessage(writer, message);
      },
      (reader) => {
        const accepted = readAccepted(reader);
        this.highest = Math.max(this.highest, accepted.messageId + 1);
        return accepted;
      },
    );
  }

  acceptBatch(batch: ProducerBatch, door: Door): Promise<{ durableSequence: number }> {
    return this.call(
      (writer) => {
        writer.byte(callKind.acceptBatch);
        writeDoor(writer, door);
        writeBatch(writer, batch);
      },
      (reader) => ({ durableSequence: reader.number() }),
    );
  }

  receive(): Promise<number> {
    return Promise.reject(new Error("partitions in threads receive from each other directly"));
  }

  applyBindings(bindings: Bindings): Promise<void> {
    return this.ask("applyBindings", bindings);
  }

  async *records(query: RecordsQuery): AsyncGenerator<JournalRecord> {
    let next = query;
    for (;;) {
      const page = await this.ask("recordsPage", next, recordsPageMax);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < recordsPageMax) return;
      next = query.kind === "from" ? { kind: "from", sequence: last.sequence + 1 } : { kind: "before", sequence: last.sequence };
    }
  }

  hold(): Promise<void> {
    return this.ask("hold") as Promise<void>;
  }

  release(): void {
    this.tell("release");
  }

  async snapshot(): Promise<PartitionSnapshot> {
    const { snapshot, epoch, nextSequence, received } = await this.ask("snapshot");
    return {
      epoch,
      nextSequence,
      received,
      scan: (table) => {
        const stream = { snapshot, stream: this.nextStream++ };
        // A row of the journal is a block, which is as large as a hundred other rows.
        const rows = table === "j" ? snapshotPageBlocks : snapshotPageRows;
        return this.pages(() => this.ask("snapshotScan", stream, table, rows));
      },
      outboxEntries: () => {
        const stream = { snapshot, stream: this.nextStream++ };
        return this.pages(() => this.ask("snapshotOutbox", stream, snapshotPageRows));
      },
      close: () => this.ask("snapshotClose", snapshot),
    };
  }

  resumeMaintenance(): void {
    this.tell("resumeMaintenance");
  }

  async halt({ code, message, cure }: EngineError): Promise<void> {
    // A thread that is gone needs no halt.
    await this.ask("halt", { code, message, cure }).catch(() => undefined);
  }

  fail(error: unknown): void {
    this.tell("fail", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  /** Sends a message to the observer in the partition's thread. */
  tellObserver(message: unknown): void {
    this.tell("tell", message);
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.ask("close").catch(() => undefined);
    await this.worker.terminate();
  }

  private async *pages<T>(next: () => Promise<T[]>): AsyncGenerator<T> {
    for (let page = await next(); page.length > 0; page = await next()) yield* page;
  }

  private tell<M extends keyof SpecialMethods>(method: M, ...given: Parameters<SpecialMethods[M]>): void {
    // An error there shows in the partition's health.
    this.ask(method, ...given).catch(() => undefined);
  }

  private ask<M extends keyof SpecialMethods>(
    method: M,
    ...given: Parameters<SpecialMethods[M]>
  ): Promise<Awaited<ReturnType<SpecialMethods[M]>>> {
    return this.askByName(method, given) as Promise<Awaited<ReturnType<SpecialMethods[M]>>>;
  }

  protected askByName(name: string, given: readonly unknown[]): Promise<unknown> {
    return this.call((writer) => {
      writer.byte(callKind.method);
      writer.text(name);
      writePlain(writer, given);
    }, readPlain);
  }

  private call<T>(write: (writer: BytesWriter) => void, read: (reader: BytesReader) => T): Promise<T> {
    const health = this.last?.status.health;
    if (health?.kind === "stopped" && this.worker.threadId === -1)
      return Promise.reject(new EngineError(health.code, `the engine has stopped: ${health.message}`, health.cure));
    return new Promise((resolve, reject) => {
      const call = this.nextCall++;
      this.waiting.set(call, { answered: (reader) => resolve(read(reader)), reject });
      this.port.write((writer) => {
        writer.byte(part.call);
        writer.number(call);
        write(writer);
      });
    });
  }

  private hear(reader: BytesReader): void {
    const kind = reader.byte();
    if (kind === part.note) return this.noted(reader);
    const call = reader.number();
    const waiting = this.waiting.get(call);
    this.waiting.delete(call);
    if (kind === part.answer) waiting?.answered(reader);
    else waiting?.reject(readError(reader));
  }

  private noted(reader: BytesReader): void {
    const kind = reader.byte();
    const value = readPlain(reader);
    if (kind === note.report) {
      this.last = value as PartitionReport;
      this.highest = Math.max(this.highest, this.last.nextSequence);
    } else if (kind === note.stopped) this.hooks.stopped(value as EngineEvent);
    else if (kind === note.egressDurable) this.hooks.egressDurable(value as string);
    else this.hooks.observed(value);
  }

  /** Reported loudly, because the partition's entities stand still until the gateway starts again. */
  private lost(reason: string): void {
    const error = new EngineError(
      "ENGINE_STOPPED",
      `a partition has stopped: ${reason}`,
      "Start the gateway again; nothing that was acknowledged is lost.",
    );
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
    if (this.closing || this.last === undefined || this.last.status.health.kind === "stopped") return;
    const sinceMs = this.last.status.lastDurableMs;
    const health = { kind: "stopped", code: error.code, message: error.message, place: "", cure: error.cure, sinceMs } as const;
    this.last = { ...this.last, status: { ...this.last.status, health } };
    this.hooks.stopped({ kind: "stopped", reason, atMs: sinceMs });
  }
}
