/**
 * World: one seed, whole: an engine over simulated ports, its function, egress consumers, clients and an operator, under faults; then calm,
 * in which everything must come to rest; then the model's verdict. Crashes strike between any two events, recovery included.
 * Neighbours: faults.ts (what goes wrong), sim-*.ts (the ports and people), invariants.ts (after every event), model.ts (at the end).
 */
import type { EngineLimits } from "../limits.ts";
import { formatAddress } from "../model/address.ts";
import type { EngineEvent } from "../model/engine-event.ts";
import type { FunctionTransport } from "../ports/function-transport.ts";
import type { Store } from "../ports/store.ts";
import { EmbeddedEngine } from "../runtime/embedded-engine.ts";
import { entityPart, storeKey } from "../core/store-key.ts";
import { decodeRecord } from "../core/store-record.ts";
import { partitionOf } from "./engine-inside.ts";
import { ExpirationOracle } from "./expiration-oracle.ts";
import { Faults } from "./faults.ts";
import { counterState, decodeCounter, decodeLedger, interpret, ledgerState } from "./interpreter.ts";
import { checkPartition } from "./invariants.ts";
import { Model } from "./model.ts";
import { Prng } from "./prng.ts";
import { Scheduler, drainPromises } from "./scheduler.ts";
import { KeyClient, ProducerClient, type SimClient } from "./sim-clients.ts";
import { SimClock, type WallClock } from "./sim-clock.ts";
import { SimEgress } from "./sim-egress.ts";
import { SimOperator, type OperatedWorld } from "./sim-operator.ts";
import { SimSavepointFiles } from "./sim-savepoint-files.ts";
import type { StoreLife } from "./sim-store.ts";
import { SimDisk, SimStoreHome } from "./sim-store-home.ts";
import { SimTransport } from "./sim-transport.ts";
import { checkAgreement, checkStore } from "./store-invariants.ts";
import { must, SimulationFailure, Trace } from "./trace.ts";
import { armTripwire } from "./tripwire.ts";
import { addressOf, drawSizes, egressIds, Workload, type RootMessage } from "./workload.ts";
import { drawLimits } from "./world-settings.ts";

/** 2026-01-01: any fixed moment will do. */
const startMs = 1_767_225_600_000;
const chaosMsMax = 60_000;
const stepsMax = 400_000;
const restMsMax = 12 * 3_600_000;
/** Every so many events memory is compared with the disk in full. */
const agreementSteps = 97;

export interface WorldStats {
  readonly steps: number;
  readonly virtualMs: number;
  readonly messages: number;
  readonly invocations: number;
  readonly failedAttempts: number;
  readonly parked: number;
  readonly breakersOpened: number;
  readonly lives: number;
  readonly crashes: number;
  readonly crashesWhileOpening: number;
  readonly stops: number;
  readonly restores: number;
  readonly egressDeliveries: number;
  readonly livingValuesSent: number;
}

export interface WorldResult extends WorldStats {
  readonly seed: string;
  readonly traceHash: string;
}

/** What a test may change: limits that it wants for certain, and ports that break the rules, to prove that the oracles see it. */
export interface Mutations {
  readonly limits?: Partial<EngineLimits>;
  readonly wrapStore?: (store: Store) => Store;
  readonly wrapTransport?: (transport: FunctionTransport) => FunctionTransport;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One span between two starts of the engine. */
interface Life extends StoreLife {
  readonly number: number;
  engine: EmbeddedEngine | undefined;
  readonly clock: SimClock;
  readonly transport: SimTransport;
  readonly home: SimStoreHome;
}

/** Runs one world to its end; throws SimulationFailure with the seed, the faults and the last events. */
export async function runWorld(seed: string, mutations: Mutations = {}): Promise<WorldResult> {
  const world = new World(seed, mutations);
  const disarm = armTripwire();
  try {
    return await world.run();
  } catch (error) {
    throw world.explain(error);
  } finally {
    disarm();
  }
}

class World implements OperatedWorld {
  readonly scheduler = new Scheduler(startMs);
  readonly faults: Faults;
  readonly wall: WallClock = { offsetMs: 0, latestMs: 0 };
  readonly downUntilMs = new Map<string, number>();
  readonly entities: number;
  readonly callTimeoutMs: number;
  private readonly seed: string;
  private readonly mutations: Mutations;
  private readonly rng: Prng;
  private readonly limits: EngineLimits;
  private readonly trace = new Trace();
  private readonly simDisk = new SimDisk();
  private readonly files = new SimSavepointFiles();
  private readonly model = new Model();
  private readonly clients: SimClient[] = [];
  private readonly consumers: SimEgress[];
  private readonly operator: SimOperator;
  private readonly expirations: ExpirationOracle;
  private life: Life | undefined;
  private restoring: { readonly before: Store } | undefined;
  private failure: unknown;
  private readonly stats: Mutable<WorldStats>;

