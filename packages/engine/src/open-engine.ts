/**
 * openEngine: the composition root of the engine: the default adapters round the runtime. Tests and the simulator compose EmbeddedEngine
 * with ports of their own.
 */
import { openDataDirectory, type DataDirectory } from "./adapters/data-directory.ts";
import { levelStoreHome } from "./adapters/level-store-home.ts";
import { partitionFolders } from "./adapters/partition-folders.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { systemRandom } from "./adapters/system-random.ts";
import type { Engine } from "./engine.ts";
import type { EngineLimits } from "./limits.ts";
import type { Clock } from "./ports/clock.ts";
import type { FunctionTransport } from "./ports/function-transport.ts";
import type { Observer } from "./ports/observer.ts";
import type { Random } from "./ports/random.ts";
import type { EngineEvent } from "./model/engine-event.ts";
import { EmbeddedEngine } from "./runtime/embedded-engine.ts";
import { savepointFiles } from "./savepoint-files.ts";
import { WorkerPartitions } from "./workers/worker-partitions.ts";

export interface OpenEngineOptions {
  /** The engine's own folder; made when it is not there. */
  readonly dataDir: string;
  readonly limits: EngineLimits;
  /** For a data directory that is new, and from the next restore on for one that is not. */
  readonly partitions?: number;
  /** Of partitions in this thread. Those in threads of their own make one each. */
  readonly transport: FunctionTransport;
  /** Called once this process holds the data directory; its store is opened after that. */
  readonly onHeld?: () => void;
  /** Where there are several partitions each gets a thread; without this they share the caller's. */
  readonly threads?: ThreadOptions;
  readonly observer?: Observer;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface ThreadOptions {
  /** URL of a module that exports `createObserver` (workers/worker-observer.ts). */
  readonly observerModule?: string;
  /** What those observers send. */
  readonly observed?: (partition: number, digest: unknown) => void;
  /** Called once, if there are threads, with the way to say something to their observers. */
  readonly opened?: (tell: (message: unknown) => void) => void;
}

const silent: Observer = { on: () => undefined };

/** Rejects with EngineError: DATA_IN_USE, DATA_CORRUPT, STORE_FAILED. */
export async function openEngine(options: OpenEngineOptions): Promise<Engine> {
  const directory = await openDataDirectory(options.dataDir);
  try {
    options.onHeld?.();
    const { threads, limits, partitions = 1 } = options;
    const count = partitionFolders(directory.current(), partitions).length;
    if (count > 1 && threads !== undefined) return await openInThreads(directory, { ...options, threads });
    const ports = {
      home: levelStoreHome(directory),
      savepointFiles,
      transport: options.transport,
      clock: options.clock ?? systemClock,
      random: options.random ?? systemRandom,
      observer: options.observer ?? silent,
    };
    return await EmbeddedEngine.open(ports, limits, partitions);
  } catch (error) {
    directory.close();
    throw error;
  }
}

async function openInThreads(directory: DataDirectory, options: OpenEngineOptions & { threads: ThreadOptions }): Promise<Engine> {
  const { threads, limits, observer = silent } = options;
  const partitions = new WorkerPartitions({
    directory,
    limits,
    partitions: options.partitions ?? 1,
    observerModule: threads.observerModule,
    observed: (partition, digest) => threads.observed?.(partition, digest),
    stopped: (event: EngineEvent) => observer.on(event),
  });
  const engine = await EmbeddedEngine.over({ partitions, savepointFiles, clock: options.clock ?? systemClock });
  threads.opened?.((message) => partitions.tellObservers(message));
  return engine;
}
