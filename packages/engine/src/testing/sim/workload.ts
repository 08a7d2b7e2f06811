/**
 * Workload: random programs, modelled on the command interpreter of StateFun's smoke tests (increment, send, send later, cancel, egress),
 * nested to a depth. A message carries its program; interpreter.ts runs it as a function would, and model.ts folds it into what must stand
 * at the end.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { Prng } from "../prng.ts";

export type Step =
  | { readonly kind: "increment" }
  | { readonly kind: "send"; readonly target: number; readonly program: Program }
  /** "" when there is no token. */
  | { readonly kind: "send-after"; readonly target: number; readonly delayMs: number; readonly token: string; readonly program: Program }
  /** Sent with a token and cancelled in the same reply, so it never arrives. */
  | { readonly kind: "send-and-cancel"; readonly target: number; readonly token: string; readonly program: Program }
  /** The same as before, and then sent once more under the same token; the second one arrives. */
  | {
      readonly kind: "send-cancel-send";
      readonly target: number;
      readonly delayMs: number;
      readonly token: string;
      readonly program: Program;
    }
  /** Sent with a token; a message to `canceller` (same id, any type) cancels it. With a short delay either may come first. */
  | {
      readonly kind: "send-and-cancel-by-message";
      readonly target: number;
      readonly canceller: number;
      readonly delayMs: number;
      readonly token: string;
      readonly program: Program;
      /** Cancels; it may use the token that it freed for a delayed message of its own. */
      readonly cancelProgram: Program;
    }
  | { readonly kind: "cancel"; readonly token: string }
  | { readonly kind: "egress"; readonly egress: string; readonly id: number }
  /** Writes the value that expires. */
  | { readonly kind: "remember" };

/**
 * work: processed exactly once. poison: the function always answers it wrongly; a person must discard or mend it. discardable: a person may
 * discard it. thrower, killer: its function throws, or its process ends, until it is mended; a person discards it when it is parked.
 * repeatable: sent again after its idempotency key has expired, and then processed again.
 */
export type ProgramKind = "work" | "poison" | "discardable" | "thrower" | "killer" | "repeatable";

export interface Program {
  /** Identifies the message; unique in the world. */
  readonly id: number;
  readonly kind: ProgramKind;
  readonly steps: readonly Step[];
}

export interface RootMessage {
  readonly target: number;
  readonly program: Program;
}

export interface WorkloadSizes {
  readonly entities: number;
  readonly messages: number;
  readonly depth: number;
  readonly stepsMax: number;
  readonly poisonPerMille: number;
  readonly discardablePerMille: number;
  readonly throwersPerMille: number;
  readonly killersPerMille: number;
  /** How many entities some messages call into being at once; 0 when none does. */
  readonly fanOut: number;
}

const functionTypes = ["sim/counter", "sim/ledger", "aux/relay"] as const;
export const egressIds = ["sim/out", "sim/audit"] as const;
/** Longer than any world lasts: unless such a message is cancelled, the engine is wrong. */
export const neverMs = 1000 * 3_600_000;

const nineOfTenDoNot = Array.from({ length: 27 }, () => 0);
const fanOutPerMille = 150;

export function drawSizes(rng: Prng): WorkloadSizes {
  const fanOut = rng.fork("fan out").pick([...nineOfTenDoNot, 20, 60, 200]);
  return {
    fanOut,
    entities: Math.max(fanOut, rng.pick([1, 2, 3, 6, 12, 24])),
    messages: rng.between(4, 40),
    depth: rng.below(4),
    stepsMax: rng.between(1, 4),
    poisonPerMille: rng.chance(300) ? rng.between(10, 100) : 0,
    discardablePerMille: rng.chance(600) ? rng.between(50, 300) : 0,
    throwersPerMille: rng.chance(250) ? rng.between(20, 400) : 0,
    killersPerMille: rng.chance(200) ? rng.between(20, 150) : 0,
  };
}

/** Entities of several types share their ids, because tokens are scoped by id (docs/statefun.md 2.5). */
export function addressOf(entity: number): Address {
  const type = functionTypes[entity % functionTypes.length] ?? functionTypes[0];
  return { type, id: `e${Math.floor(entity / functionTypes.length)}` };
}

export class Workload {
  readonly sizes: WorkloadSizes;
  private readonly rng: Prng;
  /** Bad messages are drawn by a generator of their own, so that worlds without them stay as they are. */
  private readonly badRng: Prng;
  private readonly fanRng: Prng;
  private nextId = 1;

