/**
 * RepeatingClient: sends messages under one idempotency key, each to a target of its own, again and again, also long after the key's age.
 * Within that age a repeat must get the first answer of its target, and another value must be refused; after it the message must count
 * afresh. Clocks that jump leave a time in which either is right.
 * Neighbour: sim-clients.ts (clients whose messages count once).
 */
import type { Accepted } from "../../engine.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { headersOfRoot } from "../oracles/headers-oracle.ts";
import { encodeEnvelope } from "../oracles/interpreter.ts";
import type { SimClient } from "./sim-clients.ts";
import type { EgressWorld } from "./sim-egress.ts";
import type { WallClock } from "./sim-clock.ts";
import { must } from "./trace.ts";
import { addressOf, type RootMessage } from "./workload.ts";

export interface RepeatedWorld extends EgressWorld {
  readonly wall: WallClock;
  readonly keyAgeMs: number;
  /** Undefined while a restore is under way, even once it has put the savepoint in force. */
  engine(): EmbeddedEngine | undefined;
}

interface Repeated {
  readonly name: string;
  readonly key: string;
  readonly root: RootMessage;
  /** The answer that counts and the wall time at which its message was admitted; undefined when they are not known. */
  first: { readonly messageId: number; readonly atMs: number } | undefined;
  /** Which of its two values the key stands for, as far as is known. */
  variant: Variant;
  /** Something was sent to this target under the key, and it is not known whether it was admitted. */
  unsure: boolean;
  answered: boolean;
  underWay: boolean;
}

type Variant = "one" | "other";
const another: Record<Variant, Variant> = { one: "other", other: "one" };

interface Sent {
  readonly variant: Variant;
  readonly atMs: number;
  readonly latestMs: number;
}

export class RepeatingClient implements SimClient {
  private readonly world: RepeatedWorld;
  private readonly messages: readonly Repeated[];
  private engine: EmbeddedEngine | undefined;
  checks = 0;
  clashes = 0;

  constructor(roots: readonly RootMessage[], world: RepeatedWorld) {
    this.world = world;
    // One key for all targets; each target gets the same value.
    this.messages = roots.map((root) => ({
      name: `again to ${formatAddress(addressOf(root.target))}`,
      key: "again",
      root,
      first: undefined,
      variant: "one",
      unsure: false,
      answered: false,
      underWay: false,
    }));
  }

  get done(): boolean {
    return this.messages.every((message) => message.answered);
  }

  wake(): void {
    this.engine = this.world.anyEngine();
    for (const message of this.messages) {
      // Nobody knows whether it was admitted before the crash.
      if (message.underWay) forget(message);
      message.underWay = false;
      this.later(message);
    }
  }

  restored(): void {
    for (const message of this.messages) {
      forget(message);
      message.answered = false;
    }
  }

  private later(message: Repeated): void {
    const { world, engine } = this;
    world.scheduler.after(world.faults.rng.between(5, Math.min(world.keyAgeMs * 2, 5_000)), `${message.name} again`, () => {
      if (engine !== undefined && world.anyEngine() === engine && !message.underWay) this.send(engine, message);
    });
  }

  private send(engine: EmbeddedEngine, message: Repeated): void {
    const { world } = this;
    if (world.faults.isCalm && message.answered) return;
    const atMs = world.scheduler.nowMs + world.wall.offsetMs;
    const latestMs = Math.max(world.wall.latestMs, atMs);
    const clash = world.faults.hit("keyReused");
    const variant = clash ? another[message.variant] : message.variant;
    const client = variant === "one" ? undefined : "another";
    const value = encodeEnvelope({ program: message.root.program, order: undefined, client, edition: 0 });
    const sent = { variant, atMs, latestMs };
    message.underWay = true;
    engine
      .accept({
        target: addressOf(message.root.target),
        value,
        headers: headersOfRoot(message.root.program.id),
        idempotencyKey: message.key,
      })
      .then(
        (accepted) => {
          if (world.anyEngine() !== engine) return;
          world.guard(() => this.answered(message, accepted, sent));
          this.later(message);
        },
        (error: unknown) => {
          if (world.anyEngine() !== engine) return;
          message.underWay = false;
          if (error instanceof EngineError && error.code === "IDEMPOTENCY_KEY_REUSED") world.guard(() => this.refused(message, sent));
          // The message was refused at once or lost on the way; only the engine knows which.
          else if (!(error instanceof EngineError && error.code === "OVERLOADED")) forget(message);
          this.later(message);
        },
      );
  }

  /** The key stands for the other value. */
  private refused(message: Repeated, sent: Sent): void {
    const { first, name } = message;
    if (first === undefined) {
      must(message.unsure || message.answered, () => `${name} was refused for a value that was never sent there`);
      message.variant = another[sent.variant];
      return;
    }
    must(sent.variant !== message.variant || this.world.engine() === undefined, () => `${name} was refused for a value that it had not`);
    must(first.atMs + this.world.keyAgeMs > sent.atMs, () => `${name} was refused for a value whose time was over`);
    this.clashes++;
  }

  private answered(message: Repeated, accepted: Accepted, sent: Sent): void {
    const { first, name, variant } = message;
    message.underWay = false;
    must(
      !accepted.repeated || message.unsure || message.answered,
      () => `${name} was answered as a repeat, and nothing was sent there under its key before`,
    );
    message.answered = true;
    message.variant = sent.variant;
    if (this.world.engine() === undefined) {
      // The savepoint that is being put in force may or may not know the key (seed 125492).
      forget(message);
      return;
    }
    if (first !== undefined) {
      const overMs = first.atMs + this.world.keyAgeMs;
      const wasRepeat = accepted.repeated && accepted.messageId === first.messageId;
      must(!wasRepeat || sent.variant === variant, () => `${name} with another value was taken for a repeat`);
      must(wasRepeat || overMs <= sent.latestMs, () => `${name} was repeated within its age and counted afresh`);
      must(!wasRepeat || overMs > sent.atMs, () => `${name} was repeated after its age and got the old answer`);
      this.checks++;
      if (wasRepeat) return;
    }
    // When the first admission behind a repeat is not known, its age is not known either.
    message.first = accepted.repeated ? undefined : { messageId: accepted.messageId, atMs: sent.atMs };
  }
}

function forget(message: Repeated): void {
  message.first = undefined;
  message.unsure = true;
}
