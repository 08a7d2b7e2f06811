/**
 * CoreHarness drives core's apply() directly, one command at a time: time moves when the test says so, loads are answered from a memory
 * store, epochs become durable when the test syncs, and invocations wait until the test answers them.
 */
import { createMemoryStore } from "../src/adapters/store-memory.ts";
import type { Acknowledgement, Action, Refusal } from "../src/core/action.ts";
import type { OperatorAction, ActionSelection, Command } from "../src/core/command.ts";
import type { Entity } from "../src/core/tables/entity.ts";
import { sealEpoch } from "../src/core/commit.ts";
import { apply } from "../src/core/partition.ts";
import type { PartitionState } from "../src/core/partition-state.ts";
import { recover, type RecoveredTables } from "../src/core/recovery.ts";
import { entityPart, encodeSequence, partsRange, storeKey, tableRange } from "../src/core/store/store-key.ts";
import { type StoredValue, decodeRecord } from "../src/core/store/store-record.ts";
import { onlyPartition } from "../src/model/partition-place.ts";
import { defaultLimits, type EngineLimits } from "../src/limits.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { noEffects, type Effects, type FunctionReply } from "@signalbox/runtime/model/effects";
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import type { MessageCondition } from "@signalbox/runtime/model/message-condition";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { FailureCode, FailureScope } from "@signalbox/runtime/model/failure";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { StoreReader } from "../src/ports/store.ts";
import { readCold } from "../src/runtime/processor/cold-reads.ts";
import { readTables } from "../src/runtime/processor/recovery-reader.ts";
import { StoreView } from "../src/runtime/processor/store-view.ts";
import { checkPartition } from "../src/testing/oracles/invariants.ts";
import { text, textOf, cart, stock, shopBindings, failureOf } from "./core-samples.ts";

export interface HarnessOptions {
  readonly limits?: Partial<EngineLimits>;
  readonly bindings?: Bindings;
}

const nothingStored: RecoveredTables = {
  meta: undefined,
  waiting: [],
  specs: [],
  entities: [],
  egresses: [],
  outboxes: [],
  received: [],
};

export class CoreHarness {
  state: PartitionState;
  nowMs = 1_000_000;
  draw = 0;
  /** The invocations that were sent and not answered, in order. */
  readonly inFlight: InvocationRequest[] = [];
  readonly acknowledged = new Map<number, Acknowledgement>();
  readonly refused = new Map<number, Refusal>();
  readonly events: EngineEvent[] = [];
  /** The states that its functions declare when a request carries none, as an SDK does. When it is empty the test answers. */
  declares: readonly StateSpec[] = [];
  private readonly asked: InvocationRequest[] = [];
  /** The reads that wait for `load`; undefined when all reads are answered at once. */
  private heldLoads: Action[] | undefined = undefined;
  private holdsStates = false;
  private readonly pendingLoads: Action[] = [];
  private readonly store = createMemoryStore();
  private readonly limits: EngineLimits;
  private view: StoreView;
  private nextRequest = 1;

  private constructor(limits: EngineLimits, bindings: Bindings) {
    this.limits = limits;
    this.state = recover({ limits, bindings, place: onlyPartition, nowMs: this.nowMs }, nothingStored).state;
    this.view = new StoreView(this.state, this.store);
  }

  static open(options: HarnessOptions = {}): CoreHarness {
    return new CoreHarness({ ...defaultLimits, ...options.limits }, options.bindings ?? shopBindings);
  }

  /** Makes a harness whose types know `specs` already, so that no handshake comes first. */
  static async withStates(specs: readonly StateSpec[], options: HarnessOptions = {}): Promise<CoreHarness> {
    const harness = CoreHarness.open(options);
    for (const address of [cart("warm-up"), stock("warm-up")]) {
      await harness.send(address, "hello");
      await harness.sync();
      if (specs.length > 0) await harness.reply({ kind: "incomplete", missing: specs });
      await harness.complete();
    }
    harness.declares = specs;
    await harness.sync();
    harness.events.length = 0;
    return harness;
  }

  get disk(): StoreReader {
    return this.store;
  }

  async apply(command: Command): Promise<void> {
    this.perform(apply(this.state, command));
    await this.answerLoads();
    checkPartition(this.state);
    const asked = this.asked.shift();
    if (asked !== undefined) await this.reply({ kind: "incomplete", missing: this.declares }, asked);
  }

  /** Returns the request's number; its answer is in `acknowledged` or `refused`. */
  async send(target: Address, value: string, idempotencyKey?: string): Promise<number> {
    return this.admit(target, value, { idempotencyKey, wantsAnswer: undefined });
  }

  /** Sends as send() does, and takes the message that the function sends to its caller as the answer. */
  async call(target: Address, value: string, idempotencyKey?: string): Promise<number> {
    return this.admit(target, value, { idempotencyKey, wantsAnswer: "one" });
  }

