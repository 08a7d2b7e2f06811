/**
 * ErasureWorld: one seed of an erasure. Some entities get messages that carry a mark of their own, keep it in their state, send it on,
 * delay it, call with it, put it into an egress and fail on it. One of them is erased meanwhile; the machine stops at any step, and the
 * erasure is asked for again until it is done. Then nothing on the disk may hold that mark, in force or not, messages to other entities
 * must have counted, and an earlier savepoint that is written again without the entity holds everything of the others
 * (oracles/erased-savepoint.ts).
 * Neighbours: world.ts (everything else under faults), hoarding-store.ts (the disk), erasure-mutants.ts.
 */
import { defaultLimits } from "../../limits.ts";
import type { Effects } from "@signalbox/runtime/model/effects";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { IngressMessage } from "../../engine.ts";
import type { ErasureTarget } from "@signalbox/runtime/model/erasure";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import { Prng } from "../prng.ts";
import { VirtualEngine } from "../virtual-engine.ts";
import { checkErasedSavepoint } from "../oracles/erased-savepoint.ts";
import { Faults, faultNames, type FaultName } from "./faults.ts";
import { Hoard } from "./hoarding-store.ts";
import { SimDisk } from "./sim-store-home.ts";
import { must } from "./trace.ts";
import type { Mutations } from "./world-result.ts";

const textType = "io.statefun.types/string";
const keeper = "people/keeper";
const sink = "people/sink";
const ids = ["anna", "bert", "cleo", "dora"] as const;
type Id = (typeof ids)[number];
const erased: Id = "anna";
const savepointBefore = "before";
const savepointAfter = "after";
/** The faults that this world can have. The function works, so that messages to other entities can be counted. */
const faultsHere: ReadonlySet<FaultName> = new Set<FaultName>([
  "storeWriteFails",
  "storeWriteUnsure",
  "storeWriteSlow",
  "storeScanSlow",
  "savepointWriteFails",
  "savepointReadFails",
  "parcelsSlow",
  "callSlow",
  "replyLate",
  "alarmLate",
]);

export interface ErasureWorldResult {
  readonly crashes: number;
  readonly erasedRows: number;
}

const bindings: Bindings = {
  endpoints: [
    {
      id: "people/*",
      module: "world",
      namespace: "people",
      name: "*",
      urlTemplate: "http://people.sim/",
      batchMessagesMax: 5,
      transport: {
        callTimeoutMs: 60_000,
        connectTimeoutMs: 1_000,
        readTimeoutMs: 60_000,
        poolTtlMs: 1_000,
        poolConnectionsMax: 64,
        payloadBytesMax: 1_000_000,
        tls: undefined,
      },
    },
  ],
  egresses: [{ id: "people/out", module: "world" }],
};

const text = (value: string): TypedValue => ({ typename: textType, bytes: new TextEncoder().encode(value) });
const textOf = (value: TypedValue | undefined): string => (value === undefined ? "" : new TextDecoder().decode(value.bytes));
const markOf = (id: string): string => `<mark of ${id}>`;

