/**
 * RepeatingClient: sends the same message under the same idempotency key again and again, also long after the key's age. Within that age a
 * repeat must get the first answer, after it the message must count afresh; clocks that jump leave a span in which either is right.
 * Neighbour: sim-clients.ts (clients whose messages count once).
 */
import type { Accepted } from "../engine.ts";
import { EngineError } from "../model/engine-error.ts";
import type { EmbeddedEngine } from "../runtime/embedded-engine.ts";
import { encodeEnvelope } from "./interpreter.ts";
import type { SimClient } from "./sim-clients.ts";
import type { EgressWorld } from "./sim-egress.ts";
import type { WallClock } from "./sim-clock.ts";
import { must } from "./trace.ts";
import { addressOf, type RootMessage } from "./workload.ts";

export interface RepeatedWorld extends EgressWorld {
  readonly wall: WallClock;
  readonly keyAgeMs: number;
  /** Undefined while a restore is under way, also when it has put the savepoint in force already. */
  engine(): EmbeddedEngine | undefined;
}

interface Repeated {
  readonly key: string;
  readonly root: RootMessage;
  /** The answer that counts and the wall time at which its message was admitted; undefined: not known. */
  first: { readonly messageId: number; readonly atMs: number } | undefined;
  answered: boolean;
  underWay: boolean;
}

export class RepeatingClient implements SimClient {
  private readonly world: RepeatedWorld;
  private readonly messages: readonly Repeated[];
  private engine: EmbeddedEngine | undefined;
  checks = 0;

  constructor(roots: readonly RootMessage[], world: RepeatedWorld) {
    this.world = world;
    this.messages = roots.map((root, index) => ({ key: `again-${index}`, root, first: undefined, answered: false, underWay: false }));
  }

  get done(): boolean {
    return this.messages.every((message) => message.answered);
  }

  wake(): void {
    this.engine = this.world.anyEngine();
    for (const message of this.messages) {
      // Whether it was admitted before the crash nobody knows.
      if (message.underWay) message.first = undefined;
      message.underWay = false;
      this.later(message);
    }
  }

  restored(): void {
    for (const message of this.messages) {
      message.first = undefined;
      message.answered = false;
    }
  }

  private later(message: Repeated): void {
    const { world, engine } = this;
    world.scheduler.after(world.faults.rng.between(5, Math.min(world.keyAgeMs * 2, 5_000)), `${message.key} again`, () => {
      if (engine !== undefined && world.anyEngine() === engine && !message.underWay) this.send(engine, message);
    });
  }

  private send(engine: EmbeddedEngine, message: Repeated): void {
    const { world } = this;
    if (world.faults.isCalm && message.answered) return;
    const atMs = world.scheduler.nowMs + world.wall.offsetMs;
    const latestMs = Math.max(world.wall.latestMs, atMs);
    const value = encodeEnvelope({ program: message.root.program, order: undefined, client: undefined, edition: 0 });
    message.underWay = true;
    engine.accept({ target: addressOf(message.root.target), value, idempotencyKey: message.key }).then(
      (accepted) => {
        if (world.anyEngine() !== engine) return;
        world.guard(() => this.answered(message, accepted, { atMs, latestMs }));
        this.later(message);
      },
      (error: unknown) => {
        if (world.anyEngine() !== engine) return;
        message.underWay = false;
        // Refused at once, or lost on the way: then only the engine knows.
        if (!(error instanceof EngineError && error.code === "OVERLOADED")) message.first = undefined;
        this.later(message);
      },
    );
  }

  private answered(message: Repeated, accepted: Accepted, sent: { atMs: number; latestMs: number }): void {
    const { first } = message;
    message.underWay = false;
    message.answered = true;
    if (this.world.engine() === undefined) {
      // The savepoint that is being put in force may know the key or not (seed 125492).
      message.first = undefined;
      return;
    }
    if (first !== undefined) {
      const overMs = first.atMs + this.world.keyAgeMs;
      const wasRepeat = accepted.repeated && accepted.messageId === first.messageId;
      must(wasRepeat || overMs <= sent.latestMs, () => `${message.key} was repeated within its age and counted afresh`);
      must(!wasRepeat || overMs > sent.atMs, () => `${message.key} was repeated after its age and got the old answer`);
      this.checks++;
      if (wasRepeat) return;
    }
    // When a repeat's first admission is not known, its age is not known either.
    message.first = accepted.repeated ? undefined : { messageId: accepted.messageId, atMs: sent.atMs };
  }
}