  constructor(rng: Prng, sizes: WorkloadSizes) {
    this.rng = rng;
    this.badRng = rng.fork("bad");
    this.fanRng = rng.fork("fan");
    this.sizes = sizes;
  }

  /** A message that may be discarded is sent only by clients whose order nobody checks, because a discard leaves a gap. */
  root(mayBeDiscarded: boolean): RootMessage {
    const target = this.rng.below(this.sizes.entities);
    if (mayBeDiscarded && this.badRng.chance(this.sizes.throwersPerMille)) return { target, program: this.bare("thrower") };
    if (mayBeDiscarded && this.badRng.chance(this.sizes.killersPerMille)) return { target, program: this.bare("killer") };
    if (this.rng.chance(this.sizes.poisonPerMille) && mayBeDiscarded) return { target, program: this.bare("poison") };
    if (this.rng.chance(this.sizes.discardablePerMille) && mayBeDiscarded) return { target, program: this.bare("discardable") };
    if (this.fanRng.chance(this.sizes.fanOut > 0 ? fanOutPerMille : 0)) return { target, program: this.fanOut() };
    return { target, program: this.program(target, this.sizes.depth) };
  }

  repeatable(): RootMessage {
    const program: Program = { id: this.nextId++, kind: "repeatable", steps: [{ kind: "remember" }] };
    return { target: this.rng.below(this.sizes.entities), program };
  }

  /** One message to each of many entities, most of which have had no message before. */
  private fanOut(): Program {
    const id = this.nextId++;
    const steps = Array.from(
      { length: this.sizes.fanOut },
      (_, target): Step => ({ kind: "send", target, program: this.program(target, 0) }),
    );
    return { id, kind: "work", steps };
  }

  private bare(kind: ProgramKind): Program {
    return { id: this.nextId++, kind, steps: [] };
  }

  private program(at: number, depth: number): Program {
    const id = this.nextId++;
    const steps: Step[] = [];
    for (let count = this.rng.between(1, this.sizes.stepsMax); count > 0; count--) steps.push(this.step(at, depth));
    return { id, kind: "work", steps };
  }

  private step(at: number, depth: number): Step {
    const { rng } = this;
    const draw = rng.below(100);
    if (depth === 0) return draw < 70 ? { kind: "increment" } : draw < 90 ? this.egress() : { kind: "remember" };
    // A fifth of the messages are self-sends.
    const target = rng.chance(200) ? at : rng.below(this.sizes.entities);
    if (draw < 20) return { kind: "increment" };
    if (draw < 60) return { kind: "send", target, program: this.program(target, depth - 1) };
    if (draw < 75) {
      const program = rng.chance(this.sizes.discardablePerMille) ? this.bare("discardable") : this.program(target, depth - 1);
      return { kind: "send-after", target, delayMs: rng.pick([0, 1, 50, 1_000, 20_000]), token: "", program };
    }
    const token = `t${this.nextId}`;
    if (draw < 78) return { kind: "send-and-cancel", target, token, program: this.program(target, 0) };
    if (draw < 81) return { kind: "send-cancel-send", target, delayMs: rng.pick([0, 50, 5_000]), token, program: this.program(target, 0) };
    if (draw < 90) return this.cancelByMessage(at, target);
    return draw < 97 ? this.egress() : { kind: "remember" };
  }

  private cancelByMessage(at: number, target: number): Step {
    const { rng } = this;
    const first = at - (at % functionTypes.length);
    const canceller = Math.min(this.sizes.entities - 1, first + rng.below(functionTypes.length));
    const delayMs = rng.pick([neverMs, neverMs, 0, 5, 100]);
    const token = `t${this.nextId}`;
    const steps: Step[] = [{ kind: "cancel", token }];
    const program = this.bare("work");
    const cancelId = this.nextId++;
    if (rng.chance(400)) steps.push({ kind: "send-after", target, delayMs: rng.pick([0, 50, 5_000]), token, program: this.bare("work") });
    const cancelProgram: Program = { id: cancelId, kind: "work", steps };
    return { kind: "send-and-cancel-by-message", target, canceller, delayMs, token, program, cancelProgram };
  }

  private egress(): Step {
    return { kind: "egress", egress: this.rng.pick(egressIds), id: this.nextId++ };
  }
}
