/**
 * SimOperator: the people and deployments round the engine: module changes, outages, full disks, pauses, savepoints and restores, clock
 * jumps, crashes and orderly stops. Neighbour: sim-operator-actions.ts (what people do to single entities).
 */
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import { partitionsOf } from "../engine-inside.ts";
import type { BreakpointOracle } from "../oracles/breakpoint-oracle.ts";
import type { Prng } from "../prng.ts";
import { SimBreakpoints } from "./sim-breakpoints.ts";
import { SimOperatorActions, type ActionsWorld } from "./sim-operator-actions.ts";
import { sendBadInput } from "./sim-bad-input.ts";
import type { WallClock } from "./sim-clock.ts";
import type { DeployedFunction } from "./sim-life.ts";
import { entityRecordOf } from "../oracles/store-invariants.ts";
import { must } from "./trace.ts";
import { addressOf } from "./workload.ts";
import { drawBindings, endpointIds, fullBindings, type CallSettings } from "./world-settings.ts";

/** Well below the age of keys in the worlds whose keys last. */
const clockOffsetMsMax = 8 * 3_600_000;
const cutsBetweenOfThousand = 150;

export interface OperatedWorld extends ActionsWorld {
  readonly breakpoints: BreakpointOracle;
  readonly wall: WallClock;
  readonly downUntilMs: Map<string, number>;
  readonly calls: CallSettings;
  readonly messageBytesMax: number;
  readonly messageHeadersBytesMax: number;
  readonly deployed: DeployedFunction;
  storeFullUntilMs: number;
  crash(): void;
  stop(): void;
  restore(savepoint: Savepoint): void;
}

export interface Savepoint {
  readonly path: string;
  readonly epoch: number;
}

export class SimOperator {
  private readonly world: OperatedWorld;
  private readonly rng: Prng;
  private bindings: Bindings;
  /** Entities whose pause was confirmed and for which nobody has asked to resume since. */
  private readonly paused = new Map<string, Address>();
  private readonly pausing = new Set<string>();
  private readonly acts: SimOperatorActions;
  private readonly breakpoints: SimBreakpoints;
  private savepoints = 0;
  private readonly savepointsTaken: Savepoint[] = [];

  constructor(world: OperatedWorld, rng: Prng) {
    this.world = world;
    this.rng = rng;
    this.bindings = fullBindings(world.calls);
    this.acts = new SimOperatorActions(world, rng.fork("acts"));
    this.breakpoints = new SimBreakpoints(world, rng.fork("breakpoints"));
  }

  /** How many acts on messages that are not first any more were refused for it. */
  get movedRefused(): number {
    return this.acts.seen.moved;
  }

  start(): void {
    this.world.scheduler.after(this.rng.between(50, 600), "operator", () => {
      this.turn();
      this.start();
    });
  }

  /** The engine is up (again): applies the modules in force, as the gateway does. */
  wake(engine: EmbeddedEngine): void {
    this.pausing.clear();
    this.acts.wake(engine);
    this.apply(engine);
  }

  /** Called before the engine starts again: what was confirmed must be on disk. */
  checkAfterCrash(): void {
    for (const address of this.paused.values()) {
      must(
        entityRecordOf(this.world.disk(), address)?.status === "paused",
        () => `G4: ${formatAddress(address)} was paused and confirmed; after the crash it is not`,
      );
    }
  }

  restored(): void {
    this.paused.clear();
  }

  private turn(): void {
    const { world } = this;
    const engine = world.engine();
    const { messageBytesMax, messageHeadersBytesMax } = world;
    const open = world.anyEngine();
    if (open !== undefined && world.faults.hit("badInput"))
      sendBadInput(world, open, { rng: this.rng, messageBytesMax, messageHeadersBytesMax });
    if (engine === undefined && open !== undefined && world.faults.hit("stopDuringRestore")) world.stop();
    if (engine === undefined) return;
    if (world.faults.isCalm) this.calmTurn(engine);
    else this.chaosTurn(engine);
    if (world.engine() === engine && (this.rng.chance(500) || world.faults.isCalm)) this.acts.careForParked(engine);
  }

  private calmTurn(engine: EmbeddedEngine): void {
    this.world.downUntilMs.clear();
    // A clock that stays behind delays timers for as long, so it is set right.
    if (this.world.wall.offsetMs < this.world.wall.offsetMsMax) this.jump(this.world.wall.offsetMsMax - this.world.wall.offsetMs);
    this.world.storeFullUntilMs = 0;
    this.bindings = fullBindings(this.world.calls);
    // A change may have been refused, or lost with its life.
    if (JSON.stringify(engine.status().bindings) !== JSON.stringify(this.bindings)) this.apply(engine);
    this.paused.clear();
    // Does nothing without need: otherwise a fault would stay hidden where something goes on only because somebody touched the engine.
    if (engine.status().pausedEntities === 0) return;
    settle(engine.act({ kind: "by-status", type: undefined, status: "paused" }, { kind: "resume" }));
  }

