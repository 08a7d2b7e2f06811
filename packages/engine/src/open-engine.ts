/**
 * openEngine: the composition root of the engine: the default adapters round the runtime. Tests and the simulator compose EmbeddedEngine
 * with ports of their own.
 */
import { levelStoreHome } from "./adapters/leveldb/level-store-home.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { systemRandom } from "./adapters/system-random.ts";
import type { Engine } from "./engine.ts";
import { storedReadsThread, type DataLock } from "./data-lock.ts";
import type { EngineLimits } from "./limits.ts";
import type { Clock } from "./ports/clock.ts";
import type { FunctionTransport } from "./ports/function-transport.ts";
import type { Observer } from "./ports/observer.ts";
import type { Random } from "./ports/random.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import { conditionsOf } from "./runtime/processor/conditions.ts";
import { EmbeddedEngine } from "./runtime/embedded-engine.ts";
import { savepointFiles } from "./savepoint-files.ts";
import { WorkerPartitions } from "./workers/worker-partitions.ts";

export interface OpenEngineOptions {
  /** The result of lockData(). It is closed when the engine stops or does not open. */
  readonly data: DataLock;
  readonly limits: EngineLimits;
  /** The transport of partitions in this thread. Partitions in threads make one each. */
  readonly transport: FunctionTransport;
  /** With several partitions each gets a thread. Without this option they share the caller's thread. */
  readonly threads?: ThreadOptions;
  readonly observer?: Observer;
  /** URL of a module that exports `compileCondition` (runtime/processor/conditions.ts): without it breakpoints have no conditions. */
  readonly conditionsModule?: string;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface ThreadOptions {
  /** The same places as those of `transport`. */
  readonly endpointAllow?: readonly string[];
  /** URL of a module that exports `createObserver` (workers/worker-observer.ts). */
  readonly observerModule?: string;
  /** What those observers send. */
  readonly observed?: (partition: number, digest: unknown) => void;
  /** Called once, if there are threads, with the way to say something to their observers. */
  readonly opened?: (tell: (message: unknown) => void) => void;
}

const silent: Observer = { on: () => undefined };

/** Rejects with EngineError: DATA_CORRUPT, STORE_FAILED. */
export async function openEngine(options: OpenEngineOptions): Promise<Engine> {
  const { directory, opening, partitions } = options.data;
  try {
    const { threads, limits } = options;
    if (opening === undefined && threads !== undefined) return await openInThreads({ ...options, threads });
    const ports = {
      home: levelStoreHome(directory, { opening, readsThread: storedReadsThread }),
      savepointFiles,
      transport: options.transport,
      clock: options.clock ?? systemClock,
      random: options.random ?? systemRandom,
      observer: options.observer ?? silent,
      conditions: conditionsOf(options.conditionsModule),
    };
    return await EmbeddedEngine.open(ports, limits, partitions);
  } catch (error) {
    // Opened before it was asked for: nobody else may have it to close. Closing twice is closing once.
    for (const store of (await opening?.catch(() => [])) ?? []) await store.close();
    directory.close();
    throw error;
  }
}

async function openInThreads(options: OpenEngineOptions & { threads: ThreadOptions }): Promise<Engine> {
  const { data, threads, limits, observer = silent } = options;
  const partitions = new WorkerPartitions({
    directory: data.directory,
    limits,
    partitions: data.partitions,
    observerModule: threads.observerModule,
    conditionsModule: options.conditionsModule,
    endpointAllow: threads.endpointAllow ?? [],
    observed: (partition, digest) => threads.observed?.(partition, digest),
    stopped: (event: EngineEvent) => observer.on(event),
  });
  const engine = await EmbeddedEngine.over({ partitions, savepointFiles, clock: options.clock ?? systemClock });
  threads.opened?.((message) => partitions.tellObservers(message));
  return engine;
}
