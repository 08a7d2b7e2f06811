/**
 * LimitOracle: checks the limits of modules from outside. In no window do more messages start than rate × window + burst, also across steps
 * of the clock, crashes and restores; there are never more invocations than `inFlight`; no key is passed by another one more than twice
 * while it could start. After each event the counts of the core are recomputed, and whatever is held has something that will release it.
 * Neighbours: clock-oracle.ts (what is held without need), world-settings.ts (the limits).
 */
import type { PartitionState } from "../../core/partition-state.ts";
import type { Entity } from "../../core/tables/entity.ts";
import type { FunctionTypeState } from "../../core/tables/function-type-state.ts";
import type { LimitScope } from "../../core/tables/limit-scope.ts";
import { ReadyLanes } from "../../core/tables/ready-lanes.ts";
import type { TypeQueue } from "../../core/tables/ready-table.ts";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { limitCovers, limitKeyOf, type LimitSpec } from "@signalbox/runtime/model/limit-spec";
import { homeOf } from "../../model/partition-place.ts";
import { isSuspect } from "../../core/tables/trials.ts";
import { must } from "../sim/trace.ts";

/** The entity that was about to have its turn, and the one whose turn it was. */
const passedMax = 2;
/** The engine does not see steps of the wall clock that are smaller than this (runtime/processor/clock-steps.ts). */
const unseenStepMs = 100;
const rounding = 1e-3;

interface Spent {
  readonly partition: number;
  spec: LimitSpec;
  /** The highest rate that was in force since then. */
  fastestPerSecond: number;
  /** What was taken and has not been returned yet. */
  messages: number;
  atMs: number;
}

export class LimitOracle {
  checks = 0;
  private readonly spent = new Map<string, Spent>();
  private partitions = 0;
  private unseenMs = 0;
  private wallOffsetMs = 0;
  /**
   * For each type: keys that could start, and the first messages with which each other key has started since then. A batch that asks for
   * states is sent again at once.
   */
  private waiting = new Map<FunctionTypeState, Map<LimitScope, Map<LimitScope, Set<number>>>>();

  /** Called when a request leaves. */
  sent(request: InvocationRequest, partitions: readonly PartitionState[], steadyMs: number): void {
    const { target, inputs } = request;
    const index = homeOf(target.id, Math.max(1, partitions.length));
    const state = partitions[index];
    if (state === undefined) return;
    // Other partitions have shares of their own.
    if (this.partitions !== partitions.length) this.spent.clear();
    this.partitions = partitions.length;
    for (const { spec } of state.routes.limits.all) {
      if (!limitCovers(spec, target.type)) continue;
      this.checks++;
      const key = limitKeyOf(spec.key, target.id);
      this.checkRate(spec, { partition: index, key, messages: inputs.length, steadyMs });
      this.checkInFlight(state, spec, key);
    }
    this.countPasses(state.entities.find(target));
  }

  /** Called after each event. */
  passed(now: { readonly steadyMs: number; readonly wallMs: number }): void {
    const steppedMs = Math.abs(now.wallMs - now.steadyMs - this.wallOffsetMs);
    this.wallOffsetMs = now.wallMs - now.steadyMs;
    if (steppedMs < unseenStepMs) this.unseenMs += steppedMs;
  }

  /** Called after each event that changed something; there are no partitions while the engine is down. */
  check(partitions: readonly PartitionState[]): void {
    this.seeChanges(partitions);
    const before = this.waiting;
    this.waiting = new Map();
    for (const state of partitions) {
      if (state.routes.limits.isEmpty) continue;
      checkCounts(state);
      for (const queue of state.ready.typeQueues) {
        const known = before.get(queue.type);
        this.waiting.set(queue.type, new Map([...couldGo(state, queue)].map((scope) => [scope, known?.get(scope) ?? new Map()])));
      }
    }
  }

  /**
   * Limits may change while nothing is sent. A bucket fills at the rate of that time, and a bucket that was removed begins full (simulation
   * seed 20319).
   */
  private seeChanges(partitions: readonly PartitionState[]): void {
    for (const [name, spent] of this.spent) {
      const state = partitions[spent.partition];
      if (state === undefined) continue;
      const now = state.routes.limits.all.find(({ spec }) => spec.id === spent.spec.id)?.spec.messagesPerSecond;
      if (now === undefined) this.spent.delete(name);
      else spent.fastestPerSecond = Math.max(spent.fastestPerSecond, now);
    }
  }

  private checkRate(
    spec: LimitSpec,
    at: { readonly partition: number; readonly key: string | undefined; readonly messages: number; readonly steadyMs: number },
  ): void {
    const { messagesPerSecond, burstMessages } = spec;
    if (messagesPerSecond === undefined) return;
    const name = `${at.partition} ${spec.id} ${at.key ?? "all"}`;
    const unknown = { partition: at.partition, spec, fastestPerSecond: messagesPerSecond, messages: 0, atMs: at.steadyMs };
    const spent = this.spent.get(name) ?? unknown;
    this.spent.set(name, spent);
    // What a larger burst allowed may stay taken.
    if (spent.spec !== spec) spent.messages -= Math.max(0, spent.spec.burstMessages - burstMessages);
    const rate = Math.max(messagesPerSecond, spent.fastestPerSecond);
    spent.spec = spec;
    spent.fastestPerSecond = messagesPerSecond;
    spent.messages = Math.max(0, spent.messages - ((at.steadyMs - spent.atMs) * rate) / 1000) + at.messages;
    spent.atMs = at.steadyMs;
    const most = burstMessages + (messagesPerSecond * this.unseenMs) / 1000 + rounding;
    must(
      spent.messages <= most,
      () => `limits: ${spent.messages} messages started under ${name} at ${messagesPerSecond}/s, ${most} are the most`,
    );
  }