export async function runErasureWorld(seed: string, mutations: Mutations = {}): Promise<ErasureWorldResult> {
  const world = new ErasureWorld(seed, mutations);
  try {
    return await world.run();
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message}\nerasure world ${seed}, step ${world.steps}`;
    throw error;
  }
}

class ErasureWorld {
  private readonly rng: Prng;
  private readonly hoard = new Hoard();
  private readonly disk: SimDisk;
  private readonly engine: VirtualEngine;
  /** Messages that were acknowledged. */
  private readonly sent = new Map<Id, number>();
  private crashes = 0;
  private keys = 0;

  constructor(seed: string, mutations: Mutations) {
    this.rng = new Prng(`erasure ${seed}`);
    const partitions = mutations.partitions ?? this.rng.fork("partitions").between(1, 3);
    this.disk = new SimDisk(partitions, () => (mutations.wrapStore ?? ((store) => store))(this.hoard.create()));
    this.engine = new VirtualEngine({
      call: async (request) => this.answer(request),
      startMs: 1_767_225_600_000,
      faults: new Faults(this.rng.fork("faults"), new Set(faultNames.filter((name) => !faultsHere.has(name)))),
      limits: { ...defaultLimits, attemptsMax: 1, mailboxMessagesInMemoryMax: this.rng.fork("mailbox").between(1, 20) },
      disk: this.disk,
      partitions,
    });
  }

  get steps(): number {
    return this.engine.scheduler.steps;
  }

  async run(): Promise<ErasureWorldResult> {
    await this.engine.open(bindings);
    const rounds = this.rng.fork("rounds").between(5, 25);
    for (let round = 0; round < rounds; round++) await this.send(ids[this.rng.below(ids.length)] ?? erased);
    await this.send(erased);
    await this.takeSavepoint();
    const targets = this.targets();
    const counts = await this.erase(targets);
    await this.nothingIsLeft();
    await this.eraseInSavepoint(targets);
    for (const id of ids) if (id !== erased) await this.send(id);
    this.engine.faults.calm();
    await this.engine.run(this.living().settled());
    await this.othersCounted();
    await this.nothingIsLeft();
    return { crashes: this.crashes, erasedRows: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  }

  /** Selects it by its id, or by a beginning of its id that no other id has. */
  private targets(): ErasureTarget[] {
    const named = this.rng.chance(300) ? { id: erased.slice(0, 2), isPrefix: true } : { id: erased };
    return [{ type: this.rng.chance(500) ? undefined : keeper, ...named }];
  }

  /** Runs while messages wait and calls are open. A disk that does not write makes the engine refuse for a while. */
  private async takeSavepoint(): Promise<void> {
    for (let attempts = 0; ; attempts++) {
      must(attempts < 1_000, () => "a savepoint was refused a thousand times");
      const taken = this.living().takeSavepoint(savepointBefore);
      if ((await this.until(taken, Number.POSITIVE_INFINITY, "goes on")) !== undefined) return;
      await this.engine.pass(500);
    }
  }

  /** Written to a file of its own, as a caller that will replace the old file asks for; the machine may stop meanwhile. */
  private async eraseInSavepoint(targets: readonly ErasureTarget[]): Promise<void> {
    for (let attempts = 0; ; attempts++) {
      must(attempts < 50, () => "a savepoint was not written again in 50 lives");
      const crashAt = this.rng.chance(300) && attempts < 6 ? this.steps + this.rng.below(10) : Number.POSITIVE_INFINITY;
      const erasing = this.living().eraseInSavepoint({ path: savepointBefore, to: savepointAfter, targets });
      const answer = await this.until(erasing, crashAt);
      if (answer !== undefined) {
        const before = this.engine.savepointRows(savepointBefore);
        const after = answer.written === undefined ? before : this.engine.savepointRows(savepointAfter);
        return checkErasedSavepoint({ before, after, id: erased, mark: markOf(erased) });
      }
      await this.engine.open(bindings);
      await this.engine.pass(this.rng.below(2_000));
    }
  }

  private living() {
    const { engine } = this.engine;
    if (engine === undefined) throw new Error("the engine is down");
    return engine;
  }

  private async send(id: Id): Promise<void> {
    const word = ["keep", "send", "later", "out", "answer"][this.rng.below(5)] ?? "keep";
    // The erased entity may fail and be parked; the others are counted.
    const what = id === erased && this.rng.chance(100) ? "fail" : word;
    const wantsAnswer = this.rng.chance(300) ? "one" : undefined;
    const value = text(`${what} ${markOf(id)}`);
    await this.accepted({ target: { type: keeper, id }, value, wantsAnswer, idempotencyKey: `key ${this.keys++}` });
    this.sent.set(id, (this.sent.get(id) ?? 0) + 1);
    if (this.rng.chance(500)) await this.engine.pass(this.rng.below(200));
  }

  /** Sent under its key until it is taken, because a disk that does not write makes the engine refuse for a while. */
  private async accepted(message: IngressMessage): Promise<void> {
    for (let attempts = 0; ; attempts++) {
      must(attempts < 1_000, () => "a message was refused a thousand times");
      const isTaken = await this.engine.run(
        this.living()
          .accept(message)
          .then(
            () => true,
            () => false,
          ),
      );
      if (isTaken) return;
      await this.engine.pass(500);
    }
  }

  /** The machine may stop at any step; then it starts again, and the same erasure is asked for again. */
  private async erase(targets: readonly ErasureTarget[]) {
    for (let attempts = 0; ; attempts++) {
      must(attempts < 50, () => "an erasure did not end in 50 lives");
      const crashAt = this.rng.chance(700) && attempts < 6 ? this.steps + this.rng.below(120) : Number.POSITIVE_INFINITY;
      const ended = await this.until(this.living().erase({ id: "e1", targets }), crashAt);
      if (ended !== undefined) return ended;
      await this.engine.open(bindings);
      await this.engine.pass(this.rng.below(2_000));
    }
  }

  /** Returns undefined when the machine stopped or the erasure could not be done. */
  private async until<T>(promise: Promise<T>, crashAt: number, otherwise: "crash" | "goes on" = "crash"): Promise<T | undefined> {
    let settled: { readonly value: T | undefined } | undefined;
    promise.then(
      (value) => {
        settled = { value };
      },
      () => {
        settled = { value: undefined };
      },
    );
    const isOver = (): boolean => settled !== undefined;
    while (!isOver()) {
      if (this.steps >= crashAt || !(await this.engine.step())) break;
    }
    if (settled?.value !== undefined || otherwise === "goes on") return settled?.value;
    this.crashes++;
    this.engine.crash();
    return undefined;
  }

  private async nothingIsLeft(): Promise<void> {
    const mark = Buffer.from(markOf(erased));
    for await (const { key, bytes, isInForce } of this.hoard.bytesOf(this.disk.everyStore())) {
      const isFound = Buffer.from(bytes).includes(mark) || Buffer.from(key).includes(mark);
      const where = isInForce ? "a row" : "what a row held before";
      must(!isFound, () => `erasure: ${where} under ${JSON.stringify(key)} holds a value of ${erased} after the erasure ended`);
    }
  }

  private async othersCounted(): Promise<void> {
    for (const id of ids) {
      if (id === erased) continue;
      const view = await this.engine.run(this.living().entity({ type: keeper, id }));
      const state = view?.state.find(({ name }) => name === "kept")?.value;
      const [count = "0"] = textOf(state).split(" ");
      must(
        Number(count) === (this.sent.get(id) ?? 0),
        () => `erasure: ${id} was sent ${this.sent.get(id) ?? 0} messages and counted ${count}`,
      );
    }
    const view = await this.engine.run(this.living().entity({ type: keeper, id: erased }));
    const isEmpty = view === undefined || (view.mailboxDepth === 0 && view.state.every(({ value }) => value === undefined));
    must(isEmpty, () => `erasure: ${erased} has a state or messages afterwards`);
  }

  private answer({ target, state, inputs }: InvocationRequest): InvocationOutcome {
    const known = state.find(({ name }) => name === "kept");
    if (known === undefined) {
      const spec = { name: "kept", typename: textType, expiration: { mode: "none", afterMs: 0 } } as const;
      return { kind: "reply", reply: { kind: "incomplete", missing: [spec] } };
    }
    if (target.type === sink) return completed({});
    const words = inputs.map(({ value }) => textOf(value).split(" ")[0] ?? "");
    if (words.includes("fail")) return rejectedWith(markOf(target.id));
    const counted = inputs.filter(({ value }) => !textOf(value).startsWith("later-fired")).length;
    const [count = "0"] = textOf(known.value).split(" ");
    const mark = markOf(target.id);
    const sends = inputs.flatMap(({ value, caller }) => {
      const word = textOf(value).split(" ")[0] ?? "";
      const to = word === "send" ? { type: sink, id: ids[this.rng.below(ids.length)] ?? "bert" } : caller;
      return to === undefined || to.type === keeper ? [] : [{ target: to, value: text(`sent ${mark}`) }];
    });
    return completed({
      mutations: [{ kind: "modify", name: "kept", value: text(`${Number(count) + counted} ${mark}`) }],
      messages: sends,
      delayed: words
        .filter((word) => word === "later")
        .map(() => ({
          kind: "send-after",
          delayMs: this.rng.between(1, 10_000_000),
          target: { type: sink, id: ids[this.rng.below(ids.length)] ?? "bert" },
          value: text(`later-fired ${mark}`),
          cancellationToken: "",
        })),
      egress: words.filter((word) => word === "out").map(() => ({ egress: "people/out", value: text(`out ${mark}`) })),
    });
  }
}

function completed(effects: Partial<Effects>): InvocationOutcome {
  const none: Effects = { mutations: [], messages: [], delayed: [], egress: [] };
  return { kind: "reply", reply: { kind: "completed", effects: { ...none, ...effects } } };
}

function rejectedWith(raw: string): InvocationOutcome {
  const failure = { code: "REJECTED", scope: "entity", message: raw, cure: "Discard it.", retryAfterMs: undefined, raw } as const;
  return { kind: "failure", failure };
}
