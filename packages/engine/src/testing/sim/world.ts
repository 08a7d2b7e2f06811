/**
 * World: one whole seed: an engine over simulated ports, its function, egress consumers, clients and an operator, under faults; then a
 * calm, in which everything must come to rest; then the model's verdict. Crashes come between any two events, recovery included.
 * Neighbours: faults.ts (what goes wrong), sim-*.ts (the ports and people), *-oracle.ts and invariants.ts (while it runs), verdict.ts (at
 * the end), world-lives.ts (starts, stops, crashes and restores).
 */
import { listenToCoverage, type CoverageMark } from "../../core/coverage-mark.ts";
import type { EngineLimits } from "../../limits.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { StoreReader } from "../../ports/store.ts";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { OperatorActionsOracle } from "../oracles/operator-actions-oracle.ts";
import { BadFunctions } from "./bad-functions.ts";
import { hasStopped, isCharged, partitionsOf } from "../engine-inside.ts";
import type { BreakpointOracle } from "../oracles/breakpoint-oracle.ts";
import { ExpirationOracle } from "../oracles/expiration-oracle.ts";
import { Faults } from "./faults.ts";
import { checkColdAreServed, checkGoodAreServed, goodAreServedWithinMs } from "../oracles/fairness-oracle.ts";
import { makeClients } from "./make-clients.ts";
import { Model } from "../oracles/model.ts";
import { Prng } from "../prng.ts";
import { RecoveryOracle } from "../oracles/recovery-oracle.ts";
import { Scheduler, drainPromises } from "./scheduler.ts";
import type { SimClient } from "./sim-clients.ts";
import type { WallClock } from "./sim-clock.ts";
import { SimEgress } from "./sim-egress.ts";
import type { DeployedFunction, SimLife } from "./sim-life.ts";
import { SimOperator, type OperatedWorld, type Savepoint } from "./sim-operator.ts";
import type { CallingClient } from "./sim-caller.ts";
import type { RepeatingClient } from "./sim-repeater.ts";
import type { SavepointShelf } from "./sim-savepoint-files.ts";
import { SimDisk, type StoreSet } from "./sim-store-home.ts";
import { must, Trace, type SimulationFailure } from "./trace.ts";
import { armTripwire } from "./tripwire.ts";
import { isAtRest, unrest, verdict } from "./verdict.ts";
import { drawSizes, egressIds } from "./workload.ts";
import { explain, noteOf } from "./world-report.ts";
import { WorldLives, type LivesWorld } from "./world-lives.ts";
import { WorldChecks } from "./world-checks.ts";
import { noStats, type Mutations, type WorldResult, type WorldStats } from "./world-result.ts";
import { drawCallSettings, drawLimits, drawPartitions, limitedMs, type CallSettings } from "./world-settings.ts";

/** 2026-01-01; any fixed moment would do. */
const startMs = 1_767_225_600_000;
const chaosMsMax = 60_000;
const stepsMax = 400_000;
const restMsMax = 1_800_000;
/** What a killer needs beyond its attempts: the deaths until it is found among the others that were in flight. */
const deathsMoreMax = 20;

/** Runs one world to its end; throws a SimulationFailure with the seed, the faults and the last events. */
export async function runWorld(seed: string, mutations: Mutations = {}): Promise<WorldResult> {
  const world = new World(seed, mutations);
  const disarm = armTripwire();
  const stopListening = listenToCoverage((name) => world.marks.set(name, (world.marks.get(name) ?? 0) + 1));
  try {
    return await world.run();
  } catch (error) {
    throw world.explain(error);
  } finally {
    stopListening();
    disarm();
  }
}

class World implements OperatedWorld, LivesWorld {
  readonly scheduler = new Scheduler(startMs);
  readonly faults: Faults;
  readonly wall: WallClock = { offsetMs: 0, latestMs: 0, offsetMsMax: 0 };
  readonly downUntilMs = new Map<string, number>();
  readonly entities: number;
  readonly calls: CallSettings;
  readonly limits: EngineLimits;
  readonly mutations: Mutations;
  readonly simDisk: SimDisk;
  /** The number of partitions that the engine is told to have; the disk may have another number until a restore. */
  readonly partitions: number;
  readonly shelf: SavepointShelf = new Map();
  readonly model = new Model();
  readonly acts = new OperatorActionsOracle();
  readonly recovery: RecoveryOracle;
  readonly stats: WorldStats = noStats();
  readonly bad: BadFunctions;
  readonly marks = new Map<CoverageMark, number>();
  readonly deployed: DeployedFunction = { edition: 0, oldestHeard: 0 };
  storeFullUntilMs = 0;
  private readonly seed: string;
  private readonly rng: Prng;
  private readonly trace = new Trace();
  private readonly clients: readonly SimClient[];
  private readonly repeating: RepeatingClient;
  private readonly calling: CallingClient;
  private readonly consumers: SimEgress[];
  private readonly operator: SimOperator;
  private readonly expirations: ExpirationOracle;
  readonly checks: WorldChecks;
  private readonly lives: WorldLives;
  private failure: unknown;

