/**
 * SimLife: the time between two starts of the engine: its ports, which end with it, and the engine itself once it is open. What outlives it
 * (disk, savepoints, wall clock, outages) belongs to the world.
 */
import { formatAddress } from "@signalbox/runtime/model/address";
import type { EngineLimits } from "../../limits.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Store, StoreWrite } from "../../ports/store.ts";
import { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import type { BadFunctions } from "./bad-functions.ts";
import { partitionsOf } from "../engine-inside.ts";
import type { Faults } from "./faults.ts";
import { interpret } from "../oracles/interpreter.ts";
import type { RecoveryOracle } from "../oracles/recovery-oracle.ts";
import type { Scheduler } from "./scheduler.ts";
import { compileSimCondition } from "./sim-condition.ts";
import { SimClock, type WallClock } from "./sim-clock.ts";
import { SimSavepointFiles, type SavepointShelf } from "./sim-savepoint-files.ts";
import { StaleHandleError } from "./sim-store.ts";
import { SimStoreHome, type HomeLife, type SimDisk, type StoreSet } from "./sim-store-home.ts";
import { SimTransport } from "./sim-transport.ts";
import { SimulationFailure } from "./trace.ts";
import type { WorldChecks } from "./world-checks.ts";
import type { Mutations, WorldStats } from "./world-result.ts";

/** The edition of the function that answers now, and the oldest edition that can have told the engine its states. */
export interface DeployedFunction {
  edition: number;
  oldestHeard: number;
}

export interface LivingWorld {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly wall: WallClock;
  readonly downUntilMs: Map<string, number>;
  readonly bad: BadFunctions;
  readonly simDisk: SimDisk;
  failed(error: unknown): void;
  readonly shelf: SavepointShelf;
  readonly recovery: RecoveryOracle;
  readonly limits: EngineLimits;
  readonly partitions: number;
  readonly mutations: Mutations;
  readonly stats: WorldStats;
  readonly deployed: DeployedFunction;
  readonly checks: WorldChecks;
  storeFullUntilMs: number;
  note(text: string): void;
  crash(): void;
  sent(request: InvocationRequest, life: number): void;
  adopting(next: StoreSet): Promise<void>;
  observe(life: SimLife, event: EngineEvent): void;
}

export class SimLife implements HomeLife {
  readonly number: number;
  readonly faults: Faults;
  readonly clock: SimClock;
  readonly transport: SimTransport;
  readonly home: SimStoreHome;
  alive = true;
  stopping = false;
  readFaults = 0;
  engine: EmbeddedEngine | undefined = undefined;
  private readonly world: LivingWorld;

  constructor(number: number, world: LivingWorld) {
    const { scheduler, faults, wall } = world;
    this.number = number;
    this.world = world;
    this.faults = faults;
    this.clock = new SimClock(scheduler, wall, faults);
    this.home = new SimStoreHome(world.simDisk, this);
    this.transport = new SimTransport({
      scheduler,
      faults,
      run: (request) => interpret(request, world.deployed.edition),
      sent: (request) => this.sent(request),
      ended: (request, outcome) => world.checks.frames.ended(request, outcome),
      note: (text) => world.note(text),
      downUntilMs: world.downUntilMs,
      bad: world.bad,
    });
  }

  open(): Promise<EmbeddedEngine> {
    const { world, home } = this;
    const { mutations, faults } = world;
    world.deployed.oldestHeard = world.deployed.edition;
    const wrap = mutations.wrapStore ?? ((store: Store) => store);
    const opened = {
      openCurrent: async () => (await home.openCurrent()).map(wrap),
      createNext: (partitions: number) => home.createNext(partitions),
      removeStale: () => home.removeStale(),
      close: () => home.close(),
    };
    const ports = {
      home: mutations.wrapHome?.(opened) ?? opened,
      savepointFiles: new SimSavepointFiles(world.shelf, this),
      transport: mutations.wrapTransport?.(this.transport) ?? this.transport,
      clock: this.clock,
      random: { draw: () => faults.rng.fraction() },
      conditions: () => Promise.resolve(compileSimCondition),
      observer: { on: (event: EngineEvent) => world.observe(this, event) },
      carry: (receive: () => Promise<number>) => this.carry(receive),
    };
    return EmbeddedEngine.open(ports, world.limits, world.partitions);
  }

  end(): void {
    this.alive = false;
    this.world.checks.frames.crashed();
    this.world.checks.breakpoints.lifeEnded();
    this.clock.crash();
    this.transport.crash();
    this.home.crash();
    this.engine = undefined;
  }

  wait(delayMs: number, label: string): Promise<void> {
    return this.world.scheduler.wait(delayMs, label);
  }

  isFull(): boolean {
    return this.world.storeFullUntilMs > this.world.scheduler.nowMs;
  }

  handedOver(writes: readonly StoreWrite[], partition: number): void {
    const store = this.world.simDisk.current().stores[partition];
    const reused = store === undefined ? undefined : reusedRow(store, writes);
    if (reused !== undefined)
      this.world.failed(new SimulationFailure(`the row ${JSON.stringify(reused)} is written as new, and it was there`));
    const state = this.engine === undefined ? undefined : partitionsOf(this.engine)[partition];
    if (state !== undefined) this.world.recovery.handedOver(state, writes);
  }

  written(): void {
    const { scheduler, faults } = this.world;
    if (faults.hit("crashAfterWrite")) scheduler.after(0, "crash after write", () => this.alive && this.world.crash());
  }

  cut(kept: boolean): void {
    if (kept) this.world.stats.batchesKeptAtCrash++;
    else this.world.stats.batchesLostAtCrash++;
  }

  adopting(next: StoreSet): Promise<void> {
    return this.world.adopting(next);
  }

  /** Between partitions a delivery is slow, is lost on the way, or arrives without its sender learning of it. */
  private async carry(receive: () => Promise<number>): Promise<number> {
    const { faults } = this;
    await this.wait(faults.hit("parcelsSlow") ? faults.rng.between(5, 500) : faults.rng.between(0, 2), "parcels travel");
    if (!this.alive) throw new StaleHandleError();
    if (faults.hit("parcelsLost")) throw new Error("the simulated parcels were lost");
    const through = await receive();
    if (faults.hit("parcelsUnheard")) throw new Error("the simulated parcels arrived unheard");
    await this.wait(faults.rng.between(0, 2), "parcels acknowledged");
    return through;
  }

  private sent(request: InvocationRequest): void {
    const { world } = this;
    world.stats.invocations++;
    world.note(`invoke ${formatAddress(request.target)} #${request.invocation}.${request.attempt} with ${request.inputs.length}`);
    world.checks.frames.sent(request);
    world.sent(request, this.number);
  }
}

/** A key that is said to be new is not there, unless it is the same batch once more (ports/store.ts). */
function reusedRow(store: Store, writes: readonly StoreWrite[]): string | undefined {
  return writes.find(({ key, value, fresh }) => {
    const found = fresh === true ? store.get(key) : undefined;
    return found !== undefined && value !== undefined && Buffer.compare(found, value) !== 0;
  })?.key;
}
