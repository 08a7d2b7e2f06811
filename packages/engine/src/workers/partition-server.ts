/**
 * PartitionServer: runs in a partition's thread; does what the gateway's thread asks, in the order of asking, and answers. Reports the
 * partition's status every reportMs while that changes, and before the answer to anything that changes it.
 */
import { serialize } from "node:v8";
import type { ThreadObserver } from "@signalbox/runtime";
import type { BytesReader, BytesWriter } from "../core/store/bytes-writer.ts";
import { EngineError, engineErrorCodes } from "@signalbox/runtime/model/engine-error";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { PartitionSnapshot } from "../partition.ts";
import type { StoreEntry } from "../ports/store.ts";
import type { FunctionTransport } from "../ports/function-transport.ts";
import type { LocalPartition } from "../runtime/local-partition.ts";
import type { FramePort } from "./frame-port.ts";
import { part, readPlain, writeError, writePlain } from "./frame.ts";
import type { PartitionLinks } from "./partition-links.ts";
import { callKind, plainMethods, type MethodName, type OutboxRow, type SpecialMethods } from "./partition-methods.ts";
import { openedCall } from "./partition-task.ts";
import { readBatch, readDoor, readIngressMessage, writeAccepted } from "./payloads.ts";
import { note } from "./worker-observer.ts";

const reportMs = 100;
/** After these methods the gateway's thread may read the report at once, so it is sent before the answer. */
const reportedBefore: ReadonlySet<MethodName> = new Set<MethodName>([
  "applyBindings",
  "act",
  "editState",
  "setBreakpoint",
  "releaseBreakpoint",
  "stepHeld",
  "egressAcknowledge",
  "halt",
  "drain",
  "settled",
  "resume",
]);

interface OpenSnapshot {
  readonly snapshot: PartitionSnapshot;
  readonly scans: Map<number, AsyncIterator<StoreEntry>>;
  readonly entries: Map<number, AsyncIterator<OutboxRow>>;
}

export interface PartitionServerOptions {
  readonly port: FramePort;
  readonly links: PartitionLinks;
  readonly observer: ThreadObserver;
}

export class PartitionServer {
  private readonly port: FramePort;
  private readonly links: PartitionLinks;
  private readonly observer: ThreadObserver;
  private partition: LocalPartition | undefined;
  private special: SpecialMethods | undefined;
  private reported: Buffer | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly snapshots = new Map<number, OpenSnapshot>();
  private nextSnapshot = 1;

  constructor({ port, links, observer }: PartitionServerOptions) {
    this.port = port;
    this.links = links;
    this.observer = observer;
  }

  serve(partition: LocalPartition, transport: FunctionTransport): void {
    this.partition = partition;
    this.special = this.specialMethods(partition, transport);
    this.report();
    this.timer = setInterval(() => this.report(), reportMs);
    this.answer(openedCall, () => undefined);
  }

  hear(reader: BytesReader): void {
    reader.byte();
    const call = reader.number();
    const kind = reader.byte();
    const { partition } = this;
    if (partition === undefined) throw new Error("asked before it was open");
    if (kind === callKind.accept) {
      const door = readDoor(reader);
      this.end(call, partition.accept(readIngressMessage(reader), door), writeAccepted);
    } else if (kind === callKind.acceptBatch) {
      const door = readDoor(reader);
      this.end(call, partition.acceptBatch(readBatch(reader), door), (writer, { durableSequence }) => writer.number(durableSequence));
    } else {
      const name = reader.text() as MethodName;
      this.call(call, name, readPlain(reader) as unknown[]);
    }
  }

  private call(call: number, name: MethodName, given: unknown[]): void {
    const ended = (async () => {
      const owner = isPlain(name) ? this.partition : this.special;
      const method: unknown = owner === undefined ? undefined : Reflect.get(owner, name);
      if (typeof method !== "function") throw new Error(`a partition has no method ${name}`);
      const answer: unknown = await Reflect.apply(method, owner, given);
      if (reportedBefore.has(name)) this.report();
      return answer;
    })();
    this.end(call, ended, writePlain);
  }

