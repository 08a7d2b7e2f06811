/**
 * WorkerPartitions: PartitionHome with a thread for each partition. The data directory stays with the gateway's thread; a restore fills the
 * next stores there and hands them over to new threads.
 */
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { DataDirectory } from "../adapters/leveldb/data-directory.ts";
import { openAll } from "../adapters/leveldb/level-store-home.ts";
import { partitionFolders } from "../adapters/leveldb/partition-folders.ts";
import { ReplyMemory } from "../adapters/http/reply-memory.ts";
import type { EngineLimits } from "../limits.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { NextPartitions, PartitionHome, PartitionWiring } from "../partition-home.ts";
import type { Store } from "../ports/store.ts";
import type { PartitionTask } from "./partition-task.ts";
import { WorkerPartition } from "./worker-partition.ts";

export interface WorkerPartitionsOptions {
  readonly directory: DataDirectory;
  readonly limits: EngineLimits;
  readonly partitions: number;
  /** URL of the module whose observer each thread makes (worker-observer.ts). */
  readonly observerModule: string | undefined;
  /** URL of the module that compiles conditions in each thread (runtime/processor/conditions.ts). */
  readonly conditionsModule: string | undefined;
  readonly endpointAllow: readonly string[];
  /** Called with what those observers send. */
  readonly observed: (partition: number, digest: unknown) => void;
  readonly stopped: (event: EngineEvent) => void;
}

export class WorkerPartitions implements PartitionHome {
  private readonly options: WorkerPartitionsOptions;
  private inForce: readonly WorkerPartition[] = [];
  /** The last message to the observers, repeated to threads that take over. */
  private told: unknown = undefined;

  constructor(options: WorkerPartitionsOptions) {
    this.options = options;
  }

  async openCurrent(wiring: PartitionWiring): Promise<readonly WorkerPartition[]> {
    const { directory, partitions } = this.options;
    this.inForce = await this.over(partitionFolders(directory.current(), partitions), wiring);
    return this.inForce;
  }

  async createNext(partitions = this.options.partitions): Promise<NextPartitions> {
    const { directory } = this.options;
    const folder = directory.createNext();
    const paths = partitionFolders(folder, partitions);
    const stores = await openAll(paths);
    let opened: readonly WorkerPartition[] = [];
    return {
      stores,
      open: async (wiring) => {
        await closeAll(stores);
        opened = await this.over(paths, wiring);
        return opened;
      },
      adopt: async () => {
        await directory.switchTo(folder);
        this.inForce = opened;
        if (this.told !== undefined) this.tellObservers(this.told);
      },
      discard: async () => {
        await closeAll(stores);
        for (const partition of opened) await partition.close();
      },
    };
  }

  /** There is nothing to do here, because each thread does it with the bindings that it gets. */
  retain(): void {}

  /** Sends a message to the observers in all threads. */
  tellObservers(message: unknown): void {
    this.told = message;
    for (const partition of this.inForce) partition.tellObserver(message);
  }

  removeStale(): Promise<void> {
    return this.options.directory.removeStale();
  }

  async close(): Promise<void> {
    this.options.directory.close();
  }

  private async over(paths: readonly string[], { bindings, egressDurable }: PartitionWiring): Promise<WorkerPartition[]> {
    const { limits, observerModule: observer, conditionsModule: conditions, endpointAllow, observed, stopped } = this.options;
    const links = linksBetween(paths.length);
    const replyMemory = new ReplyMemory(limits.replyBytesInMemoryMax).shared;
    const opening = paths.map((storePath, index) => {
      const own = links[index] ?? [];
      const place = { index, count: paths.length };
      const task: PartitionTask = { storePath, place, limits, bindings, endpointAllow, replyMemory, observer, conditions, links: own };
      const worker = new Worker(new URL("./partition-worker.ts", import.meta.url), {
        workerData: task,
        transferList: own.filter((port) => port !== undefined),
        name: `partition ${index + 1}`,
      });
      return WorkerPartition.open(worker, { observed: (digest) => observed(index, digest), stopped, egressDurable });
    });
    const opened = await Promise.allSettled(opening);
    const partitions = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failed = opened.find((one) => one.status === "rejected");
    if (failed === undefined) return partitions;
    for (const partition of partitions) await partition.close();
    throw failed.reason;
  }
}

/** One port from each partition to each other one. */
function linksBetween(count: number): (MessagePort | undefined)[][] {
  const links: (MessagePort | undefined)[][] = Array.from({ length: count }, () => Array.from({ length: count }, () => undefined));
  for (let from = 0; from < count; from++) {
    for (let to = from + 1; to < count; to++) {
      const { port1, port2 } = new MessageChannel();
      const there = links[from];
      const back = links[to];
      if (there !== undefined) there[to] = port1;
      if (back !== undefined) back[from] = port2;
    }
  }
  return links;
}

async function closeAll(stores: readonly Store[]): Promise<void> {
  for (const store of stores) await store.close();
}