  constructor(seed: string, mutations: Mutations) {
    this.seed = seed;
    this.mutations = mutations;
    this.rng = new Prng(seed);
    this.faults = new Faults(this.rng.fork("faults"));
    this.limits = { ...drawLimits(this.rng.fork("limits")), ...mutations.limits };
    this.callTimeoutMs = this.rng.fork("call").pick([500, 3_000, 20_000]);
    const sizes = drawSizes(this.rng.fork("sizes"));
    this.entities = sizes.entities;
    this.expirations = new ExpirationOracle(sizes.entities);
    this.consumers = egressIds.map((egress) => new SimEgress(egress, this));
    this.operator = new SimOperator(this, this.rng.fork("operator"));
    this.stats = {
      steps: 0,
      virtualMs: 0,
      messages: 0,
      invocations: 0,
      failedAttempts: 0,
      parked: 0,
      breakersOpened: 0,
      lives: 0,
      crashes: 0,
      crashesWhileOpening: 0,
      stops: 0,
      restores: 0,
      egressDeliveries: 0,
      livingValuesSent: 0,
    };
    this.makeClients(new Workload(this.rng.fork("workload"), sizes));
  }

  engine(): EmbeddedEngine | undefined {
    return this.restoring === undefined ? this.life?.engine : undefined;
  }

  disk(): Store {
    return this.simDisk.current();
  }

  note(text: string): void {
    this.trace.note(this.scheduler.nowMs - startMs, text);
  }

  guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.failure ??= error;
    }
  }

  async run(): Promise<WorldResult> {
    this.open();
    this.operator.start();
    for (const consumer of this.consumers) consumer.start();
    const chaosMs = this.rng.fork("chaos").between(1_000, chaosMsMax);
    this.scheduler.after(chaosMs, "calm", () => {
      this.faults.calm();
      // A life that lost its store to a read fault would not come back by itself.
      if (this.life !== undefined && this.life.readFaults > 0) this.crash();
    });
    await this.until(() => this.faults.isCalm && this.atRest());
    await this.verdict();
    this.note("the end is a crash: what counts is on disk");
    this.crash();
    await this.until(() => this.atRest());
    await this.verdict();
    if (this.life !== undefined) this.kill(this.life);
    this.stats.virtualMs = this.scheduler.nowMs - startMs;
    this.stats.steps = this.scheduler.steps;
    this.stats.messages = this.model.messages;
    this.stats.livingValuesSent = this.expirations.checks;
    for (const consumer of this.consumers) this.stats.egressDeliveries += consumer.deliveries;
    return { ...this.stats, seed: this.seed, traceHash: this.trace.digest() };
  }

  crash(): void {
    const { life } = this;
    if (life === undefined) return;
    this.stats.crashes++;
    if (life.engine === undefined) this.stats.crashesWhileOpening++;
    this.note(`crash of life ${life.number}`);
    this.kill(life);
    this.reopenLater();
  }

  /** An orderly stop, as on SIGTERM. */
  stop(): void {
    const { life } = this;
    const engine = life?.engine;
    if (life === undefined || engine === undefined || this.restoring !== undefined) return;
    this.note(`stop of life ${life.number}`);
    this.stats.stops++;
    life.engine = undefined;
    const ended = (): void => {
      if (this.life !== life) return;
      this.kill(life);
      this.reopenLater();
    };
    engine.stop({ drainTimeoutMs: this.rng.fork(`drain ${life.number}`).between(100, 10_000) }).then(ended, ended);
  }

  restore(path: string): void {
    const { life } = this;
    const engine = this.engine();
    if (life === undefined || engine === undefined) return;
    this.note(`restore ${path}`);
    this.stats.restores++;
    this.restoring = { before: this.disk() };
    const ended = (text: string): void => {
      if (this.life !== life) return;
      this.note(text);
      this.afterRestore();
      this.wake(engine);
    };
    engine.restoreSavepoint(path).then(
      () => ended("restored"),
      (error: unknown) => ended(`restore failed: ${String(error)}`),
    );
  }

  explain(error: unknown): SimulationFailure {
    const cause =
      error instanceof Error ? (error instanceof SimulationFailure ? error.message : (error.stack ?? error.message)) : String(error);
    const limits = Object.entries(this.limits).map(([name, value]) => `${name}=${value}`);
    const lines = [
      `${cause}`,
      `seed ${this.seed}; repeat with: npm run sim -- --seed ${this.seed}`,
      `faults: ${this.faults.describe()}`,
      `limits: ${limits.join(" ")}`,
      "the last events:",
      ...this.trace.last(),
    ];
    return new SimulationFailure(lines.join("\n"));
  }

  private makeClients(workload: Workload): void {
    const draw = this.rng.fork("clients");
    const producers = draw.below(3);
    const names = Array.from({ length: producers }, (_, index) => `producer-${index}`);
    const byProducer = names.map((): RootMessage[] => []);
    const byKey: RootMessage[] = [];
    for (let count = workload.sizes.messages; count > 0; count--) {
      const chosen = draw.below(producers + 1);
      const root = workload.root(chosen === producers);
      (byProducer[chosen] ?? byKey).push(root);
      this.model.add(root, names[chosen]);
    }
    for (const [index, roots] of byProducer.entries()) this.clients.push(new ProducerClient(names[index] ?? "", roots, this));
    this.clients.push(new KeyClient("key", byKey, this));
  }

  private open(): void {
    const life = this.newLife();
    this.life = life;
    this.stats.lives++;
    this.note(`life ${life.number} opens`);
    if (this.faults.hit("crashWhileOpening")) {
      this.scheduler.after(this.faults.rng.between(0, 15), "crash while opening", () => {
        if (this.life === life) this.crash();
      });
    }
    const wrap = this.mutations.wrapStore ?? ((store: Store) => store);
    const home = {
      openCurrent: async () => wrap(await life.home.openCurrent()),
      createNext: () => life.home.createNext(),
      removeStale: () => life.home.removeStale(),
      close: () => life.home.close(),
    };
    const random = { draw: () => this.faults.rng.fraction() };
    const transport = this.mutations.wrapTransport?.(life.transport) ?? life.transport;
    const observer = { on: (event: EngineEvent) => this.observe(life, event) };
    EmbeddedEngine.open({ home, savepointFiles: this.files, transport, clock: life.clock, random, observer }, this.limits).then(
      (engine) => {
        if (this.life !== life) return;
        this.note(`life ${life.number} is open`);
        life.engine = engine;
        this.wake(engine);
      },
      (error: unknown) => {
        if (this.life !== life) return;
        this.guard(() => must(life.readFaults > 0, () => `opening failed: ${error instanceof Error ? error.stack : String(error)}`));
        this.kill(life);
        this.reopenLater();
      },
    );
  }

  private newLife(): Life {
    const { scheduler, faults } = this;
    const number = this.stats.lives + 1;
    const shared: StoreLife = {
      alive: true,
      readFaults: 0,
      faults,
      wait: (delayMs, label) => scheduler.wait(delayMs, label),
      written: () => {
        if (faults.hit("crashAfterWrite")) scheduler.after(0, "crash after write", () => shared.alive && this.crash());
      },
    };
    const note = (text: string): void => this.note(text);
    const run = (request: Parameters<typeof interpret>[0]): ReturnType<typeof interpret> => interpret(request);
    const sent = (request: Parameters<typeof interpret>[0]): void => {
      this.stats.invocations++;
      this.note(`invoke ${formatAddress(request.target)} #${request.invocation}.${request.attempt} with ${request.inputs.length}`);
      const { offsetMs, latestMs } = this.wall;
      this.expirations.sent(request, { nowMs: scheduler.nowMs + offsetMs, latestMs, life: number, store: this.disk() });
    };
    const transport = new SimTransport({
      scheduler,
      faults,
      wallMs: () => scheduler.nowMs + this.wall.offsetMs,
      run,
      sent,
      note,
      downUntilMs: this.downUntilMs,
    });
    return Object.assign(shared, {
      number,
      engine: undefined,
      clock: new SimClock(scheduler, this.wall, faults),
      transport,
      home: new SimStoreHome(this.simDisk, shared),
    });
  }

  private kill(life: Life): void {
    life.alive = false;
    life.clock.crash();
    life.transport.crash();
    life.home.crash();
    life.engine = undefined;
    this.life = undefined;
    // It may have happened all the same: the disk tells.
    if (this.restoring !== undefined) this.afterRestore();
  }

  private reopenLater(): void {
    this.scheduler.after(this.faults.rng.between(0, 3_000), "start", () => {
      this.guard(() => this.operator.checkAfterCrash());
      this.open();
    });
  }

  private afterRestore(): void {
    const before = this.restoring?.before;
    this.restoring = undefined;
    if (before === this.disk()) return;
    for (const client of this.clients) client.restored();
    for (const consumer of this.consumers) consumer.restored();
    this.operator.restored();
  }

  private wake(engine: EmbeddedEngine): void {
    this.operator.wake(engine);
    for (const client of this.clients) client.wake();
  }

  private observe(life: Life, event: EngineEvent): void {
    if (this.life !== life) return;
    switch (event.kind) {
      case "attempt-failed":
        this.stats.failedAttempts++;
        this.note(`attempt ${event.attempt} of ${formatAddress(event.address)} failed: ${event.failure.code}`);
        return;
      case "invocation-ended":
        if (event.record.outcome.kind === "parked") this.stats.parked++;
        this.expirations.ended(event.record);
        this.note(
          `${event.record.outcome.kind} ${formatAddress(event.record.address)} record ${event.record.sequence} of ${event.record.messagesTotal}, sent ${event.record.sent.length}`,
        );
        return;
      case "breaker-changed":
        if (event.state === "open") this.stats.breakersOpened++;
        this.note(`breaker of ${event.endpoint} ${event.state}`);
        return;
      case "epoch-durable":
        this.note(`epoch ${event.epoch} durable, ${event.writes} writes`);
        return;
      case "message-admitted":
      case "message-fired":
        this.note(`${event.kind} ${event.message.sequence} to ${formatAddress(event.message.target)}`);
        return;
      case "bindings-changed":
        return this.note("bindings changed");
      case "stopped":
        return this.stopped(life, event.reason);
    }
  }

  /** Only a store that does not read may stop the engine. */
  private stopped(life: Life, reason: string): void {
    this.note("the engine stopped");
    this.guard(() => must(life.readFaults > 0, () => `the engine stopped: ${reason}`));
    this.scheduler.after(1, "supervisor", () => {
      if (this.life === life) this.crash();
    });
  }

  private async until(reached: () => boolean): Promise<void> {
    const limitMs = this.scheduler.nowMs + restMsMax;
    await drainPromises();
    while (!reached()) {
      if (this.faults.hit("crashAnywhere")) this.crash();
      const label = await this.scheduler.step();
      if (this.failure !== undefined) throw this.failure;
      must(label !== undefined, () => "nothing is left to happen and the world is not at rest");
      must(this.scheduler.steps < stepsMax && this.scheduler.nowMs < limitMs, () => `the world does not come to rest: ${this.unrest()}`);
      await this.inspect();
    }
  }

  private async inspect(): Promise<void> {
    const { life } = this;
    const engine = this.engine();
    if (life === undefined || engine === undefined || engine.status().health.kind === "stopped") return;
    checkPartition(partitionOf(engine));
    if (this.scheduler.steps % agreementSteps !== 0) return;
    await checkAgreement(this.disk(), partitionOf(engine));
    await checkStore(this.disk());
  }

  private atRest(): boolean {
    return this.unrest() === "";
  }

  /** What still has to happen. */
  private unrest(): string {
    const engine = this.engine();
    if (engine === undefined) return "the engine is down";
    const status = engine.status();
    const parts = [
      this.clients.every((client) => client.done) ? "" : "clients wait for answers",
      status.health.kind === "running" ? "" : `health is ${status.health.kind}`,
      status.waitingMessages === 0 ? "" : `${status.waitingMessages} messages wait`,
      status.inFlight === 0 ? "" : `${status.inFlight} in flight`,
      status.delayedMessages === 0 ? "" : `${status.delayedMessages} delayed messages`,
      engine.egresses().every((egress) => egress.waitingRecords === 0) ? "" : "egress records wait",
      status.parkedEntities + status.pausedEntities === 0 ? "" : `${status.parkedEntities} parked, ${status.pausedEntities} paused`,
      this.settled(engine) ? "" : "something is not durable",
    ];
    return parts.filter((part) => part !== "").join("; ");
  }

  private settled(engine: EmbeddedEngine): boolean {
    const state = partitionOf(engine);
    return state.writes.size === 0 && state.acknowledgements.length === 0 && state.sealed.length === 0;
  }

  /** What is on disk against what the programs add up to. */
  private async verdict(): Promise<void> {
    const disk = this.disk();
    await checkStore(disk);
    const reached = this.model.names();
    for (let entity = 0; entity < this.entities; entity++) {
      const address = addressOf(entity);
      if (!reached.has(formatAddress(address))) continue;
      const part = entityPart(address.type, address.id);
      const bytesOf = (name: string): Uint8Array | undefined => {
        const row = disk.get(storeKey.state(part, name));
        return row === undefined ? undefined : decodeRecord.state(row).bytes;
      };
      this.model.check(address, { counter: decodeCounter(bytesOf(counterState.name)), ledger: decodeLedger(bytesOf(ledgerState.name)) });
    }
    for (const consumer of this.consumers) {
      const expected = this.model.egress.get(consumer.egress) ?? new Set<number>();
      for (const id of expected) must(consumer.ever.has(id), () => `egress ${consumer.egress} never got record ${id}`);
      for (const id of consumer.ever) must(expected.has(id), () => `egress ${consumer.egress} got record ${id}, which no program sends`);
    }
  }
}
