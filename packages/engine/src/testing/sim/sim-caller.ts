/**
 * CallingClient: sends messages as calls, each under a key of its own, and waits for their answers for shorter or longer times, across
 * crashes and restores. Every second call wants all answers. The answers must be those of the called program, in its order, each once, and
 * durable (G3), and every call must be answered to its end.
 * Neighbours: sim-clients.ts (clients that wait for no answer), interpreter.ts (answers).
 */
import { decodeRecord } from "../../core/store/store-record.ts";
import { storeKey, entityPart, partsRange } from "../../core/store/store-key.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { decodeCallAnswer } from "../../model/call-answer.ts";
import { callAddress, callAnswerState, callCutTypename, callDoneTypename, type AnswerWish } from "@signalbox/runtime/model/call";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { StoreReader } from "../../ports/store.ts";
import type { CallMessage } from "../../engine.ts";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { headersOfRoot } from "../oracles/headers-oracle.ts";
import { answersTo, encodeEnvelope } from "../oracles/interpreter.ts";
import type { Model } from "../oracles/model.ts";
import type { SimClient } from "./sim-clients.ts";
import type { EgressWorld } from "./sim-egress.ts";
import { must } from "./trace.ts";
import { addressOf, type RootMessage } from "./workload.ts";

const waitMsMax = 4_000;

export interface CalledWorld extends EgressWorld {
  readonly model: Model;
  readonly limits: { readonly callAnswersMax: number };
}

interface Call {
  readonly key: string;
  readonly wish: AnswerWish;
  /** The number of answers that were given. */
  told: number;
  readonly root: RootMessage;
  messageId: number | undefined;
  answered: boolean;
}

export class CallingClient implements SimClient {
  private readonly world: CalledWorld;
  private readonly calls: readonly Call[];
  answers = 0;
  /** If a restore comes between the question and its answer, the answer is about a past that no longer exists. */
  private restores = 0;

  constructor(roots: readonly RootMessage[], world: CalledWorld) {
    this.world = world;
    this.calls = roots.map((root, index) => ({
      key: `call-${index}`,
      wish: index % 2 === 0 ? "one" : "many",
      told: 0,
      root,
      messageId: undefined,
      answered: false,
    }));
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
    this.restores++;
    for (const call of this.calls) {
      call.messageId = undefined;
      call.told = 0;
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
    const message = { target: addressOf(target), value, headers: headersOfRoot(program.id), idempotencyKey: call.key };
    const { rng } = this.world.faults;
    if (call.wish === "one" && rng.chance(600)) return this.ask(engine, call, { message, waitMs: this.waitMs() });
    engine.accept({ ...message, wantsAnswer: call.wish }).then(
      ({ messageId }) => {
        if (this.world.anyEngine() !== engine) return;
        call.messageId = messageId;
        this.goOn(engine, call);
      },
      () => this.later(engine, call),
    );
  }

  /** Call and answer in one request. */
  private ask(engine: EmbeddedEngine, call: Call, { message, waitMs }: { message: CallMessage; waitMs: number }): void {
    const { restores } = this;
    engine.call(message, { waitMs }).then(
      ({ messageId, answer }) => {
        // It may have been asked twice, and have been answered already.
        if (this.world.anyEngine() !== engine || call.answered) return;
        if (this.restores !== restores) return this.later(engine, call);
        call.messageId = messageId;
        if (answer === undefined) return this.later(engine, call);
        this.take(call, messageId, answer);
      },
      () => this.later(engine, call),
    );
  }

  private waitMs(): number {
    return this.world.faults.rng.pick([0, 20, 500, waitMsMax]);
  }

  private wait(engine: EmbeddedEngine, call: Call, messageId: number): void {
    const { world } = this;
    const index = call.wish === "one" ? undefined : call.told;
    engine.answer(messageId, { waitMs: this.waitMs(), index }).then(
      (value) => {
        if (world.anyEngine() !== engine || call.messageId !== messageId || call.told !== (index ?? 0)) return;
        if (value === undefined) return this.later(engine, call);
        this.take(call, messageId, value);
        if (!call.answered) this.goOn(engine, call);
        else if (call.wish === "many") this.checkEnd(call, callAddress(messageId, call.told));
      },
      () => this.later(engine, call),
    );
  }

  private take(call: Call, messageId: number, value: TypedValue): void {
    const index = call.wish === "one" ? undefined : call.told;
    this.world.guard(() => this.checkAnswer(call, value));
    call.told++;
    this.answers++;
    this.checkDurable(call, callAddress(messageId, index));
    call.answered = call.wish === "one" || value.typename === callDoneTypename || value.typename === callCutTypename;
  }

  private checkAnswer({ key, wish, told, root }: Call, value: TypedValue): void {
    const answers = answersTo(root.program.id);
    const { callAnswersMax } = this.world.limits;
    const isCut = wish === "many" && told === callAnswersMax && told < answers.length - 1;
    const expected = isCut ? callCutTypename : textOfValue(answers[told]);
    const got = isCut ? value.typename : textOfValue(value);
    must(got === expected, () => `${key} was answered ${got} as number ${told}, expected ${expected}`);
  }

  /** At rest, what is kept for a call that wanted one answer is its first answer. */
  checkKept(disk: StoreReader): void {
    for (const call of this.calls) {
      if (call.wish !== "one" || !call.answered || call.messageId === undefined) continue;
      const { type, id } = callAddress(call.messageId);
      const row = disk.get(storeKey.state(entityPart(type, id), callAnswerState));
      if (row !== undefined) this.checkFirst(call, decodeCallAnswer(decodeRecord.state(row)));
    }
  }

  private checkFirst({ key, root }: Call, kept: TypedValue | undefined): void {
    const expected = textOfValue(answersTo(root.program.id)[0]);
    must(textOfValue(kept) === expected, () => `${key} keeps the answer ${textOfValue(kept)}, expected ${expected}`);
  }

  /**
   * An answer is in the mailbox of its call, or kept; it may move from the first to the second while this looks. Nothing may follow the
   * last one.
   */
  private checkDurable(call: Call, address: Address): void {
    this.look(address, (isThere) => must(isThere, () => `G3: the answer of ${call.key} was told and is not durable`));
  }

  private checkEnd(call: Call, address: Address): void {
    this.look(address, (isThere) => must(!isThere, () => `${call.key} has an answer behind its last one`));
  }

  private look({ type, id }: Address, check: (isThere: boolean) => void): void {
    const disk = this.world.disk();
    const isKept = (): boolean => disk.get(storeKey.state(entityPart(type, id), callAnswerState)) !== undefined;
    const look = async (): Promise<boolean> => {
      if (isKept()) return true;
      for await (const key of disk.scanKeys({ ...partsRange("m", type, id), limit: 1 })) return key !== "";
      return isKept();
    };
    look().then(
      (isThere) => this.world.guard(() => (this.world.disk() === disk ? check(isThere) : undefined)),
      () => undefined,
    );
  }
}

const decoder = new TextDecoder();

function textOfValue(value: TypedValue | undefined): string {
  return value === undefined ? "nothing" : `${value.typename} ${decoder.decode(value.bytes)}`;
}