  private end<T>(call: number, ended: Promise<T>, write: (writer: BytesWriter, answer: T) => void): void {
    ended.then(
      (answer) => this.answer(call, (writer) => write(writer, answer)),
      (error: unknown) =>
        this.port.write((writer) => {
          writer.byte(part.refusal);
          writer.number(call);
          writeError(writer, error);
        }),
    );
  }

  private answer(call: number, write: (writer: BytesWriter) => void): void {
    this.port.write((writer) => {
      writer.byte(part.answer);
      writer.number(call);
      write(writer);
    });
  }

  private report(): void {
    const report = serialize(this.partition?.report());
    if (this.reported?.equals(report) === true) return;
    this.reported = report;
    this.port.write((writer) => {
      writer.byte(part.note);
      writer.byte(note.report);
      writer.bytes(report);
    });
  }

  private specialMethods(partition: LocalPartition, transport: FunctionTransport): SpecialMethods {
    return {
      start: () => {
        partition.start();
        this.links.open((delivery) => partition.receive(delivery));
      },
      applyBindings: async (bindings) => {
        await partition.applyBindings(bindings);
        transport.retain(bindings.endpoints);
      },
      recordsPage: (query, limit) => firstOf<JournalRecord>(partition.records(query), limit),
      hold: () => this.links.hold(),
      release: () => this.links.release(),
      ...this.snapshotMethods(partition),
      resumeMaintenance: () => partition.resumeMaintenance(),
      halt: ({ code, message, cure }) => partition.halt(new EngineError(codeOf(code), message, cure, 1000)),
      fail: (reason) => partition.fail(new Error(reason)),
      tell: (message) => this.observer.told(message),
      close: async () => {
        clearInterval(this.timer);
        this.observer.end();
        await transport.close();
        await partition.close();
      },
    };
  }

  private snapshotMethods(
    partition: LocalPartition,
  ): Pick<SpecialMethods, "snapshot" | "snapshotScan" | "snapshotOutbox" | "snapshotClose"> {
    return {
      snapshot: async () => {
        const snapshot = await partition.snapshot();
        const number = this.nextSnapshot++;
        this.snapshots.set(number, { snapshot, scans: new Map(), entries: new Map() });
        return { snapshot: number, epoch: snapshot.epoch, nextSequence: snapshot.nextSequence, received: snapshot.received };
      },
      snapshotScan: ({ snapshot: number, stream }, table, limit) => {
        const { snapshot, scans } = this.opened(number);
        return pageOf(scans, { stream, begin: () => snapshot.scan(table), limit });
      },
      snapshotOutbox: ({ snapshot: number, stream }, limit) => {
        const { snapshot, entries } = this.opened(number);
        return pageOf(entries, { stream, begin: () => snapshot.outboxEntries(), limit });
      },
      snapshotClose: async (number) => {
        const { snapshot } = this.opened(number);
        this.snapshots.delete(number);
        await snapshot.close();
      },
    };
  }

  private opened(number: number): OpenSnapshot {
    const open = this.snapshots.get(number);
    if (open === undefined) throw new Error(`there is no snapshot ${number}`);
    return open;
  }
}

function isPlain(name: string): boolean {
  return plainMethods.some((plain) => plain === name);
}

function codeOf(code: string): EngineError["code"] {
  return engineErrorCodes.find((known) => known === code) ?? "ENGINE_STOPPED";
}

async function firstOf<T>(stream: AsyncIterable<T>, limit: number): Promise<T[]> {
  const iterator = stream[Symbol.asyncIterator]();
  const items = await nextOf(iterator, limit);
  await iterator.return?.();
  return items;
}

/** The next page of a stream; the first page opens the stream. */
function pageOf<T>(
  streams: Map<number, AsyncIterator<T>>,
  { stream, begin, limit }: { stream: number; begin: () => AsyncIterable<T>; limit: number },
): Promise<T[]> {
  const iterator = streams.get(stream) ?? begin()[Symbol.asyncIterator]();
  streams.set(stream, iterator);
  return nextOf(iterator, limit);
}

async function nextOf<T>(iterator: AsyncIterator<T>, limit: number): Promise<T[]> {
  const items: T[] = [];
  while (items.length < limit) {
    const next = await iterator.next();
    if (next.done === true) break;
    items.push(next.value);
  }
  return items;
}