  private async admit(
    target: Address,
    value: string,
    how: { idempotencyKey: string | undefined; wantsAnswer: "one" | undefined },
  ): Promise<number> {
    const { idempotencyKey, wantsAnswer } = how;
    const request = this.nextRequest++;
    const knownKey = idempotencyKey === undefined ? undefined : this.view.idempotency(idempotencyKey, target);
    const items = [{ target, value: text(value), wantsAnswer, idempotencyKey, knownKey, producerSequence: 0 }];
    await this.apply({ kind: "ingress", ingress: "api", clock: 0, nowMs: this.nowMs, request, items, producer: undefined });
    return request;
  }

  async produce(producer: string, rows: readonly (readonly [sequence: number, target: Address, value: string])[]): Promise<number> {
    const request = this.nextRequest++;
    const items = rows.map(([producerSequence, target, value]) => ({
      target,
      value: text(value),
      wantsAnswer: undefined,
      idempotencyKey: undefined,
      knownKey: undefined,
      producerSequence,
    }));
    await this.apply({
      kind: "ingress",
      ingress: "api",
      clock: 0,
      nowMs: this.nowMs,
      request,
      items,
      producer: { id: producer, previousSequence: undefined, lastSequence: this.view.producer(producer).sequence },
    });
    return request;
  }

  /** Answers the oldest invocation in flight, or the given one. */
  async end(outcome: InvocationOutcome, request: InvocationRequest | undefined = this.inFlight[0]): Promise<void> {
    if (request === undefined) throw new Error("nothing is in flight");
    const index = this.inFlight.indexOf(request);
    if (index >= 0) this.inFlight.splice(index, 1);
    const delayed = outcome.kind === "reply" && outcome.reply.kind === "completed" ? outcome.reply.effects.delayed : [];
    const tokens = new Map(
      delayed
        .filter(({ cancellationToken }) => cancellationToken !== "")
        .map(({ cancellationToken }) => [cancellationToken, this.view.token(request.target.id, cancellationToken)]),
    );
    await this.apply({
      kind: "reply",
      nowMs: this.nowMs,
      invocation: request.invocation,
      attempt: request.attempt,
      outcome,
      draw: this.draw,
      tokens,
    });
  }

  reply(reply: FunctionReply, request?: InvocationRequest): Promise<void> {
    return this.end({ kind: "reply", reply }, request);
  }

  complete(effects: Partial<Effects> = {}, request?: InvocationRequest): Promise<void> {
    return this.reply({ kind: "completed", effects: { ...noEffects, ...effects } }, request);
  }

  fail(code: FailureCode, scope: FailureScope, request?: InvocationRequest): Promise<void> {
    return this.end({ kind: "failure", failure: failureOf(code, scope) }, request);
  }

  async act(selection: ActionSelection | Address, act: OperatorAction): Promise<number> {
    const request = this.nextRequest++;
    await this.apply({
      kind: "operator-action",
      nowMs: this.nowMs,
      request,
      selection: "kind" in selection ? selection : { kind: "one", address: selection },
      act,
    });
    return request;
  }

  async setBreakpoint(spec: BreakpointSpec, condition?: MessageCondition): Promise<number> {
    const request = this.nextRequest++;
    await this.apply({ kind: "set-breakpoint", nowMs: this.nowMs, request, spec, condition });
    return request;
  }

  async releaseBreakpoint(id: string): Promise<number> {
    const request = this.nextRequest++;
    await this.apply({ kind: "release-breakpoint", nowMs: this.nowMs, request, id });
    return request;
  }

  async bind(bindings: Bindings): Promise<number> {
    const request = this.nextRequest++;
    await this.apply({ kind: "bindings", nowMs: this.nowMs, request, bindings });
    return request;
  }

  async acknowledgeEgress(egress: string, sequences: readonly number[]): Promise<void> {
    await this.apply({ kind: "egress-acknowledged", nowMs: this.nowMs, request: this.nextRequest++, egress, sequences });
  }

  /** Moves time on from alarm to alarm, as a clock would. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.nowMs + byMs;
    for (let due = this.state.alarms.nextDueMs; due !== undefined && due <= untilMs; due = this.state.alarms.nextDueMs) {
      this.nowMs = Math.max(this.nowMs, due);
      await this.apply({ kind: "tick", nowMs: this.nowMs, draw: this.draw });
    }
    this.nowMs = untilMs;
  }

  /** Puts the wall clock forward or back, and tells the core before its next command, as the runtime does. */
  async step(byMs: number): Promise<void> {
    this.nowMs += byMs;
    await this.apply({ kind: "clock-stepped", nowMs: this.nowMs, byMs });
  }

  /** Makes everything in the open epoch durable. */
  async sync(): Promise<void> {
    for (let sealed = sealEpoch(this.state); sealed !== undefined; sealed = sealEpoch(this.state)) {
      await this.store.writeSynced(sealed.writes);
      await this.apply({ kind: "epoch-durable", nowMs: this.nowMs, epoch: sealed.epoch });
    }
  }

  /** Writes the open epoch. The core is told later, by the returned function. */
  async syncUnheard(): Promise<() => Promise<void>> {
    const sealed = sealEpoch(this.state);
    if (sealed === undefined) throw new Error("nothing is open");
    await this.store.writeSynced(sealed.writes);
    return () => this.apply({ kind: "epoch-durable", nowMs: this.nowMs, epoch: sealed.epoch });
  }

