/**
 * Box: the whole engine in the test's process, in virtual time, over an in-memory disk, with the functions under test behind it.
 * Nothing happens by itself: `settle` and `advance` let it. Neighbours: function-caller.ts calls the functions, look.ts decodes what is
 * there, testbox.ts is the box that users open, world.ts runs one under faults.
 */
import { EngineError, type Bindings, type Engine, type EngineEvent, type EntityAction, type EntityView } from "@signalbox/runtime";
import { VirtualEngine, type Faults } from "@signalbox/engine/testing";
import { durationMs, type Address, type AnyEntity, type Duration, type OutgoingMessage } from "@signalbox/functions";
import { bindingsFor } from "./bindings.ts";
import { callAs, headersFrom, targetsOf } from "./alone.ts";
import { FunctionCaller, LateEffect, StuckHandler, type LogLine } from "./function-caller.ts";
import { httpJsonType, Look, type EgressEntry, type EntityLook, type HistoryEntry, type SentEntry } from "./look.ts";

export interface BoxOptions {
  /** Egresses that functions may write to. Any that a function names unless given. */
  readonly egresses?: readonly string[];
  /** What entities hold before anything happens; nothing unless given. */
  readonly given?: readonly GivenState[];
  /** The time at which the first message can be sent; 2026-01-01 unless given. */
  readonly startMs?: number;
  /**
   * What functions send is noted and reaches nobody, and its targets need not exist. It is for the recorded messages of one entity, which
   * already contain what others answered.
   */
  readonly alone?: boolean;
  /** Calls each function twice with the same request; `settle` throws when the answers differ. On unless switched off. */
  readonly askTwice?: boolean;
  /** Real time that one call of a handler may take before `settle` throws StuckHandler; 2 s unless given. */
  readonly handlerTimeoutMs?: number;
}

/** What one entity holds from the beginning, by the names of its states. */
export interface GivenState {
  readonly of: Address;
  readonly state: Readonly<Record<string, GivenValue>>;
}

/** A value as it is stored. */
export interface GivenValue {
  readonly typename: string;
  readonly bytes: Uint8Array;
}

export interface SendOptions {
  readonly idempotencyKey?: string;
  /** Whom the function sees as its caller; nobody unless given. */
  readonly caller?: Address;
}

const startMsDefault = 1_767_225_600_000;
/** Shorter than the time that test runners give a test, so that whoever reads the report learns which handler it was. */
const handlerTimeoutMsDefault = 2_000;
/** Saved before a test runner's fake timers can replace it. */
const realSetImmediate = setImmediate;
/** Virtual time that opening may take before the box's time begins. */
const openingMs = 1_000;
/** With more than these in trouble, `advance` waits as `settle` does. */
const troubledLookedAtMax = 1_000;
/** Virtual time that retries may take before `settle` gives up waiting for them. */
const settleMsMax = 3_600_000;

/** Inside the package a world gives its faults, and hears what happens. */
export interface BoxParts extends BoxOptions {
  readonly faults?: Faults;
  readonly observe?: (event: EngineEvent) => void;
}

export class Box implements AsyncDisposable {
  readonly #entities: readonly AnyEntity[];
  readonly #caller: FunctionCaller;
  readonly #virtual: VirtualEngine;
  readonly #look: Look;
  readonly #given: readonly GivenState[];
  readonly #startMs: number;
  #bindings: Bindings;
  #hasTold = false;

