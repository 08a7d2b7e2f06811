/**
 * openRuntime: the embedded engine as a Runtime (packages/runtime): all facets, each the engine itself. Where partitions have threads of
 * their own, events stay there with the observers of these threads, and `observe` says so.
 */
import {
  able,
  CapabilityMissing,
  unable,
  type Capabilities,
  type EngineEvent,
  type Observer,
  type Runtime,
  type Watch,
} from "@signalbox/runtime";
import type { Engine } from "./engine.ts";
import { openEngine, type OpenEngineOptions } from "./open-engine.ts";

const everything: Capabilities = {
  messages: able,
  durability: able,
  answers: able,
  entities: able,
  "current-state": able,
  "entity-actions": able,
  journal: able,
  egress: able,
  savepoints: able,
  lifecycle: able,
  watch: able,
  breakpoints: able,
  erasure: able,
  "every-event": able,
};

const eventsStay = unable(
  "its partitions run in threads of their own, where observers hear the events and send digests",
  "Give an observer module (threads.observerModule), or run one partition (SIGNALBOX_PARTITIONS=1).",
);

/** Rejects with EngineError: DATA_CORRUPT, STORE_FAILED. */
export async function openRuntime(options: OpenEngineOptions): Promise<Runtime> {
  const watchers = new Watchers(options.observer);
  const inThreads = options.threads !== undefined && options.data.opening === undefined;
  return runtimeOf(await openEngine({ ...options, observer: watchers }), { watchers, inThreads });
}

/** For engines that were composed by hand, with the observer that they were given. */
export function runtimeOf(engine: Engine, { watchers, inThreads = false }: { watchers: Watchers; inThreads?: boolean }): Runtime {
  const capabilities = inThreads ? { ...everything, "every-event": eventsStay } : everything;
  const named = { name: "embedded", capabilities };
  const watch: Watch = {
    observe: (observer) => {
      if (inThreads) throw new CapabilityMissing(named, "every-event");
      return watchers.add(observer);
    },
  };
  const facets = {
    messages: engine,
    entities: engine,
    journal: engine,
    egress: engine,
    savepoints: engine,
    lifecycle: engine,
    breakpoints: engine,
    erasure: engine,
  };
  return { ...named, ...facets, watch };
}

/** The engine's one observer: passes each event on to whoever watches now. */
export class Watchers implements Observer {
  private readonly observers = new Set<Observer>();

  constructor(first?: Observer) {
    if (first !== undefined) this.observers.add(first);
  }

  add(observer: Observer): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  on(event: EngineEvent): void {
    for (const observer of this.observers) observer.on(event);
  }
}