  private chaosTurn(engine: EmbeddedEngine): void {
    const { world, rng } = this;
    const { faults } = world;
    if (faults.hit("outage")) world.downUntilMs.set(rng.pick(endpointIds), world.scheduler.nowMs + rng.between(500, 15_000));
    if (faults.hit("storeFull")) world.storeFullUntilMs = world.scheduler.nowMs + rng.between(500, 15_000);
    if (faults.hit("clockJump")) this.jump(rng.between(-3_000, 30_000));
    if (faults.hit("clockBack")) this.jump(-rng.between(1_000, 120_000));
    if (faults.hit("clockStep")) this.step();
    if (faults.hit("bindingsChange")) {
      this.bindings = rng.chance(500) ? fullBindings(world.calls) : drawBindings(rng, world.calls);
      if (rng.chance(600)) world.deployed.edition++;
      this.apply(engine);
    }
    if (faults.hit("pause")) this.pause(engine);
    if (faults.hit("resume")) this.resume(engine);
    this.acts.turn(engine);
    this.breakpoints.turn(engine);
    if (faults.hit("watchTrace")) this.watch(engine);
    if (faults.hit("savepoint") || this.wouldCutBetween(engine)) this.savepoint(engine);
    if (!faults.hit("crash")) return;
    if (rng.chance(800)) world.crash();
    else world.stop();
  }

  /**
   * Something is on its way from one partition to another. A savepoint of that moment is rare and tells most about how savepoints are cut.
   */
  private wouldCutBetween(engine: EmbeddedEngine): boolean {
    return partitionsOf(engine).some(({ links }) => links.depth > 0) && this.rng.chance(cutsBetweenOfThousand);
  }

  /** The trace of a message that waits behind or before others. */
  private watch(engine: EmbeddedEngine): void {
    const traces = partitionsOf(engine).flatMap(({ entities }) =>
      [...entities.types.values()].flatMap((type) =>
        [...entities.ofType(type.name)].flatMap(({ mailbox }) =>
          mailbox.inMemory > 1 ? mailbox.first(mailbox.inMemory).map(({ trace }) => trace) : [],
        ),
      ),
    );
    if (traces.length === 0) return;
    const trace = this.rng.pick(traces);
    this.world.note(`watch trace ${trace}`);
    settle(engine.watchTrace(trace, this.rng.between(1_000, 60_000)));
  }

  private jump(byMs: number): void {
    const { wall, scheduler } = this.world;
    wall.latestMs = Math.max(wall.latestMs, scheduler.nowMs + wall.offsetMs);
    wall.offsetMs += byMs;
    wall.offsetMsMax = Math.max(wall.offsetMsMax, wall.offsetMs);
  }

  /** By seconds, minutes or hours, in both directions: a suspended machine, or a wrong time from the network that is corrected again. */
  private step(): void {
    const byMs = this.rng.pick([1, -1]) * this.rng.between(200, this.rng.pick([2_000, 60_000, 3 * 3_600_000]));
    if (Math.abs(this.world.wall.offsetMs + byMs) <= clockOffsetMsMax) this.jump(byMs);
  }

  private apply(engine: EmbeddedEngine): void {
    const { deployed } = this.world;
    const { edition } = deployed;
    // From then on nothing uses what an older edition declared.
    settle(engine.applyBindings(this.bindings).then(() => (deployed.oldestHeard = Math.max(deployed.oldestHeard, edition))));
  }

  private pause(engine: EmbeddedEngine): void {
    const address = addressOf(this.rng.below(this.world.entities));
    const name = formatAddress(address);
    if (this.pausing.has(name)) return;
    this.pausing.add(name);
    engine.act({ kind: "one", address }, { kind: "pause" }).then(
      () => {
        this.pausing.delete(name);
        if (this.world.engine() === engine && !this.world.faults.isCalm) this.paused.set(name, address);
      },
      () => {
        this.pausing.delete(name);
      },
    );
  }

  private resume(engine: EmbeddedEngine): void {
    const [name, address] = this.paused.entries().next().value ?? [];
    // Otherwise a pause whose answer is still missing would be taken for the newer one after the resume.
    if (name === undefined || address === undefined || this.pausing.has(name)) return;
    this.paused.delete(name);
    settle(engine.act({ kind: "one", address }, { kind: "resume" }));
  }

  private savepoint(engine: EmbeddedEngine): void {
    const latest = this.savepointsTaken.at(-1);
    if (latest !== undefined && this.rng.chance(400)) {
      this.world.restore(latest);
      return;
    }
    const path = `savepoint-${++this.savepoints}`;
    engine.takeSavepoint(path).then(
      ({ epoch }) => {
        this.savepointsTaken.push({ path, epoch });
      },
      () => undefined,
    );
  }
}

/** The world shows its outcome: refusals and lost answers are part of it. */
function settle(work: Promise<unknown>): void {
  work.then(
    () => undefined,
    () => undefined,
  );
}
