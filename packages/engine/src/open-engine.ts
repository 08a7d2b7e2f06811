/**
 * openEngine: the composition root of the engine: the default adapters round the runtime. Tests and the simulator compose EmbeddedEngine
 * with ports of their own.
 */
import { openLevelStoreHome } from "./adapters/level-store-home.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { systemRandom } from "./adapters/system-random.ts";
import type { Engine } from "./engine.ts";
import type { EngineLimits } from "./limits.ts";
import type { Clock } from "./ports/clock.ts";
import type { FunctionTransport } from "./ports/function-transport.ts";
import type { Observer } from "./ports/observer.ts";
import type { Random } from "./ports/random.ts";
import { EmbeddedEngine } from "./runtime/embedded-engine.ts";
import { savepointFiles } from "./savepoint-files.ts";

export interface OpenEngineOptions {
  /** The engine's own folder; made when it is not there. */
  readonly dataDir: string;
  readonly limits: EngineLimits;
  /** For a data directory that is new, and from the next restore on for one that is not. */
  readonly partitions?: number;
  readonly transport: FunctionTransport;
  /** Called once this process holds the data directory; its store is opened after that. */
  readonly onHeld?: () => void;
  readonly observer?: Observer;
  readonly clock?: Clock;
  readonly random?: Random;
}

const silent: Observer = { on: () => undefined };

/** Rejects with EngineError: DATA_IN_USE, DATA_CORRUPT, STORE_FAILED. */
export async function openEngine(options: OpenEngineOptions): Promise<Engine> {
  const home = await openLevelStoreHome(options.dataDir);
  options.onHeld?.();
  const ports = {
    home,
    savepointFiles,
    transport: options.transport,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    observer: options.observer ?? silent,
  };
  return EmbeddedEngine.open(ports, options.limits, options.partitions);
}
