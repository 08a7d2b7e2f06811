/**
 * SimOperator: the people and deployments round the engine: module changes, outages, pauses, savepoints and restores, clock jumps, crashes
 * and orderly stops; and the care for parked entities (retry, discard of poison) that lets every world come to rest.
 */
import type { EmbeddedEngine } from "../runtime/embedded-engine.ts";
import type { Address } from "../model/address.ts";
import { formatAddress } from "../model/address.ts";
import { EngineError } from "../model/engine-error.ts";
import type { EntityView } from "../model/views.ts";
import type { Bindings } from "../model/endpoint-spec.ts";
import { decodeEnvelope } from "./interpreter.ts";
import type { Prng } from "./prng.ts";
import type { EgressWorld } from "./sim-egress.ts";
import type { WallClock } from "./sim-clock.ts";
import { entityRecordOf } from "./store-invariants.ts";
import { must } from "./trace.ts";
import { addressOf } from "./workload.ts";
import { drawBindings, endpointIds, fullBindings } from "./world-settings.ts";

export interface OperatedWorld extends EgressWorld {
  readonly wall: WallClock;
  readonly downUntilMs: Map<string, number>;
  readonly entities: number;
  readonly callTimeoutMs: number;
  note(text: string): void;
  crash(): void;
  stop(): void;
  restore(path: string): void;
}

export class SimOperator {
  private readonly world: OperatedWorld;
  private readonly rng: Prng;
  private bindings: Bindings;
  /** Paused and confirmed; nobody has asked to resume them since. */
  private readonly paused = new Map<string, Address>();
  private readonly pausing = new Set<string>();
  private savepoints = 0;
  private savepointsTaken: string[] = [];

  constructor(world: OperatedWorld, rng: Prng) {
    this.world = world;
    this.rng = rng;
    this.bindings = fullBindings(world.callTimeoutMs);
  }

  start(): void {
    this.world.scheduler.after(this.rng.between(50, 600), "operator", () => {
      this.turn();
      this.start();
    });
  }

  /** The engine is up (again): the gateway applies the modules in force. */
  wake(engine: EmbeddedEngine): void {
    this.pausing.clear();
    this.apply(engine);
  }

  /** Before the next life: what was confirmed must be on disk. */
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
    if (engine === undefined) return;
    if (world.faults.isCalm) this.calmTurn(engine);
    else this.chaosTurn(engine);
    if (world.engine() === engine && (this.rng.chance(500) || world.faults.isCalm)) this.careForParked(engine);
  }

  private calmTurn(engine: EmbeddedEngine): void {
    this.world.downUntilMs.clear();
    this.bindings = fullBindings(this.world.callTimeoutMs);
    // A change may have been refused, or be lost with its life.
    if (JSON.stringify(engine.status().bindings) !== JSON.stringify(this.bindings)) this.apply(engine);
    this.paused.clear();
    // Nothing is done without need: what only goes on because somebody touched the engine would be hidden.
    if (engine.status().pausedEntities === 0) return;
    settle(engine.act({ kind: "by-status", type: undefined, status: "paused" }, { kind: "resume" }));
  }

  private chaosTurn(engine: EmbeddedEngine): void {
    const { world, rng } = this;
    const { faults } = world;
    if (faults.hit("outage")) world.downUntilMs.set(rng.pick(endpointIds), world.scheduler.nowMs + rng.between(500, 15_000));
    if (faults.hit("clockJump")) {
      world.wall.latestMs = Math.max(world.wall.latestMs, world.scheduler.nowMs + world.wall.offsetMs);
      world.wall.offsetMs += rng.between(-3_000, 30_000);
    }
    if (faults.hit("bindingsChange")) {
      this.bindings = rng.chance(500) ? fullBindings(world.callTimeoutMs) : drawBindings(rng, world.callTimeoutMs);
      this.apply(engine);
    }
    if (faults.hit("pause")) this.pause(engine);
    if (faults.hit("resume")) this.resume(engine);
    if (faults.hit("savepoint")) this.savepoint(engine);
    if (!faults.hit("crash")) return;
    if (rng.chance(800)) world.crash();
    else world.stop();
  }

  private apply(engine: EmbeddedEngine): void {
    settle(engine.applyBindings(this.bindings));
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
    // A pause whose answer is still out would otherwise be believed after the resume.
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
      () => {
        this.savepointsTaken.push(path);
      },
      () => undefined,
    );
  }

  private parked(engine: EmbeddedEngine): EntityView[] {
    try {
      return engine.troubledEntities({ status: "parked", limit: 20 });
    } catch (error) {
      // The list shows state values, and the disk may not read.
      if (error instanceof EngineError && error.code === "STORE_FAILED") return [];
      throw error;
    }
  }

  /** Poison goes, everything else tries again. */
  private careForParked(engine: EmbeddedEngine): void {
    for (const view of this.parked(engine)) {
      const head = view.mailbox[0];
      const isPoison = head !== undefined && decodeEnvelope(head.value).program.poison;
      this.world.note(`care for ${formatAddress(view.address)}: ${isPoison ? "discard" : "retry"}`);
      settle(engine.act({ kind: "one", address: view.address }, { kind: isPoison ? "discard-head" : "retry" }));
    }
  }
}

/** Its outcome shows in the world: refusals and lost answers are part of it. */
function settle(work: Promise<unknown>): void {
  work.then(
    () => undefined,
    () => undefined,
  );
}
