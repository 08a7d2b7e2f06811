/**
 * testbox(): the box that a test opens. It remembers what was sent to it, and tells that story again under faults, with invariants that the
 * test states. Neighbours: box.ts is the engine in it, worlds.ts tells the story.
 */
import type { AnyEntity, OutgoingMessage } from "@signalbox/functions";
import { Box, type BoxOptions, type SendOptions } from "./box.ts";
import type { Invariant } from "./invariant.ts";
import type { WorldView } from "./mirror.ts";
import { runWorlds, type WorldsOptions } from "./worlds.ts";

export class Testbox extends Box {
  readonly #entities: readonly AnyEntity[];
  readonly #options: BoxOptions;
  readonly #story: OutgoingMessage[] = [];
  readonly #invariants: Invariant[] = [];

  private constructor(entities: readonly AnyEntity[], options: BoxOptions) {
    super(entities, options);
    this.#entities = entities;
    this.#options = options;
  }

  /** Users call `testbox`. */
  static override async open(entities: readonly AnyEntity[], options: BoxOptions): Promise<Testbox> {
    const box = new Testbox(entities, options);
    await box.start();
    return box;
  }

  override send(message: OutgoingMessage, options: SendOptions = {}): Promise<{ readonly traceId: number }> {
    this.#story.push(message);
    return super.send(message, options);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    this.throwUntoldLateEffect();
  }

  /**
   * What must hold in every world: always, or once nothing is left to do.
   * @example
   * box.invariant("nobody owes", (view) => view.all("bank/account").every(({ state }) => Number(state["cents"] ?? 0) >= 0));
   */
  invariant(name: string, holds: (view: WorldView) => boolean | string, when: "always" | "at rest" = "always"): void {
    this.#invariants.push({ name, when, holds });
  }

  /**
   * Tells what was sent to this box so often again, each time under other faults: lost, late and repeated calls, a slow disk, crashes
   * between any two events. Throws WorldFailure with the seed and the fewest messages when an invariant does not hold or nothing comes to
   * rest.
   */
  worlds(count: number, options: WorldsOptions = {}): Promise<void> {
    const story = { entities: this.#entities, messages: this.#story, invariants: this.#invariants, options: this.#options };
    return runWorlds(story, count, options);
  }
}

/**
 * Opens a box with these functions in it.
 * @example
 * await using box = await testbox([cart, stock]);
 * await box.send(cart.to("ada").message("AddItem", { sku: "sku-1", count: 2 }));
 * await box.settle();
 * expect(await box.state(cart.to("ada"))).toEqual({ total: 2 });
 */
export function testbox(entities: readonly AnyEntity[], options: BoxOptions = {}): Promise<Testbox> {
  return Testbox.open(entities, options);
}