  private checkInFlight(state: PartitionState, spec: LimitSpec, key: string | undefined): void {
    const { inFlightMax } = spec;
    if (inFlightMax === undefined) return;
    let inFlight = 0;
    // A key that started while it shared the common bucket has its place there.
    for (const { type, id, scope } of state.invocations.inFlight.values())
      if (limitCovers(spec, type.name) && limitKeyOf(spec.key, id) === key && (key === undefined || scope?.key === key)) inFlight++;
    must(inFlight <= inFlightMax, () => `limits: ${inFlight} in flight under ${spec.id} ${key ?? ""}, ${inFlightMax} are the most`);
  }

  private countPasses(entity: Entity | undefined): void {
    const waiting = entity && this.waiting.get(entity.type);
    // Suspects are tried before the others, as long as no other suspect is being tried (trial.ts).
    if (entity?.scope === undefined || waiting === undefined || entity.onTrial) return;
    waiting.delete(entity.scope);
    for (const [scope, passes] of waiting) {
      // It had its turn in this very step and reads what it needs (simulation seed 230).
      if (scope.loading > 0) continue;
      const batches = passes.get(entity.scope) ?? new Set();
      passes.set(entity.scope, batches.add(entity.mailbox.at(0)?.sequence ?? 0));
      must(batches.size <= passedMax, () => `limits: ${entity.scope?.key} was sent ${batches.size} batches while ${scope.key} could go`);
    }
  }
}

/** Keys with an entity that waits for nothing but its turn. */
function* couldGo(state: PartitionState, queue: TypeQueue): Generator<LimitScope> {
  const { endpoint } = queue.type;
  if (!(queue.ready instanceof ReadyLanes) || endpoint?.breaker !== "closed" || state.ready.aloneAt(endpoint) !== undefined) return;
  const turns = new Map<LimitScope, boolean>();
  for (const entity of queue.ready) {
    const { scope, status, mailbox } = entity;
    if (scope === undefined || queue.ready.isHeld(scope)) continue;
    const waits = status === "ready" && mailbox.depth > 0 && !isSuspect(entity) && !isHeld(state, entity);
    turns.set(scope, (turns.get(scope) ?? true) && waits);
  }
  for (const [scope, waits] of turns) if (waits && scope.loading === 0) yield scope;
}

/** Whether its type or its lane stands aside. */
export function isHeld(state: PartitionState, entity: Entity): boolean {
  if (entity.type.limits === undefined) return false;
  const queue = state.ready.knownType(entity.type);
  return entity.scopes.some((scope) => queue !== undefined && state.ready.heldBy.get(scope)?.has(queue) === true);
}

function checkCounts(state: PartitionState): void {
  const { limits } = state.routes;
  const counted = new Map<LimitScope, { waiting: number; inFlight: number; loading: number; entities: number }>();
  for (const type of state.entities.types.values()) {
    for (const scope of type.coldRows === 0 ? [] : (type.limits?.shared ?? [])) {
      const sum = counted.get(scope) ?? { waiting: 0, inFlight: 0, loading: 0, entities: 0 };
      counted.set(scope, sum);
      sum.waiting += type.coldRows;
    }
    for (const entity of state.entities.ofType(type.name)) {
      must(entity.mailbox.depth > 0 || entity.scope === undefined, () => `limits: idle ${entity.id} counts in ${entity.scope?.key}`);
      if (type.limits === undefined) continue;
      must(
        entity.mailbox.depth === 0 || type.limits.keyed === undefined || entity.scope !== undefined,
        () => `limits: ${entity.id} waits and counts nowhere`,
      );
      for (const scope of entity.scopes) {
        const sum = counted.get(scope) ?? { waiting: 0, inFlight: 0, loading: 0, entities: 0 };
        counted.set(scope, sum);
        sum.waiting += entity.mailbox.depth;
        sum.inFlight += entity.status === "in-flight" ? 1 : 0;
        sum.loading += entity.status === "loading" ? 1 : 0;
        sum.entities += scope === entity.scope ? 1 : 0;
      }
    }
  }
  let keys = 0;
  for (const { common, byKey } of limits.all) {
    keys += byKey.size;
    for (const scope of [common, ...byKey.values()]) checkScope(state, scope, counted.get(scope));
  }
  must(keys <= state.limits.limitKeysMax, () => `G6: ${keys} keys of limits are in memory`);
}

function checkScope(state: PartitionState, scope: LimitScope, sum = { waiting: 0, inFlight: 0, loading: 0, entities: 0 }): void {
  const { waitingMessages: waiting, inFlight, loading, entities } = scope;
  const isKept = waiting === sum.waiting && inFlight === sum.inFlight && loading === sum.loading && entities === sum.entities;
  must(isKept, () => {
    const found = JSON.stringify({ waiting, inFlight, loading, entities });
    return `limits: ${scope.spec.id} ${scope.key ?? ""} keeps ${found}, recomputed it is ${JSON.stringify(sum)}`;
  });
  if (!state.ready.heldBy.has(scope)) return;
  const goesOn = scope.alarmSet || scope.inFlight + scope.loading > 0;
  must(goesOn, () => `limits: ${scope.spec.id} holds ${scope.key ?? "all"} and nothing will let it go`);
}

/** It is held although there is room; that is allowed until the alarm rings. */
export function* heldWithRoom(state: PartitionState, wallMs: number): Generator<string> {
  const { limits } = state.routes;
  for (const scope of state.ready.heldBy.keys())
    if (scope.allowance(limits.steadyMs(wallMs)) >= 1) yield `the limit ${scope.spec.id} holds ${scope.key ?? "all"} with room`;
}