  /** Stops the machine: everything that is not durable is lost. */
  async restart(): Promise<void> {
    const bindings = this.state.routes.bindings;
    const tables = await readTables(this.store);
    const { state, actions } = recover({ limits: this.limits, bindings, place: onlyPartition, nowMs: this.nowMs }, tables);
    this.state = state;
    this.view = new StoreView(state, this.store);
    this.inFlight.length = 0;
    this.asked.length = 0;
    this.perform(actions);
    await this.apply({ kind: "tick", nowMs: this.nowMs, draw: this.draw });
  }

  /**
   * From here on reads of mailboxes and timers (and of states, if the test asks for them) take the present content of the disk and arrive
   * with `releaseLoads`.
   */
  holdLoads({ states = false }: { states?: boolean } = {}): void {
    this.heldLoads = [];
    this.holdsStates = states;
  }

  async releaseLoads(commands: readonly Command[]): Promise<void> {
    this.heldLoads = undefined;
    for (const command of commands) await this.apply(command);
  }

  /** Returns what the held reads would bring if they ran now. */
  async readHeld(): Promise<Command[]> {
    const commands: Command[] = [];
    for (const action of this.heldLoads?.splice(0) ?? []) {
      const command = await this.load(action);
      if (command !== undefined) commands.push(command);
    }
    return commands;
  }

  status(address: Address): string {
    return this.state.entities.find(address)?.status ?? "absent";
  }

  depth(address: Address): number {
    return this.state.entities.find(address)?.mailbox.depth ?? 0;
  }

  failureCode(address: Address): FailureCode | undefined {
    return this.state.entities.find(address)?.failure?.code;
  }

  /** Returns the texts of the only invocation in flight. */
  inputs(request: InvocationRequest | undefined = this.inFlight[0]): (string | undefined)[] {
    return (request?.inputs ?? []).map((input) => textOf(input.value));
  }

  value(address: Address, name = "value"): string | undefined {
    return textOf(this.view.stateValue(`${address.type}\u0000${address.id}`, name));
  }

  async rows(table: "m" | "t" | "k" | "o" | "j" | "s" | "e" | "i" | "x"): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.store.scanKeys(tableRange(table))) keys.push(key);
    return keys;
  }

  private perform(actions: readonly Action[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case "invoke":
          if (this.declares.length > 0 && action.request.state.length === 0) this.asked.push(action.request);
          else this.inFlight.push(action.request);
          break;
        case "acknowledge":
          this.acknowledged.set(action.request, action.acknowledgement);
          break;
        case "refuse":
          this.refused.set(action.request, action.refusal);
          break;
        case "observe":
          this.events.push(action.event);
          break;
        default:
          this.pendingLoads.push(action);
      }
    }
  }

  private async answerLoads(): Promise<void> {
    for (let action = this.pendingLoads.shift(); action !== undefined; action = this.pendingLoads.shift()) {
      if (this.heldLoads !== undefined && (action.kind !== "load" || this.holdsStates)) {
        this.heldLoads.push(action);
        continue;
      }
      const command = await this.load(action);
      if (command !== undefined) this.perform(apply(this.state, command));
    }
  }

  /** Returns what the runtime would read for an edit. */
  storedValues(address: Address): (StoredValue | undefined)[] {
    const specs = this.state.entities.types.get(address.type)?.specs ?? [];
    return specs.map((spec) => this.view.stateValue(entityPart(address.type, address.id), spec.name));
  }

  private async load(action: Action): Promise<Command | undefined> {
    const { nowMs } = this;
    if (action.kind === "load") return this.view.statesOf([action], () => nowMs);
    if (action.kind === "load-mailbox") {
      const messages = [];
      const range = {
        gt: storeKey.message(action.keyPart, action.afterSequence),
        lt: partsRange("m", action.address.type, action.address.id).lt,
        limit: action.limit,
      };
      for await (const [, bytes] of this.store.scan(range)) messages.push(decodeRecord.message(bytes, action.address));
      return { kind: "mailbox-loaded", nowMs, address: action.address, messages };
    }
    if (action.kind === "read-cold")
      return readCold({ store: this.store, bytesMax: this.limits.batchBytesMax, clock: { nowMs: () => nowMs } }, action);
    if (action.kind === "load-timers") {
      const delayed = [];
      const gt = `t\u0000${encodeSequence(action.afterDueMs)}\u0000${encodeSequence(action.afterSequence)}`;
      for await (const [, bytes] of this.store.scan({ gt, lt: tableRange("t").lt, limit: action.limit }))
        delayed.push(decodeRecord.delayed(bytes));
      return { kind: "timers-loaded", nowMs, delayed, reachedEnd: delayed.length < action.limit };
    }
    return undefined;
  }
}

export function requireEntity(core: CoreHarness, address: Address): Entity {
  const entity = core.state.entities.find(address);
  if (entity === undefined) throw new Error(`${address.type}/${address.id} is not in memory`);
  return entity;
}
