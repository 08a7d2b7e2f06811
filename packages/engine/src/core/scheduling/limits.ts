/**
 * Limits: what a module's limits count, and which entities go on when one has room again. Everything is counted in the scopes of the entity
 * (limit-scope.ts): its messages while they wait, its load, its invocation. A batch takes one token per message each time that it is sent,
 * and is cut to the tokens that are there. What functions send is counted and never refused. Buckets live in memory only and are empty at a
 * start. Neighbours: limit-holds.ts (who is held), ingress-limits.ts (what is refused), limit-table.ts (the data).
 */
import type { LimitSpec } from "@signalbox/runtime/model/limit-spec";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import type { LimitScope } from "../tables/limit-scope.ts";
import type { Limit } from "../tables/limit-table.ts";
import { arrange } from "./limit-holds.ts";
import { queueType } from "./ready-queue.ts";

/** Counts messages that came to the mailbox of the entity, or (below 0) left it. */
export function countInScopes(state: PartitionState, entity: Entity, messages: number): void {
  const keyed = entity.type.limits?.keyed;
  if (keyed !== undefined && entity.scope === undefined) attach(state, entity, keyed);
  for (const scope of entity.scopes) scope.waitingMessages += messages;
  if (messages < 0 && entity.mailbox.depth === 0) detach(entity);
}

/**
 * The same for an entity that is not in memory; without an id, for several. A limit by key counts only what comes after a start or a change
 * of the limits.
 */
export function countColdInScopes(
  state: PartitionState,
  type: FunctionTypeState,
  { id, rows }: { id: string | undefined; rows: number },
): void {
  const { shared = [], keyed } = type.limits ?? {};
  for (const scope of shared) scope.waitingMessages += rows;
  if (keyed === undefined || id === undefined) return;
  const { limits } = state.routes;
  if (rows > 0) {
    const scope = limits.scopeOf(keyed, id);
    scope.coldMessages += rows;
    keyed.resting.delete(scope);
    return;
  }
  const own = limits.find(keyed, id);
  let left = -rows;
  for (const scope of own === undefined || own === keyed.common ? [keyed.common] : [own, keyed.common]) {
    const taken = Math.min(left, scope.coldMessages);
    scope.coldMessages -= taken;
    left -= taken;
    restIfUnused(keyed, scope);
  }
}

function restIfUnused(keyed: Limit, scope: LimitScope): void {
  if (scope.entities === 0 && scope.coldMessages === 0 && scope.key !== undefined) keyed.resting.add(scope);
}

function attach(state: PartitionState, entity: Entity, keyed: Limit): void {
  const scope = state.routes.limits.scopeOf(keyed, entity.id);
  entity.scope = scope;
  scope.entities++;
  keyed.resting.delete(scope);
}

function detach(entity: Entity): void {
  const { scope } = entity;
  if (scope === undefined) return;
  entity.scope = undefined;
  scope.entities--;
  const keyed = entity.type.limits?.keyed;
  if (keyed !== undefined) restIfUnused(keyed, scope);
}

/** Reserves the token and the place that the entity will take, so that no other entity is read for the same ones (G6). */
export function loadInScopes(entity: Entity): void {
  for (const scope of entity.scopes) scope.loading++;
}

export function loadedInScopes(state: PartitionState, entity: Entity): void {
  for (const scope of entity.scopes) {
    scope.loading--;
    letGo(state, scope);
  }
}

/** Counts one more invocation. Returns how many of the messages may go with it. */
export function beginInScopes(state: PartitionState, entity: Entity, messages: number): number {
  const { nowMs } = state.routes.limits;
  const scopes = entity.scopes;
  const allowed = scopes.reduce((least, scope) => Math.min(least, scope.allowance(nowMs)), messages);
  if (allowed < messages) coverageMark("limit-cuts-batch");
  const begun = Math.max(1, allowed);
  for (const scope of scopes) {
    scope.bucket?.take(begun, nowMs);
    scope.inFlight++;
  }
  return begun;
}

export function endInScopes(state: PartitionState, entity: Entity): void {
  for (const scope of entity.scopes) {
    scope.inFlight--;
    if (letGo(state, scope)) coverageMark("limit-place-freed");
  }
}

export function tokenDue(state: PartitionState, scope: LimitScope): void {
  scope.alarmSet = false;
  if (letGo(state, scope)) coverageMark("limit-token-came");
}

/** Gives held types and lanes their turn again, in the order in which they were held. One that still may not start is held anew. */
function letGo(state: PartitionState, scope: LimitScope): boolean {
  const queues = state.ready.heldBy.get(scope);
  if (queues === undefined) return false;
  state.ready.heldBy.delete(scope);
  for (const queue of queues) {
    queue.release(scope);
    queueType(state, queue.type);
  }
  return true;
}

/** Puts other limits in force and counts everything again. The caller then gives all types their turn. */
export function replaceLimits(state: PartitionState, specs: readonly LimitSpec[], nowMs: number): void {
  const { limits } = state.routes;
  const shares = specs.map((spec) => shareOf(spec, state.place.count));
  if (JSON.stringify(shares) === JSON.stringify(limits.all.map(({ spec }) => spec))) return;
  coverageMark(state.ready.heldBy.size > 0 ? "limit-changed-while-held" : "limit-changed");
  limits.replace(shares, nowMs);
  state.ready.heldBy.clear();
  state.alarms.keep((alarm) => alarm.kind !== "token");
  for (const type of state.entities.types.values()) {
    type.limits = limits.ofType(type.name);
    for (const scope of type.limits?.shared ?? []) scope.waitingMessages += type.coldRows;
    for (const entity of state.entities.ofType(type.name)) recount(state, entity);
  }
  for (const queue of state.ready.typeQueues) arrange(state, queue);
}

function recount(state: PartitionState, entity: Entity): void {
  entity.scope = undefined;
  if (entity.type.limits === undefined) return;
  if (entity.mailbox.depth > 0) countInScopes(state, entity, entity.mailbox.depth);
  for (const scope of entity.scopes) {
    if (entity.status === "in-flight") scope.inFlight++;
    else if (entity.status === "loading") scope.loading++;
  }
}

/**
 * The share of one of `count` partitions. A bound below their number cannot be divided, so each gets one; a bound of 0 (a pause) stays 0
 * for all.
 */
function shareOf(spec: LimitSpec, count: number): LimitSpec {
  const { messagesPerSecond, burstMessages, inFlightMax, waitingMessagesMax } = spec;
  const share = (bound: number | undefined): number | undefined => bound && Math.max(1, Math.floor(bound / count));
  return {
    ...spec,
    messagesPerSecond: messagesPerSecond && messagesPerSecond / count,
    burstMessages: Math.max(1, Math.floor(burstMessages / count)),
    inFlightMax: share(inFlightMax),
    waitingMessagesMax: share(waitingMessagesMax),
  };
}
