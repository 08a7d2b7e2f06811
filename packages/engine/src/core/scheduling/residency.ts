/**
 * Residency: what is in memory. Idle entities stay, oldest first out, until their values exceed stateCacheBytesMax (G6), which they share
 * with the values of entities that are ready and queue. Once memory is full, an entity that comes to rest for the first time stays only if
 * it was here not long ago (admission-filter.ts). Otherwise traffic over far more entities than fit would push out those that come back,
 * and the garbage collector would copy and mark entities that nobody uses again. What is evicted is read back through the open epochs
 * (loading.ts), so nothing that was written is ever missed.
 */
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";

/** About what an entity with one small value takes in memory beside the value's bytes (measured). */
export const idleEntityOverheadBytes = 1200;
/** About what loaded values take in memory beside their bytes. */
const valuesOverheadBytes = 400;

export function enterIdle(state: PartitionState, entity: Entity): void {
  const { residency } = state;
  if (residency.idle.has(entity)) return;
  residency.idle.add(entity);
  entity.type.idleEntities++;
  residency.idleBytes += entity.valuesBytes + idleEntityOverheadBytes;
  const known = entity.rested;
  entity.rested = true;
  if (!entity.type.answered) return dropCandidate(state, entity.type);
  // A call is not kept in memory: a later request for its answer reads one row.
  if (entity.type.isCall) return evict(state, entity);
  if (!overfull(state)) return;
  if (!known && residency.admission.seenAgain(entity.keyPart)) coverageMark("stranger-kept");
  else if (!known) {
    coverageMark("stranger-not-kept");
    evict(state, entity);
  }
  for (const oldest of residency.idle) {
    if (!overfull(state)) break;
    coverageMark("entity-evicted");
    evict(state, oldest);
  }
}

/** Forgets a type name under which no function has answered and for which nothing waits any more. */
function dropCandidate(state: PartitionState, type: FunctionTypeState): void {
  if (type.answered || type.waitingEntities > 0 || type.coldRows > 0) return;
  coverageMark("candidate-type-dropped");
  for (const entity of state.entities.ofType(type.name)) evict(state, entity);
  state.entities.removeType(type);
  state.cold.cursors.delete(type);
  state.ready.removeType(type);
}

/** The entity must be idle. */
export function evict(state: PartitionState, entity: Entity): void {
  leaveIdle(state, entity);
  state.entities.remove(entity);
  state.cold.left(entity);
}

/** Must be called before anything of an idle entity changes. */
export function leaveIdle({ residency }: PartitionState, entity: Entity): void {
  if (!residency.idle.delete(entity)) return;
  entity.type.idleEntities--;
  residency.idleBytes -= entity.valuesBytes + idleEntityOverheadBytes;
}

function overfull({ residency, limits }: PartitionState): boolean {
  return residency.idleBytes + residency.readyValuesBytes > limits.stateCacheBytesMax;
}

/** An entity that queues keeps its values while there is room; otherwise they are read again when its turn comes. */
export function keepOrUnload(state: PartitionState, entity: Entity): void {
  countReady(state, entity);
  // An edit that waits for the end of the attempt needs the values: its record tells what stood there before.
  if (entity.pendingEdits.length > 0 || entity.readyBytes === 0 || !overfull(state)) return;
  uncountReady(state, entity);
  entity.unload();
}

export function countReady(state: PartitionState, entity: Entity): void {
  uncountReady(state, entity);
  if (entity.values === undefined) return;
  entity.readyBytes = entity.valuesBytes + valuesOverheadBytes;
  state.residency.readyValuesBytes += entity.readyBytes;
}

export function uncountReady(state: PartitionState, entity: Entity): void {
  state.residency.readyValuesBytes -= entity.readyBytes;
  entity.readyBytes = 0;
}
