/**
 * LimitHolds: which entities may not start now because of a limit. A limit over everything it covers holds the whole type; a limit by key
 * holds the lane of the key. Both go on by themselves: an alarm rings with the next token, and an invocation that ends frees a place
 * (limits.ts). Asked by ready-queue.ts, and only for types that a limit covers.
 */
import { Fifo } from "../../model/collections/fifo.ts";
import { limitKeyOf } from "@signalbox/runtime/model/limit-spec";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import type { LimitScope } from "../tables/limit-scope.ts";
import { ReadyLanes } from "../tables/ready-lanes.ts";
import type { TypeQueue } from "../tables/ready-table.ts";

/** Called when the limits of the type have changed: moves what stands in its queues to queues that fit, in the same order. */
export function arrange(state: PartitionState, queue: TypeQueue): void {
  const { ready, suspects } = queue;
  queue.limits = queue.type.limits;
  queue.ready = queueFor(state, queue);
  for (const entity of ready) queue.ready.push(entity);
  queue.suspects = queueFor(state, queue);
  for (const entity of suspects) queue.suspects.push(entity);
}

function queueFor(state: PartitionState, queue: TypeQueue): Fifo<Entity> | ReadyLanes {
  if (queue.limits?.keyed === undefined) return new Fifo();
  return new ReadyLanes({
    mayTake: (scope) => {
      if (scope.allowance(state.routes.limits.nowMs) >= 1) return true;
      coverageMark("limit-lane-held");
      hold(state, queue, scope);
      return false;
    },
    moves: (entity) => movesToItsOwn(state, entity),
  });
}

/**
 * The entity counts in the common bucket, but its key has got a bucket of its own since. It moves there, because a key must not have both.
 */
function movesToItsOwn(state: PartitionState, entity: Entity): boolean {
  const keyed = entity.type.limits?.keyed;
  if (keyed === undefined || entity.scope !== keyed.common) return false;
  const own = state.routes.limits.find(keyed, entity.id);
  if (own === undefined) return false;
  coverageMark("limit-key-has-its-own-again");
  keyed.common.move(entity.mailbox.depth, own);
  keyed.resting.delete(own);
  entity.scope = own;
  return true;
}

/** Whether a limit over everything it covers holds the type. */
export function holdsType(state: PartitionState, queue: TypeQueue): boolean {
  const { nowMs } = state.routes.limits;
  const scope = queue.type.limits?.shared.find((one) => one.allowance(nowMs) < 1);
  if (scope === undefined) return false;
  hold(state, queue, scope);
  return true;
}

export function holdsEntity(state: PartitionState, entity: Entity): boolean {
  return holderOf(state, entity) !== undefined;
}

/** The scope that holds the entity now. */
export function holderOf(state: PartitionState, entity: Entity): LimitScope | undefined {
  const { nowMs } = state.routes.limits;
  return entity.scopes.find((scope) => scope.allowance(nowMs) < 1);
}

/**
 * One key (a tenant) may fill this fraction (1/64) of the room for waiting entities, so that nobody waits behind all entities of another
 * key.
 */
const laneShare = 64;

/**
 * Whether one more entity of the key may be read from disk. Where each id is a key of its own, held entities must not take the room of the
 * others.
 */
export function mayComeIntoLane(state: PartitionState, type: FunctionTypeState, id: string): boolean {
  const { limits } = state.routes;
  const keyed = type.limits?.keyed;
  const ready = state.ready.knownType(type)?.ready;
  if (keyed === undefined || !(ready instanceof ReadyLanes)) return true;
  const scope = limits.find(keyed, id) ?? keyed.common;
  if (keyed.spec.key.kind === "id" && scope.allowance(limits.nowMs) >= 1) return true;
  if (ready.sizeOf(scope) < Math.max(1, state.limits.waitingEntitiesInMemoryMax / laneShare)) return true;
  coverageMark("cold-read-passes-full-key");
  return false;
}

/** Whether no entity of the key is in memory. Such an entity must not wait behind all those of other keys that are on disk. */
export function isFirstOfItsKey(state: PartitionState, type: FunctionTypeState, id: string): boolean {
  const keyed = type.limits?.keyed;
  if (keyed?.spec.key.kind !== "prefix") return false;
  return (state.routes.limits.find(keyed, id) ?? keyed.common).entities === 0;
}

/** The prefix that all ids of the same key share. Undefined when the ids of a key do not stand together on disk. */
export function prefixOfKey(type: FunctionTypeState, id: string): string | undefined {
  const key = type.limits?.keyed?.spec.key;
  if (key?.kind !== "prefix" || !id.includes(key.separator)) return undefined;
  return `${limitKeyOf(key, id) ?? ""}${key.separator}`;
}

function hold(state: PartitionState, queue: TypeQueue, scope: LimitScope): void {
  const { heldBy } = state.ready;
  const held = heldBy.get(scope);
  if (held === undefined) heldBy.set(scope, new Set([queue]));
  else held.add(queue);
  const { limits } = state.routes;
  const { bucket } = scope;
  // Each entity that is being read has a token reserved.
  const tokens = 1 + scope.loading;
  if (bucket === undefined || bucket.whole(limits.nowMs) >= tokens || bucket.burst < tokens) {
    coverageMark("limit-holds-in-flight");
    return;
  }
  coverageMark("limit-holds-by-rate");
  if (scope.alarmSet) return;
  scope.alarmSet = true;
  const waitMs = Math.max(1, Math.ceil(bucket.untilMs(tokens, limits.nowMs)));
  state.alarms.add({ kind: "token", dueMs: limits.wallMs(limits.nowMs) + waitMs, order: state.alarms.takeOrder(), scope });
}