  protected constructor(entities: readonly AnyEntity[], parts: BoxParts) {
    this.#entities = entities;
    this.#given = parts.given ?? [];
    this.#startMs = parts.startMs ?? startMsDefault;
    const { askTwice = true, handlerTimeoutMs = handlerTimeoutMsDefault } = parts;
    this.#caller = new FunctionCaller(entities, { askTwice, handlerTimeoutMs });
    this.#bindings = bindingsFor(entities, { egresses: parts.egresses ?? [] });
    this.#virtual = new VirtualEngine({
      startMs: this.#startMs - openingMs,
      ...(parts.faults === undefined ? {} : { faults: parts.faults }),
      ...(parts.observe === undefined ? {} : { observe: parts.observe }),
      call: (request) => callAs(request, { alone: parts.alone === true, call: (asked) => this.#caller.call(asked) }),
      beforeOutcome: async (outcome) => {
        if (outcome.kind !== "reply" || outcome.reply.kind !== "completed") return;
        const { effects } = outcome.reply;
        await this.#declare({
          egresses: parts.egresses === undefined ? effects.egress.map(({ egress }) => egress) : [],
          types: parts.alone === true ? targetsOf(effects) : [],
        });
      },
    });
    this.#look = new Look(entities);
  }

  static async open(entities: readonly AnyEntity[], parts: BoxParts): Promise<Box> {
    const box = new Box(entities, parts);
    await box.start();
    return box;
  }

  protected async start(): Promise<void> {
    await this.#virtual.open(this.#bindings);
    const given = this.#given.flatMap(({ of: { type, id }, state }) =>
      Object.entries(state).map(([name, value]) => ({ type, id, name, ...value })),
    );
    if (given.length > 0) await this.#virtual.give(given);
    // The disk takes its time while the box opens; what is sent first is sent at the time that was asked for.
    const leftMs = this.#startMs - this.nowMs;
    if (leftMs > 0) await this.#virtual.pass(leftMs);
  }

  /** Virtual time, in milliseconds since 1970. */
  get nowMs(): number {
    return this.#virtual.scheduler.nowMs;
  }

  /** The lines that handlers logged by ctx.log, oldest first. */
  get log(): readonly LogLine[] {
    return this.#caller.lines;
  }

  get virtual(): VirtualEngine {
    return this.#virtual;
  }

  /**
   * Sends as an ingress would; resolves when the message is durable. Its handler may have run by then or not: `settle` says that all have.
   */
  async send(message: OutgoingMessage, options: SendOptions = {}): Promise<{ readonly traceId: number }> {
    const { target, value } = message;
    return this.#virtual.run(
      this.engine().accept({ target, value, idempotencyKey: options.idempotencyKey, headers: headersFrom(options.caller) }),
    );
  }

  /**
   * Lets everything happen that can happen now: messages, what they cause, and retries with their waits. Delayed messages wait for
   * `advance`. Throws HiddenInput when a function answered one request in two ways, LateEffect when a handler asked for something after it
   * had ended, StuckHandler when one does not end.
   */
  settle(): Promise<void> {
    return this.#settle("nothing");
  }

  async #settle(leaves: "nothing" | "asked-later"): Promise<void> {
    await this.comeToRest(leaves);
    // Work that a handler started and did not await goes on meanwhile, and may ask for something.
    await new Promise((done) => realSetImmediate(done));
    this.#throwMistake();
  }

  /** Does the same in virtual time alone, for a world. May leave what its function wants to be asked later for to the time that passes. */
  async comeToRest(leaves: "nothing" | "asked-later" = "nothing"): Promise<void> {
    const untilMs = this.nowMs + settleMsMax;
    for (;;) {
      // Checked in the same turn: a world lets things happen meanwhile, and an entity that backed off may be in flight by then.
      const engine = this.engine();
      const { backingOffEntities } = await this.#virtual.run(engine.settled().then(() => engine.status()));
      this.#throwMistake();
      if (backingOffEntities === 0) return;
      if (leaves === "asked-later" && (await this.#allAskedLater())) return;
      if (this.nowMs > untilMs) throw new Error(await this.#stillTried());
      if (!(await this.#virtual.step())) return;
    }
  }

  /**
   * Lets virtual time pass, delayed messages arrive and everything settle. A message whose function threw RetryLater is asked again when its
   * time comes, and may still wait after it.
   */
  async advance(duration: Duration): Promise<void> {
    await this.#settle("asked-later");
    await this.#virtual.pass(durationMs(duration));
    await this.#settle("asked-later");
  }

  async #allAskedLater(): Promise<boolean> {
    const troubled = await this.#backingOff(troubledLookedAtMax);
    return troubled.length < troubledLookedAtMax && troubled.every(({ failure }) => failure?.code === "RETRY_LATER");
  }

  async #stillTried(): Promise<string> {
    const [first] = await this.#backingOff(1);
    const which = first === undefined ? "a message" : `the message of ${first.address.type}/${first.address.id}`;
    const why = first?.failure === undefined ? "" : `: ${first.failure.code}: ${first.failure.raw ?? first.failure.message}`;
    const cure = "Send what it waits for before settle(), or let a bounded time pass with advance().";
    return `${which} is still tried again after ${settleMsMax / 60_000} min of virtual time${why}. ${cure}`;
  }

  #backingOff(limit: number): Promise<readonly EntityView[]> {
    return this.#virtual.run(this.engine().troubledEntities({ status: "backing-off", limit }));
  }

  /** Decoded state by name; a state that is empty is absent. */
  async state(of: Address): Promise<Readonly<Record<string, unknown>>> {
    return (await this.entity(of)).state;
  }

  /** A stored value as the functions' own types have it: what `state`, `sent` and `egress` would show. */
  value(stored: GivenValue): unknown {
    // A schema's values leave under the id of their egress.
    const isEgress = this.#bindings.egresses.some(({ id }) => id === stored.typename);
    return isEgress || stored.typename === httpJsonType ? this.#look.left(stored.typename, stored) : this.#look.value(stored);
  }

  /** State, status and mailbox; of an entity that never was, empty ones. */
  async entity({ type, id }: Address): Promise<EntityLook> {
    return this.#look.entity(await this.#virtual.run(this.engine().entity({ type, id })));
  }

  /** The ids of a type that are there, in order. */
  async ids(type: string): Promise<readonly string[]> {
    const page = await this.#virtual.run(this.engine().entities({ type, limit: 10_000 }));
    return page.items.map(({ address }) => address.id);
  }

  /** What functions sent to each other, oldest first, as far as it took effect. */
  async sent(to?: Partial<Address>): Promise<readonly SentEntry[]> {
    return this.#look.sent(await this.#records(), to);
  }

  /** What went out through an egress, oldest first. */
  async egress(id: string): Promise<readonly EgressEntry[]> {
    return this.#look.egress(await this.#virtual.run(this.engine().egressRecords({ egress: id, limit: 10_000 })));
  }

  /** Every invocation of an entity that took effect, oldest first: its messages, and the state before and after. */
  async history({ type, id }: Address): Promise<readonly HistoryEntry[]> {
    const page = await this.#virtual.run(this.engine().history({ address: { type, id }, limit: 10_000 }));
    return this.#look.history(page.items.toReversed());
  }

  /** Acts as a person would: lets a parked entity try again, or drops the message at its head. */
  async act({ type, id }: Address, action: "retry" | "pause" | "resume" | "discard-head"): Promise<void> {
    const entityAction: EntityAction = { kind: action };
    await this.#virtual.run(this.engine().act({ kind: "one", address: { type, id } }, entityAction));
  }

  /** kill -9 and a new start: what was durable is there, everything else is asked for again. */
  async crash(): Promise<void> {
    this.#virtual.crash();
    await this.#virtual.open(this.#bindings);
  }

  async savepoint(name: string): Promise<void> {
    await this.#virtual.run(this.engine().takeSavepoint(name));
  }

  async restore(name: string): Promise<void> {
    await this.#virtual.run(this.engine().restoreSavepoint(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { engine } = this.#virtual;
    if (engine !== undefined) await this.#virtual.run(engine.stop({ drainTimeoutMs: 0 }));
    this.#virtual.crash();
  }

  #throwMistake(): void {
    const { mistake } = this.#caller;
    if (mistake === undefined) return;
    this.#hasTold = true;
    throw mistake;
  }

  /** For the box of a test that is left: what a handler asked for after the last `settle` is said here, or nowhere. */
  protected throwUntoldLateEffect(): void {
    if (this.#caller.mistake instanceof LateEffect && !this.#hasTold) this.#throwMistake();
  }

  /** For a world: a function that does not end is no fault that a world makes, and would cost its real time again and again. */
  throwStuck(): void {
    if (this.#caller.mistake instanceof StuckHandler) this.#throwMistake();
  }

  async #declare({ egresses, types }: { egresses: readonly string[]; types: readonly string[] }): Promise<void> {
    const egressesNow = new Set([...this.#bindings.egresses.map(({ id }) => id), ...egresses]);
    const typesNow = new Set([...this.#bindings.endpoints.map(({ id }) => id), ...types]);
    const { endpoints, egresses: known } = this.#bindings;
    if (egressesNow.size === known.length && typesNow.size === endpoints.length) return;
    this.#bindings = bindingsFor(this.#entities, { egresses: [...egressesNow], types: [...typesNow] });
    await this.#virtual.engine?.applyBindings(this.#bindings);
  }

  /** For the package's own files. */
  engine(): Omit<Engine, "observe"> {
    const { engine } = this.#virtual;
    if (engine === undefined) throw new EngineError("ENGINE_STOPPED", "the box has crashed or is closed", "Open it again.");
    return engine;
  }

  async #records() {
    const page = await this.#virtual.run(this.engine().journal({ limit: 100_000 }));
    return page.items.toReversed();
  }
}
