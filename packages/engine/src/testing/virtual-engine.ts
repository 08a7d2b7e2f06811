/**
 * VirtualEngine: the whole embedded engine over simulated ports in virtual time, for functions that are asynchronous and real. Time stands
 * still while a function runs. crash() ends a life as kill -9 does; open() begins the next one on the same disk.
 * Neighbours: @signalbox/testing drives it for users; world.ts is the engine's own simulation, with its own functions and oracles.
 */
import { defaultLimits, type EngineLimits } from "../limits.ts";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { SavepointRow, SavepointStateRow } from "../model/savepoint-rows.ts";
import { EmbeddedEngine } from "../runtime/embedded-engine.ts";
import { Faults } from "./sim/faults.ts";
import { Prng } from "./prng.ts";
import { drainPromises, Scheduler, stepUntilSettled } from "./sim/scheduler.ts";
import { SimClock } from "./sim/sim-clock.ts";
import { SimSavepointFiles, type SavepointShelf } from "./sim/sim-savepoint-files.ts";
import { SimDisk, SimStoreHome, type HomeLife } from "./sim/sim-store-home.ts";
import { failed } from "./sim/sim-transport.ts";

export interface VirtualEngineOptions {
  /** Runs the function. It may do whatever it likes; virtual time waits for it. */
  readonly call: (request: InvocationRequest) => Promise<InvocationOutcome>;
  /** Runs before the engine gets an outcome; it may take virtual time. */
  readonly beforeOutcome?: (outcome: InvocationOutcome) => Promise<void>;
  readonly startMs: number;
  readonly limits?: Partial<EngineLimits>;
  /** Calm unless given. */
  readonly faults?: Faults;
  readonly observe?: (event: EngineEvent) => void;
  /** Empty unless given. */
  readonly disk?: SimDisk;
  readonly partitions?: number;
}

const givenName = "given";

interface Life extends HomeLife {
  readonly clock: SimClock;
  readonly home: SimStoreHome;
  engine: EmbeddedEngine | undefined;
}

export class VirtualEngine {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly #options: VirtualEngineOptions;
  readonly #disk: SimDisk;
  readonly #shelf: SavepointShelf = new Map();
  /** Calls of real functions that have not ended. */
  readonly #running = new Set<Promise<unknown>>();
  #life: Life | undefined;

  constructor(options: VirtualEngineOptions) {
    this.#options = options;
    this.#disk = options.disk ?? new SimDisk(options.partitions);
    this.scheduler = new Scheduler(options.startMs);
    this.faults = options.faults ?? calmFaults();
  }

  /** Undefined while the engine is down. */
  get engine(): EmbeddedEngine | undefined {
    return this.#life?.engine;
  }

