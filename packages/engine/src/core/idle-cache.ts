/**
 * IdleCache: idle entities stay in memory, oldest first out, until their values exceed stateCacheBytesMax (G6).
 * What is evicted is read back through the open epochs, so nothing that was written is ever missed.
 */
import type { Entity } from "./entity.ts";
import { mark } from "./mark.ts";
import type { PartitionState } from "./partition-state.ts";

/** About what an entity with one small value takes in memory beside the value's bytes (measured). */
export const idleEntityOverheadBytes = 1200;

export function enterIdle(state: PartitionState, entity: Entity): void {
  if (state.idle.has(entity)) return;
  state.idle.add(entity);
  entity.type.idleEntities++;
  state.stateCacheBytes += entity.valuesBytes + idleEntityOverheadBytes;
  if (state.stateCacheBytes <= state.limits.stateCacheBytesMax) return;
  for (const oldest of state.idle) {
    if (state.stateCacheBytes <= state.limits.stateCacheBytesMax) break;
    mark("entity-evicted");
    state.idle.delete(oldest);
    state.stateCacheBytes -= oldest.valuesBytes + idleEntityOverheadBytes;
    oldest.type.entities.delete(oldest.id);
    oldest.type.idleEntities--;
    state.residentEntities--;
  }
}

/** Call before anything of an idle entity changes. */
export function leaveIdle(state: PartitionState, entity: Entity): void {
  if (!state.idle.delete(entity)) return;
  entity.type.idleEntities--;
  state.stateCacheBytes -= entity.valuesBytes + idleEntityOverheadBytes;
}
