/**
 * SimClients: who sends messages into a world: clients with one idempotency key a message, and producers with rising sequences. Both send
 * again after a crash or a refusal until they are acknowledged, and now and then after that. They check that an answer means durable (G3)
 * and that a repeat gets the first answer.
 */
import { storeKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { Accepted } from "../../engine.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { headersOfRoot } from "../oracles/headers-oracle.ts";
import { encodeEnvelope } from "../oracles/interpreter.ts";
import type { EgressWorld } from "./sim-egress.ts";
import { must } from "./trace.ts";
import { addressOf, type RootMessage } from "./workload.ts";

const retryMsMax = 1_500;

export interface SimClient {
  /** The engine is up (again): sends what has no answer yet. */
  wake(): void;
  /** The state went back: answers that were given since may be void. */
  restored(): void;
  readonly done: boolean;
}

/** Sends each message under a key of its own, several at once; their order is neither promised nor checked. */
export class KeyClient implements SimClient {
  private readonly world: EgressWorld;
  private readonly waiting: { readonly key: string; readonly root: RootMessage }[];
  private readonly all: readonly { readonly key: string; readonly root: RootMessage }[];
  private readonly answers = new Map<string, Accepted>();
  private underway = 0;

  constructor(name: string, roots: readonly RootMessage[], world: EgressWorld) {
    this.all = roots.map((root, index) => ({ key: `${name}-${index}`, root }));
    this.waiting = [...this.all];
    this.world = world;
  }

  get done(): boolean {
    return this.answers.size === this.all.length;
  }

  wake(): void {
    this.underway = 0;
    this.waiting.length = 0;
    for (const one of this.all) if (!this.answers.has(one.key)) this.waiting.push(one);
    this.sendMore();
  }

  restored(): void {
    this.answers.clear();
  }

  private sendMore(): void {
    const engine = this.world.anyEngine();
    if (engine === undefined) return;
    while (this.underway < 4) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.send(engine, next);
    }
  }

  private send(engine: EmbeddedEngine, one: { readonly key: string; readonly root: RootMessage }): void {
    const { world } = this;
    const value = encodeEnvelope({ program: one.root.program, order: undefined, client: undefined, edition: 0 });
    this.underway++;
    const current = (): boolean => world.anyEngine() === engine;
    engine.accept({ target: addressOf(one.root.target), value, headers: headersOfRoot(one.root.program.id), idempotencyKey: one.key }).then(
      (accepted) => {
        if (!current()) return;
        this.underway--;
        world.guard(() => this.answered(one, accepted));
        this.sendMore();
      },
      () => {
        if (!current()) return;
        this.underway--;
        world.scheduler.after(world.faults.rng.between(1, retryMsMax), `client ${one.key} again`, () => {
          if (!current() || this.answers.has(one.key)) return;
          this.send(engine, one);
        });
      },
    );
  }

  private answered(one: { readonly key: string; readonly root: RootMessage }, accepted: Accepted): void {
    const { world } = this;
    must(
      world.disk().get(storeKey.idempotency(one.key, addressOf(one.root.target))) !== undefined,
      () => `G3: message ${one.key} was acknowledged and is not durable`,
    );
    const before = this.answers.get(one.key);
    if (before !== undefined) {
      must(
        accepted.repeated && accepted.messageId === before.messageId,
        () => `a repeat of ${one.key} was answered ${accepted.messageId}, first ${before.messageId}`,
      );
    }
    this.answers.set(one.key, accepted);
    if (world.faults.hit("clientRepeats")) this.waiting.push(one);
  }
}

const positionPrefix = "up to ";

/**
 * Sends in batches with rising sequences, one batch at a time, so what it sends to one entity arrives in order (G5). Some of them keep
 * their position in the engine, as ingresses do: the text that was given with a sequence comes back with it, whatever crashed, and a
 * position that has moved is refused.
 */
export class ProducerClient implements SimClient {
  readonly name: string;
  private readonly world: EgressWorld;
  private readonly messages: readonly { readonly root: RootMessage; readonly order: number }[];
  private durable = 0;
  private readonly keepsPosition: boolean;
  private engineInUse: EmbeddedEngine | undefined;

  constructor(name: string, roots: readonly RootMessage[], { world, keepsPosition }: { world: EgressWorld; keepsPosition: boolean }) {
    this.name = name;
    this.world = world;
    this.keepsPosition = keepsPosition;
    const counts = new Map<string, number>();
    this.messages = roots.map((root) => {
      const target = formatAddress(addressOf(root.target));
      const order = (counts.get(target) ?? 0) + 1;
      counts.set(target, order);
      return { root, order };
    });
  }

  get done(): boolean {
    return this.durable >= this.messages.length;
  }

  wake(): void {
    this.engineInUse = this.world.anyEngine();
    if (this.engineInUse !== undefined) this.ask(this.engineInUse);
  }

  restored(): void {
    this.durable = 0;
  }

  /** It goes on from the sequence that the engine says is durable. */
  private ask(engine: EmbeddedEngine): void {
    const asked = this.keepsPosition ? this.position(engine) : engine.producerSequence(this.name);
    asked.then(
      (sequence) => {
        if (this.world.anyEngine() === engine) this.send(engine, sequence);
      },
      () => this.later(engine),
    );
  }

  private send(engine: EmbeddedEngine, after: number): void {
    const { world } = this;
    // Sometimes it begins too early: a repeat of what is known already must do no harm.
    const from = world.faults.hit("clientRepeats") ? Math.max(0, after - world.faults.rng.below(3)) : after;
    const batch = this.messages.slice(from, from + world.faults.rng.between(1, 6)).map(({ root, order }, index) => {
      const value = encodeEnvelope({ program: root.program, order, client: this.name, edition: 0 });
      return { sequence: from + index + 1, message: { target: addressOf(root.target), value, headers: headersOfRoot(root.program.id) } };
    });
    const last = from + batch.length;
    const kept = this.keepsPosition
      ? { previousSequence: from, position: { sequence: last, text: `${positionPrefix}${last}` } }
      : { previousSequence: undefined, position: undefined };
    engine.acceptBatch({ producer: this.name, messages: batch, ...kept }).then(
      ({ durableSequence }) => {
        if (world.anyEngine() !== engine) return;
        world.guard(() => this.answered(durableSequence));
        if (this.done) return;
        // An answer that brings nothing new can come at once, again and again, so that time would stand still.
        if (durableSequence > after) this.send(engine, durableSequence);
        else this.later(engine);
      },
      () => this.later(engine),
    );
  }

  private async position(engine: EmbeddedEngine): Promise<number> {
    const position = await engine.producerPosition(this.name);
    if (position === undefined) return 0;
    const { sequence, text } = position;
    this.world.guard(() =>
      must(text === `${positionPrefix}${sequence}`, () => `G2: ${this.name} is at ${sequence}, and its position says "${text}"`),
    );
    return sequence;
  }

  private answered(durableSequence: number): void {
    const row = this.world.disk().get(storeKey.producer(this.name));
    const onDisk = row === undefined ? 0 : decodeRecord.producer(row).sequence;
    must(onDisk >= durableSequence, () => `G3: ${this.name} was told ${durableSequence} is durable, on disk is ${onDisk}`);
    must(durableSequence >= this.durable, () => `${this.name} was told ${this.durable} is durable, now only ${durableSequence}`);
    this.durable = durableSequence;
  }

  private later(engine: EmbeddedEngine): void {
    this.world.scheduler.after(this.world.faults.rng.between(1, retryMsMax), `${this.name} again`, () => {
      if (this.world.anyEngine() === engine) this.ask(engine);
    });
  }
}