  async open(bindings: Bindings): Promise<EmbeddedEngine> {
    const life = this.#newLife();
    this.#life = life;
    const { limits, observe = () => undefined } = this.#options;
    const ports = {
      home: life.home,
      savepointFiles: new SimSavepointFiles(this.#shelf, life),
      transport: {
        invoke: (request: InvocationRequest) => this.#invoke(life, request),
        retain: () => undefined,
        close: async () => undefined,
      },
      clock: life.clock,
      random: { draw: () => this.faults.rng.fraction() },
      observer: { on: observe },
    };
    const engine = await this.run(EmbeddedEngine.open(ports, { ...defaultLimits, ...limits }, this.#options.partitions));
    await this.run(engine.applyBindings(bindings));
    life.engine = engine;
    return engine;
  }

  /** What entities hold from the beginning, as a savepoint that was written by hand would bring it. Call it before anything happens. */
  async give(states: readonly Omit<SavepointStateRow, "kind" | "writtenMs" | "expiresMs">[]): Promise<void> {
    const { engine } = this;
    if (engine === undefined) throw new Error("open the engine before giving it states");
    await this.run(engine.takeSavepoint(givenName));
    const file = this.#shelf.get(givenName);
    if (file === undefined) throw new Error("the savepoint that was just taken is gone");
    const writtenMs = this.scheduler.nowMs;
    const rows = states.map((row): SavepointRow => ({ ...row, kind: "state", writtenMs, expiresMs: undefined }));
    const specs = new Map(states.map(({ type, name, typename }) => [`${type} ${name}`, { type, name, typename }]));
    // The function says at its first call when they expire.
    const declared = [...specs.values()].map(
      ({ type, ...spec }): SavepointRow => ({ kind: "spec", type, spec: { ...spec, expiration: { mode: "none", afterMs: 0 } } }),
    );
    this.#shelf.set(givenName, { header: file.header, rows: [...file.rows, ...rows, ...declared] });
    await this.run(engine.restoreSavepoint(givenName));
    this.#shelf.delete(givenName);
  }

  /** What a savepoint holds. */
  savepointRows(name: string): readonly SavepointRow[] {
    const file = this.#shelf.get(name);
    if (file === undefined) throw new Error(`there is no savepoint ${name}`);
    return file.rows;
  }

  /** The process ends at once. What was not durable is gone, and answers on their way reach nobody. */
  crash(): void {
    const life = this.#life;
    if (life === undefined) return;
    life.alive = false;
    life.clock.crash();
    life.home.crash();
    this.#life = undefined;
  }

  /** Lets the next thing happen; returns false when nothing is left to happen. */
  async step(): Promise<boolean> {
    await this.#functionsEnd();
    const label = await this.scheduler.step();
    await this.#functionsEnd();
    return label !== undefined;
  }

  /** Lets things happen until the promise is settled. */
  run<T>(promise: Promise<T>): Promise<T> {
    return stepUntilSettled(promise, () => this.step());
  }

  async pass(ms: number): Promise<void> {
    await this.run(this.scheduler.wait(ms, "time passes"));
  }

  #newLife(): Life {
    const { scheduler, faults } = this;
    const clock = new SimClock(scheduler, { offsetMs: 0, offsetMsMax: 0, latestMs: 0 }, faults);
    const parts = {
      alive: true,
      readFaults: 0,
      faults,
      clock,
      engine: undefined,
      wait: (delayMs: number, label: string) => scheduler.wait(delayMs, label),
      isFull: () => false,
      handedOver: () => undefined,
      written: () => undefined,
      cut: () => undefined,
      adopting: async () => undefined,
    };
    return Object.assign(parts, { home: new SimStoreHome(this.#disk, parts) });
  }

  async #invoke(life: Life, request: InvocationRequest): Promise<InvocationOutcome> {
    const { faults, scheduler } = this;
    const never = new Promise<never>(() => undefined);
    if (faults.hit("callSlow")) await scheduler.wait(faults.rng.between(10, 2_000), "a slow way there");
    if (!life.alive) return never;
    if (faults.hit("requestLost")) {
      await scheduler.wait(request.timeoutMs, "a lost request");
      return life.alive ? failed("CALL_TIMEOUT", "suspect") : never;
    }
    const outcome = await this.#callFunction(request);
    // The network repeats a request: the function runs twice, and one answer counts.
    if (faults.hit("duplicated")) await this.#callFunction(request);
    if (faults.hit("replyLost")) {
      await scheduler.wait(request.timeoutMs, "a lost reply");
      return life.alive ? failed("CALL_TIMEOUT", "suspect") : never;
    }
    await this.#options.beforeOutcome?.(outcome);
    await scheduler.wait(faults.hit("replyLate") ? faults.rng.between(10, 5_000) : 0, "the way back");
    return life.alive ? outcome : never;
  }

  async #callFunction(request: InvocationRequest): Promise<InvocationOutcome> {
    const call = this.#options.call(request);
    this.#running.add(call);
    try {
      return await call;
    } finally {
      this.#running.delete(call);
    }
  }

  async #functionsEnd(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.race(this.#running).catch(() => undefined);
      await drainPromises();
    }
  }
}

function calmFaults(): Faults {
  const faults = new Faults(new Prng("calm"));
  faults.calm();
  return faults;
}