  constructor(seed: string, mutations: Mutations) {
    this.seed = seed;
    this.mutations = mutations;
    this.rng = new Prng(seed);
    this.lives = new WorldLives(this, this.rng);
    this.faults = new Faults(this.rng.fork("faults"), mutations.faultsOff);
    this.limits = { ...drawLimits(this.rng.fork("limits")), ...mutations.limits };
    const partitions = drawPartitions(this.rng.fork("partitions"));
    this.partitions = mutations.partitions ?? partitions.wanted;
    this.simDisk = new SimDisk(mutations.partitions ?? partitions.first);
    const calls = drawCallSettings(this.rng.fork("calls"));
    this.calls = { ...calls, limits: mutations.limitsOfModules ?? calls.limits };
    const drawn = drawSizes(this.rng.fork("sizes"));
    const sizes = { ...drawn, messages: Math.min(drawn.messages, mutations.messagesMax ?? drawn.messages) };
    this.entities = sizes.entities;
    this.checks = new WorldChecks(this.rng.fork("past"), sizes.entities);
    this.expirations = new ExpirationOracle(sizes.entities, this.deployed);
    this.recovery = new RecoveryOracle(this.limits);
    this.bad = new BadFunctions({
      isCharged: (address) => this.faults.isCalm && isCharged(this.engine(), address),
      deathsMax: this.limits.attemptsMax + deathsMoreMax,
    });
    this.consumers = egressIds.map((egress) => new SimEgress(egress, this));
    this.operator = new SimOperator(this, this.rng.fork("operator"));
    const made = makeClients(this, sizes, this.rng);
    this.clients = made.clients;
    this.repeating = made.repeating;
    this.calling = made.calling;
  }

  get breakpoints(): BreakpointOracle {
    return this.checks.breakpoints;
  }

  get keyAgeMs(): number {
    return this.limits.idempotencyKeyAgeMs;
  }

  get limitedMs(): number {
    return limitedMs(this.calls, this.model.messages, this.partitions);
  }

  get messageBytesMax(): number {
    return this.limits.messageBytesMax;
  }

  get messageHeadersBytesMax(): number {
    return this.limits.messageHeadersBytesMax;
  }

  engine(): EmbeddedEngine | undefined {
    return this.lives.engine();
  }

  anyEngine(): EmbeddedEngine | undefined {
    return this.lives.anyEngine();
  }

  disk(): StoreReader {
    return this.simDisk.current().all;
  }

  note(text: string): void {
    this.trace.note(this.scheduler.nowMs - startMs, text);
  }

  guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.failed(error);
    }
  }

  async run(): Promise<WorldResult> {
    this.lives.open();
    this.operator.start();
    for (const consumer of this.consumers) consumer.start();
    const chaosMs = this.rng.fork("chaos").between(1_000, chaosMsMax);
    this.scheduler.after(chaosMs, "calm", () => {
      this.faults.calm();
      this.storeFullUntilMs = 0;
      // A life that lost its store to a read fault would not come back by itself.
      if (this.lives.hasReadFaults) this.crash();
      this.bad.countAnew();
      this.scheduler.after(goodAreServedWithinMs(this), "good ones are served", () => this.mendAfterCheck());
    });
    await this.until(() => this.faults.isCalm && this.isAtRest());
    await this.verdict();
    this.note("the end is a crash: what counts is on disk");
    this.crash();
    await this.until(() => this.isAtRest());
    await this.verdict();
    this.lives.end();
    return this.result();
  }

  crash(): void {
    this.lives.crash();
  }

  stop(): void {
    this.lives.stop();
  }

  restore(savepoint: Savepoint): void {
    this.lives.restore(savepoint);
  }

  adopting(next: StoreSet): Promise<void> {
    return this.lives.adopting(next);
  }

  /** The engine is open, or up again after a restore that failed. */
  opened(engine: EmbeddedEngine): void {
    this.operator.wake(engine);
    for (const client of this.clients) client.wake();
  }

  checkAfterCrash(): void {
    this.operator.checkAfterCrash();
  }

  restored(): void {
    for (const client of this.clients) client.restored();
    for (const consumer of this.consumers) consumer.restored();
    this.operator.restored();
    this.acts.restored();
  }

  failed(error: unknown): void {
    this.failure ??= error;
  }

  sent(request: InvocationRequest, life: number): void {
    const { offsetMs, latestMs } = this.wall;
    // What was restored is at work before anybody learns of it.
    if (this.lives.hasAdopted) this.acts.restored();
    this.acts.sent(request);
    const engine = this.anyEngine();
    if (engine !== undefined) this.checks.sent(request, partitionsOf(engine), this.scheduler.nowMs);
    this.expirations.sent(request, { nowMs: this.scheduler.nowMs + offsetMs, latestMs, life, store: this.disk() });
  }

  observe(life: SimLife, event: EngineEvent): void {
    if (!this.lives.isNow(life)) return;
    this.note(noteOf(event));
    const isOnlyPartition = this.simDisk.current().stores.length === 1;
    this.guard(() => this.checks.frames.observe(event, { breakerEntitiesMin: this.limits.breakerEntitiesMin, isOnlyPartition }));
    this.checks.breakers.told(event);
    if (event.kind === "attempt-failed") this.stats.failedAttempts++;
    else if (event.kind === "breaker-changed" && event.state === "open") this.stats.breakersOpened++;
    else if (event.kind === "stopped") this.lives.stopped(life, event.reason);
    else if (event.kind === "invocation-ended") {
      const { outcome, address } = event.record;
      if (outcome.kind === "parked") {
        this.stats.parked++;
        this.guard(() => this.bad.parked(address, outcome.failure.code, isOnlyPartition));
      }
      this.expirations.ended(event.record);
    }
  }

  explain(error: unknown): SimulationFailure {
    return explain(error, { ...this.identity(), step: this.scheduler.steps });
  }

  private identity() {
    const { seed, mutations, faults, limits, trace } = this;
    return { seed, mutations, faults, limits, trace };
  }

  private result(): WorldResult {
    const { stats, faults, marks } = this;
    stats.virtualMs = this.scheduler.nowMs - startMs;
    stats.steps = this.scheduler.steps;
    stats.messages = this.model.messages;
    Object.assign(stats, this.checked());
    for (const consumer of this.consumers) stats.egressDeliveries += consumer.deliveries;
    return { seed: this.seed, traceHash: this.trace.digest(), stats, faults: faults.hits, marks };
  }

  /** How often each oracle had something to compare. */
  private checked(): Partial<WorldStats> {
    const { expirations, acts, repeating, calling, recovery, checks } = this;
    return {
      livingValuesSent: expirations.checks,
      actsConfirmed: acts.confirmed,
      movedRefused: this.operator.movedRefused,
      repeatsChecked: repeating.checks,
      answersChecked: calling.answers,
      limitsChecked: checks.limits.checks,
      breakpointsChecked: checks.breakpoints.checks,
      watchesChecked: checks.watches.checks,
      breakersChecked: checks.frames.checks,
      recoveriesCompared: recovery.recoveries,
      recoveriesOfCold: recovery.recoveriesOfCold,
      restoresCompared: recovery.restores,
      pastMomentsChecked: checks.past.checks,
      pastMomentsKnown: checks.past.known,
      pastMessagesKnown: checks.past.waited,
    };
  }

  /** A message that always throws or kills makes only its own entity wait; then it is mended, and that entity waits no more either. */
  private mendAfterCheck(): void {
    const engine = this.engine();
    if (engine !== undefined && !this.bad.isMended) {
      this.guard(() => checkGoodAreServed(partitionsOf(engine)));
      checkColdAreServed(partitionsOf(engine), this.simDisk.current().stores).catch((error: unknown) => this.failed(error));
    }
    this.bad.isMended = true;
  }

  private async until(reached: () => boolean): Promise<void> {
    // What is bad for ever is mended only once the good ones must have been served.
    const limitMs = this.scheduler.nowMs + restMsMax + goodAreServedWithinMs(this);
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
    const engine = this.engine();
    const isUp = engine !== undefined && !hasStopped(engine);
    const { nowMs: steadyMs, steps: step } = this.scheduler;
    await this.checks.inspect({
      partitions: isUp ? partitionsOf(engine) : undefined,
      stores: this.simDisk.current().stores,
      planted: this.mutations.wrapStore ?? ((store) => store),
      isRestoring: this.lives.isRestoring,
      step,
      steadyMs,
      wallMs: steadyMs + this.wall.offsetMs,
    });
  }

  private isAtRest(): boolean {
    return isAtRest(this.engine(), { clients: this.clients, heldReplies: this.lives.heldReplies });
  }

  private unrest(): string {
    return unrest(this.engine(), { clients: this.clients, heldReplies: this.lives.heldReplies });
  }

  private async verdict(): Promise<void> {
    const { entities, model, acts, consumers } = this;
    const { stores, all } = this.simDisk.current();
    await this.checks.past.check(stores);
    return verdict({ disk: all, stores, entities, model, acts, consumers, calling: this.calling });
  }
}
