/**
 * IdleCache: idle entities stay in memory, oldest first out, until their values exceed stateCacheBytesMax (G6).
 * What is evicted is read back through the open epochs, so nothing that was written is ever missed.
 */
import type { Entity } from "./entity.ts";
import { mark } from "./mark.ts";
import type { PartitionState } from "./partition-state.ts";

const entityOverheadBytes = 600;

export function enterIdle(state: PartitionState, entity: Entity): void {
  if (state.idle.has(entity)) return;
  state.idle.add(entity);
  state.stateCacheBytes += entity.valuesBytes + entityOverheadBytes;
  if (state.stateCacheBytes <= state.limits.stateCacheBytesMax) return;
  for (const oldest of state.idle) {
    if (state.stateCacheBytes <= state.limits.stateCacheBytesMax) break;
    mark("entity-evicted");
    state.idle.delete(oldest);
    state.stateCacheBytes -= oldest.valuesBytes + entityOverheadBytes;
    oldest.type.entities.delete(oldest.id);
  }
}

/** Call before anything of an idle entity changes. */
export function leaveIdle(state: PartitionState, entity: Entity): void {
  if (!state.idle.delete(entity)) return;
  state.stateCacheBytes -= entity.valuesBytes + entityOverheadBytes;
}
