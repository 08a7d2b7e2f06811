/**
 * SimBreakpoints: people who set breakpoints, step and release them while traffic goes on. In the calm nobody acts, and the breakpoints
 * that are set end by themselves. Neighbours: sim-operator.ts (asks), sim-operator-actions.ts (edits and discards of what is held),
 * oracles/breakpoint-oracle.ts.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { BreakpointIds } from "@signalbox/runtime/model/breakpoint";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { partitionsOf } from "../engine-inside.ts";
import type { BreakpointOracle } from "../oracles/breakpoint-oracle.ts";
import type { Prng } from "../prng.ts";
import type { SimCondition } from "./sim-condition.ts";
import type { Faults } from "./faults.ts";
import { addressOf } from "./workload.ts";

interface BreakpointWorld {
  readonly faults: Faults;
  readonly entities: number;
  readonly breakpoints: BreakpointOracle;
  engine(): EmbeddedEngine | undefined;
  note(text: string): void;
}

/** The calm is long enough for a breakpoint to end (fairness-oracle.ts). */
const forMsMax = 30_000;
const stepsAtOnceMax = 4;

export class SimBreakpoints {
  private readonly world: BreakpointWorld;
  private readonly rng: Prng;
  private count = 0;

  constructor(world: BreakpointWorld, rng: Prng) {
    this.world = world;
    this.rng = rng;
  }

  turn(engine: EmbeddedEngine): void {
    const { faults } = this.world;
    if (faults.hit("breakpoint")) this.set(engine);
    if (faults.hit("breakpointStep")) this.step(engine);
    if (faults.hit("breakpointRelease")) this.release(engine);
  }

  private set(engine: EmbeddedEngine): void {
    const { rng, world } = this;
    const [namespace = "", name = ""] = rng.pick(["sim/counter", "sim/ledger", "sim/*", "aux/*"]).split("/");
    const spec = {
      id: `b${++this.count}`,
      namespace,
      name,
      ids: this.ids(),
      condition: this.condition(),
      by: "sim",
      setMs: this.count,
      forMs: rng.between(1, forMsMax),
    };
    world.note(`breakpoint ${spec.id} at ${namespace}/${name} ${JSON.stringify(spec.ids)} ${spec.condition ?? ""} for ${spec.forMs}`);
    settle(engine.setBreakpoint(spec));
  }

  private ids(): BreakpointIds {
    const { id } = addressOf(this.rng.below(this.world.entities));
    return this.rng.pick([{ kind: "all" }, { kind: "one", id }, { kind: "prefix", prefix: id.slice(0, 2) }]);
  }

  private condition(): string | undefined {
    const { rng } = this;
    if (rng.below(2) === 0) return undefined;
    const condition: SimCondition = { every: rng.pick([2, 3, 7, 7]), unclearEvery: rng.pick([11, 1_000_000]), weight: rng.pick([1, 64]) };
    return JSON.stringify(condition);
  }

  private step(engine: EmbeddedEngine): void {
    const held = partitionsOf(engine).flatMap(({ breakpoints }) => [...breakpoints.all].flatMap((one) => [...one.held]));
    for (let steps = this.rng.between(1, stepsAtOnceMax); steps > 0 && held.length > 0; steps--)
      this.stepOne(engine, this.rng.pick(held).address);
  }

  private stepOne(engine: EmbeddedEngine, address: Address): void {
    const { world } = this;
    world.note(`step ${address.type}/${address.id}`);
    world.breakpoints.stepAsked(address);
    engine.stepHeld(address).then(
      () => undefined,
      (error: unknown) => {
        const isRefused = error instanceof EngineError && (error.code === "ENTITY_NOT_HELD" || error.code === "UNKNOWN_ENTITY");
        if (isRefused && world.engine() === engine) world.breakpoints.stepRefused(address);
      },
    );
  }

  private release(engine: EmbeddedEngine): void {
    const all = engine.breakpoints();
    if (all.length === 0) return;
    const { id } = this.rng.pick(all).spec;
    this.world.note(`release breakpoint ${id}`);
    settle(engine.releaseBreakpoint(id));
  }
}

/** Refusals and lost answers are part of the world. */
function settle(work: Promise<unknown>): void {
  work.then(
    () => undefined,
    () => undefined,
  );
}
