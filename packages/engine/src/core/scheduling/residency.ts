/**
 * IdleCache: idle entities stay in memory, oldest first out, until their values exceed stateCacheBytesMax (G6), which they share with
 * the values of entities that are ready and queue. Once it is full, who comes to rest for the first time stays only if it was here not long
 * ago (admission-filter.ts): traffic over far more entities than fit would else push out those that come back, and V8 would copy each
 * one twice and mark it before it goes unused.
 * What is evicted is read back through the open epochs, so nothing that was written is ever missed.
 */
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import { mark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";

/** About what an entity with one small value takes in memory beside the value's bytes (measured). */
export const idleEntityOverheadBytes = 1200;

export function enterIdle(state: PartitionState, entity: Entity): void {
  if (state.idle.has(entity)) return;
  state.idle.add(entity);
  entity.type.idleEntities++;
  state.stateCacheBytes += entity.valuesBytes + idleEntityOverheadBytes;
  const known = entity.rested;
  entity.rested = true;
  if (!entity.type.answered) return dropCandidate(state, entity.type);
  if (!overfull(state)) return;
  if (!known && state.recentStrangers.seenAgain(entity.keyPart)) mark("stranger-kept");
  else if (!known) {
    mark("stranger-not-kept");
    evict(state, entity);
  }
  for (const oldest of state.idle) {
    if (!overfull(state)) break;
    mark("entity-evicted");
    evict(state, oldest);
  }
}

/** A name that nobody has answered under, and nothing of it waits any more. */
function dropCandidate(state: PartitionState, type: FunctionTypeState): void {
  if (type.answered || type.waitingEntities > 0) return;
  mark("candidate-type-dropped");
  for (const entity of type.entities.values()) evict(state, entity);
  state.types.delete(type.name);
}

function evict(state: PartitionState, entity: Entity): void {
  leaveIdle(state, entity);
  entity.type.entities.delete(entity.id);
  state.residentEntities--;
}

/** Call before anything of an idle entity changes. */
export function leaveIdle(state: PartitionState, entity: Entity): void {
  if (!state.idle.delete(entity)) return;
  entity.type.idleEntities--;
  state.stateCacheBytes -= entity.valuesBytes + idleEntityOverheadBytes;
}

function overfull(state: PartitionState): boolean {
  return state.stateCacheBytes + state.readyValuesBytes > state.limits.stateCacheBytesMax;
}

/** About what loaded values take in memory beside their bytes. */
const valuesOverheadBytes = 400;

/** An entity that queues keeps its values while there is room; otherwise they are read again when its turn comes. */
export function keepOrUnload(state: PartitionState, entity: Entity): void {
  countReady(state, entity);
  if (entity.readyBytes === 0 || !overfull(state)) return;
  uncountReady(state, entity);
  unload(entity);
}

/** Its values are on disk or on their way; they are read again when it is sent. */
export function unload(entity: Entity): void {
  entity.values = undefined;
  entity.valuesBytes = 0;
}

export function countReady(state: PartitionState, entity: Entity): void {
  uncountReady(state, entity);
  if (entity.values === undefined) return;
  entity.readyBytes = entity.valuesBytes + valuesOverheadBytes;
  state.readyValuesBytes += entity.readyBytes;
}

export function uncountReady(state: PartitionState, entity: Entity): void {
  state.readyValuesBytes -= entity.readyBytes;
  entity.readyBytes = 0;
}
