/**
 * EngineHarness: the whole embedded engine on simulated ports without faults, in virtual time. The test answers invocations with a function
 * of its own and may put its own store between the engine and the disk.
 */
import { defaultLimits, type EngineLimits } from "../src/limits.ts";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../src/ports/function-transport.ts";
import type { NextStores } from "../src/ports/store-home.ts";
import type { Store } from "../src/ports/store.ts";
import { EmbeddedEngine } from "../src/runtime/embedded-engine.ts";
import { Faults } from "../src/testing/sim/faults.ts";
import { Prng } from "../src/testing/prng.ts";
import { Scheduler, stepUntil, stepUntilSettled } from "../src/testing/sim/scheduler.ts";
import { SimClock, type WallClock } from "../src/testing/sim/sim-clock.ts";
import { SimSavepointFiles, type SavepointShelf } from "../src/testing/sim/sim-savepoint-files.ts";
import { SimDisk, SimStoreHome } from "../src/testing/sim/sim-store-home.ts";
import { modify, shopBindings, textOf, valueSpec } from "./core-samples.ts";

export interface EngineOptions {
  readonly limits?: Partial<EngineLimits>;
  readonly bindings?: Bindings;
  /** Returns the answer of the function; it may take virtual time. */
  readonly run: (request: InvocationRequest, scheduler: Scheduler) => InvocationOutcome | Promise<InvocationOutcome>;
  readonly wrapStore?: (store: Store) => Store;
  readonly wrapNext?: (next: NextStores) => NextStores;
  readonly observe?: (event: EngineEvent) => void;
  readonly partitions?: number;
}

export class EngineHarness {
  readonly scheduler = new Scheduler(1_000_000);
  readonly disk: SimDisk;
  /** The steps of the wall clock; a test adds to offsetMs. */
  readonly wall: WallClock = { offsetMs: 0, latestMs: 0, offsetMsMax: 0 };
  readonly events: EngineEvent[] = [];
  private readonly shelf: SavepointShelf = new Map();
  private readonly options: EngineOptions;
  private life: { alive: boolean; clock: SimClock; home: SimStoreHome } | undefined;

  constructor(options: EngineOptions) {
    this.options = options;
    // The number that an engine is told counts from the next restore on only, so the disk begins with it.
    this.disk = new SimDisk(options.partitions);
  }

  async open(): Promise<EmbeddedEngine> {
    const { scheduler, options } = this;
    const faults = new Faults(new Prng("engine"));
    faults.calm();
    const clock = new SimClock(scheduler, this.wall, faults);
    const life = {
      alive: true,
      readFaults: 0,
      faults,
      wait: (delayMs: number, label: string) => scheduler.wait(delayMs, label),
      isFull: () => false,
      handedOver: () => undefined,
      written: () => undefined,
      cut: () => undefined,
      adopting: async () => undefined,
    };
    const home = new SimStoreHome(this.disk, life);
    this.life = Object.assign(life, { clock, home });
    const wrap = options.wrapStore ?? ((store: Store) => store);
    const wrapNext = options.wrapNext ?? ((next: NextStores) => next);
    const transport: FunctionTransport = {
      invoke: async (request) => (life.alive ? options.run(request, scheduler) : new Promise(() => undefined)),
      retain: () => undefined,
      close: async () => undefined,
    };
    const ports = {
      home: {
        openCurrent: async () => (await home.openCurrent()).map(wrap),
        createNext: async (partitions: number) => wrapNext(await home.createNext(partitions)),
        removeStale: () => home.removeStale(),
        close: () => home.close(),
      },
      savepointFiles: new SimSavepointFiles(this.shelf, life),
      transport,
      clock,
      random: { draw: () => 0.5 },
      observer: {
        on: (event: EngineEvent) => {
          this.events.push(event);
          options.observe?.(event);
        },
      },
    };
    const engine = await this.run(EmbeddedEngine.open(ports, { ...defaultLimits, ...options.limits }, options.partitions));
    await this.run(engine.applyBindings(options.bindings ?? shopBindings));
    return engine;
  }

  /** Stops the machine; `open` starts it again. */
  crash(): void {
    if (this.life === undefined) return;
    this.life.alive = false;
    this.life.clock.crash();
    this.life.home.crash();
    this.life = undefined;
  }

  /** Lets virtual time pass until the promise is settled. */
  run<T>(promise: Promise<T>): Promise<T> {
    return stepUntilSettled(promise, () => this.step());
  }

  until(reached: () => boolean): Promise<void> {
    return stepUntil(reached, () => this.step());
  }

  private async step(): Promise<boolean> {
    return (await this.scheduler.step()) !== undefined;
  }

  async pass(ms: number): Promise<void> {
    await this.run(this.scheduler.wait(ms, "pass"));
  }
}

export const completed = (
  effects: Partial<Extract<Extract<InvocationOutcome, { kind: "reply" }>["reply"], { kind: "completed" }>["effects"]> = {},
): InvocationOutcome => ({
  kind: "reply",
  reply: { kind: "completed", effects: { mutations: [], messages: [], delayed: [], egress: [], ...effects } },
});

/** Counts the inputs in the state `value`. */
export function counting(request: InvocationRequest): InvocationOutcome {
  const entry = request.state.find(({ name }) => name === "value");
  if (entry === undefined) return { kind: "reply", reply: { kind: "incomplete", missing: [valueSpec] } };
  return completed({ mutations: [modify(String(Number(textOf(entry.value) ?? 0) + request.inputs.length))] });
}
