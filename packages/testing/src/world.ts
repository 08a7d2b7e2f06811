/**
 * World: one seed: the same messages under faults. Requests and replies are lost, late and repeated, the disk is slow, the process dies
 * between any two events. Then calm, in which everything must come to rest. Invariants are asked all the way.
 * Neighbours: worlds.ts runs many and makes a failing one small.
 */
import { Faults, faultNames, Prng, type FaultName } from "@signalbox/engine/testing";
import type { AnyEntity, OutgoingMessage } from "@signalbox/functions";
import { Box, type BoxOptions } from "./box.ts";
import { violation, type Invariant } from "./invariant.ts";
import { Look } from "./look.ts";
import { Mirror } from "./mirror.ts";

export interface Story {
  readonly entities: readonly AnyEntity[];
  /** In the order in which they are sent. */
  readonly messages: readonly OutgoingMessage[];
  readonly invariants: readonly Invariant[];
  readonly options: BoxOptions;
}

/** The faults that a function can notice. */
const faultsUsed: readonly FaultName[] = [
  "callSlow",
  "requestLost",
  "replyLost",
  "replyLate",
  "duplicated",
  "storeWriteSlow",
  "storeScanSlow",
  "crashAnywhere",
  "alarmLate",
];
const pauseMsMax = 300;
const restStepsMax = 200_000;
/** A batch that was narrowed to its messages may be parked once for each of two reasons. */
const retryRounds = 3;

/** Undefined when every invariant held. Throws StuckHandler when a handler does not end. */
export async function runWorld(story: Story, seed: string): Promise<string | undefined> {
  const world = await World.open(story, seed);
  try {
    return await world.run();
  } finally {
    await world.close();
  }
}

class World {
  readonly #story: Story;
  readonly #faults: Faults;
  readonly #mirror: Mirror;
  #box: Box | undefined;
  #found: string | undefined;

  private constructor(story: Story, seed: string) {
    this.#story = story;
    const used = new Set(faultsUsed);
    this.#faults = new Faults(new Prng(seed), new Set(faultNames.filter((name) => !used.has(name))));
    this.#mirror = new Mirror(story.entities, new Look(story.entities));
  }

  static async open(story: Story, seed: string): Promise<World> {
    const world = new World(story, seed);
    world.#box = await Box.open(story.entities, {
      // A call that is repeated shows already what asking twice would show.
      askTwice: false,
      ...story.options,
      faults: world.#faults,
      observe: (event) => {
        if (event.kind === "invocation-ended") world.#mirror.apply(event.record);
      },
    });
    if ((story.options.given ?? []).length > 0) await world.#reload(world.#box);
    return world;
  }

  async run(): Promise<string | undefined> {
    for (const [index, message] of this.#story.messages.entries()) {
      await this.#send(message, `message-${index}`);
      let rested = false;
      const { virtual } = this.#opened();
      virtual.scheduler.after(this.#faults.rng.between(0, pauseMsMax), "the next message", () => {
        rested = true;
      });
      await this.#until(() => rested);
      if (this.#found !== undefined) return this.#found;
    }
    await this.#comeToRest();
    this.#ask("at rest");
    return this.#found;
  }

  async close(): Promise<void> {
    await this.#opened()[Symbol.asyncDispose]();
  }

  /** Sends again and again until it is acknowledged, as a client does; the key makes it count once. */
  async #send({ target, value }: OutgoingMessage, idempotencyKey: string): Promise<void> {
    for (let accepted = false; !accepted && this.#found === undefined; ) {
      const { engine } = this.#opened().virtual;
      let ended = false;
      engine?.accept({ target, value, idempotencyKey }).then(
        () => {
          accepted = true;
        },
        () => {
          ended = true;
        },
      );
      await this.#until(() => accepted || ended || this.#opened().virtual.engine !== engine);
    }
  }

  async #comeToRest(): Promise<void> {
    this.#faults.calm();
    const box = this.#opened();
    await this.#settle(box);
    // Entities that lost calls have parked are retried; a message that can never be handled is parked again.
    for (let round = 0; round < retryRounds && box.engine().status().parkedEntities > 0; round++) {
      await box.virtual.run(box.engine().act({ kind: "by-status", type: undefined, status: "parked" }, { kind: "retry" }));
      await this.#settle(box);
    }
  }

  async #settle(box: Box): Promise<void> {
    let settled = false;
    box.comeToRest().then(
      () => {
        settled = true;
      },
      (error: unknown) => {
        this.#found ??= error instanceof Error ? error.message : String(error);
      },
    );
    await this.#until(() => settled);
  }

  async #until(reached: () => boolean): Promise<void> {
    const { virtual } = this.#opened();
    for (let steps = 0; !reached() && this.#found === undefined; steps++) {
      if (steps > restStepsMax) this.#found = `the functions do not come to rest: ${restStepsMax} events, and more to come`;
      if (this.#faults.hit("crashAnywhere")) await this.#crash();
      const happened = await virtual.step();
      this.#opened().throwStuck();
      if (!happened && !reached()) this.#found = "nothing is left to happen, and a message was never acknowledged";
      this.#ask("always");
    }
  }

  async #crash(): Promise<void> {
    const box = this.#opened();
    await box.crash();
    await this.#reload(box);
  }

  async #reload(box: Box): Promise<void> {
    await this.#mirror.reload(box.engine(), (promise) => box.virtual.run(promise));
  }

  #ask(when: Invariant["when"]): void {
    for (const invariant of this.#story.invariants) {
      if (invariant.when === when) this.#found ??= violation(invariant, this.#mirror);
    }
  }

  #opened(): Box {
    if (this.#box === undefined) throw new Error("the world is not open");
    return this.#box;
  }
}
