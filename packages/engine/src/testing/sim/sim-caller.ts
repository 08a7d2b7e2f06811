/**
 * CallingClient: sends messages as calls, each under a key of its own, and waits for their answers, now shorter and now longer, over crashes
 * and restores. What it is told must be what the called program answers first, and durable (G3); every call must be answered in the end.
 * Neighbour: sim-clients.ts (clients that wait for no answer), interpreter.ts (answers).
 */
import { storeKey, entityPart, partsRange } from "../../core/store/store-key.ts";
import { callAddress, callAnswerState } from "../../model/call.ts";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { headersOfRoot } from "../oracles/headers-oracle.ts";
import { decodeAnswer, encodeEnvelope } from "../oracles/interpreter.ts";
import type { Model } from "../oracles/model.ts";
import type { SimClient } from "./sim-clients.ts";
import type { EgressWorld } from "./sim-egress.ts";
import { must } from "./trace.ts";
import { addressOf, type RootMessage } from "./workload.ts";

const waitMsMax = 4_000;

export interface CalledWorld extends EgressWorld {
  readonly model: Model;
}

interface Call {
  readonly key: string;
  readonly root: RootMessage;
  messageId: number | undefined;
  answered: boolean;
}

export class CallingClient implements SimClient {
  private readonly world: CalledWorld;
  private readonly calls: readonly Call[];
  answers = 0;

  constructor(roots: readonly RootMessage[], world: CalledWorld) {
    this.world = world;
    this.calls = roots.map((root, index) => ({ key: `call-${index}`, root, messageId: undefined, answered: false }));
  }

  get done(): boolean {
    return this.calls.every(
      (call) => call.answered || (call.messageId !== undefined && this.world.model.canBeDiscarded(call.root.program.id)),
    );
  }

  wake(): void {
    const engine = this.world.anyEngine();
    if (engine !== undefined) for (const call of this.calls) this.goOn(engine, call);
  }

  restored(): void {
    for (const call of this.calls) {
      call.messageId = undefined;
      call.answered = false;
    }
  }

  private goOn(engine: EmbeddedEngine, call: Call): void {
    if (this.world.anyEngine() !== engine || call.answered) return;
    if (call.messageId === undefined) this.send(engine, call);
    else this.wait(engine, call, call.messageId);
  }

  private later(engine: EmbeddedEngine, call: Call): void {
    const { world } = this;
    world.scheduler.after(world.faults.rng.between(1, waitMsMax), `${call.key} again`, () => this.goOn(engine, call));
  }

  private send(engine: EmbeddedEngine, call: Call): void {
    const { program, target } = call.root;
    const value = encodeEnvelope({ program, order: undefined, client: undefined, edition: 0 });
    engine
      .accept({ target: addressOf(target), value, headers: headersOfRoot(program.id), idempotencyKey: call.key, wantsAnswer: true })
      .then(
        ({ messageId }) => {
          if (this.world.anyEngine() !== engine) return;
          call.messageId = messageId;
          this.goOn(engine, call);
        },
        () => this.later(engine, call),
      );
  }

  private wait(engine: EmbeddedEngine, call: Call, messageId: number): void {
    const { world } = this;
    engine.answer(messageId, { waitMs: world.faults.rng.pick([0, 20, 500, waitMsMax]) }).then(
      (value) => {
        if (world.anyEngine() !== engine || call.messageId !== messageId) return;
        if (value === undefined) return this.later(engine, call);
        const answer = decodeAnswer(value);
        world.guard(() => {
          must(answer === call.root.program.id, () => `${call.key} was answered ${answer}, its program is ${call.root.program.id}`);
        });
        call.answered = true;
        this.answers++;
        this.checkDurable(call, messageId);
      },
      () => this.later(engine, call),
    );
  }

  /** In the mailbox of its call, or kept; it may go from there to here while this looks. */
  private checkDurable(call: Call, messageId: number): void {
    const { type, id } = callAddress(messageId);
    const disk = this.world.disk();
    const isKept = (): boolean => disk.get(storeKey.state(entityPart(type, id), callAnswerState)) !== undefined;
    const look = async (): Promise<boolean> => {
      if (isKept()) return true;
      for await (const key of disk.scanKeys({ ...partsRange("m", type, id), limit: 1 })) return key !== "";
      return isKept();
    };
    look().then(
      (isDurable) =>
        this.world.guard(() =>
          must(isDurable || this.world.disk() !== disk, () => `G3: the answer of ${call.key} was told and is not durable`),
        ),
      () => undefined,
    );
  }
}
