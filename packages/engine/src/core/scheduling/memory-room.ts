/**
 * MemoryRoom: how many entities that wait may be in memory (G6): waitingEntitiesInMemoryMax, half of it for entities with new messages and
 * half for those that are read back from disk. No function type takes all of either half (G7). Parked and paused entities wait for a person
 * and are not counted here. Suspects of a killed process cannot leave, however long they wait for each other, nor can former suspects with spent
 * attempts and entities that a person steps past breakpoints: they take room from new entities, and none from those that are read back. Neighbours: cold-types.ts (what
 * waits on disk only), residency.ts (who rests).
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { PartitionState } from "../partition-state.ts";
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import { evict } from "./residency.ts";

/** A function type may fill this many times the room that is still free, so a type that does not drain leaves room for the others (G7). */
const shareOfFree = 4;

/** Whether one more entity of the type may wait in memory. */
export function hasRoom(state: PartitionState, type: FunctionTypeState): boolean {
  const half = Math.ceil(state.limits.waitingEntitiesInMemoryMax / 2);
  const free = half - state.waitingInMemory;
  return free > 0 && type.waitingInMemory < shareOfFree * free;
}

/**
 * Whether more entities wait in memory than may, even if each type is granted one. It happens after a person's acts, whose entities could
 * not leave at once, or when suspects are cleared. A type that has none in memory may still bring its one.
 */
export function isOverfull({ entities, limits, waitingInMemory }: PartitionState): boolean {
  if (waitingInMemory <= limits.waitingEntitiesInMemoryMax) return false;
  let waiting = 0;
  for (const type of entities.types.values()) waiting += Math.max(1, waitingThatMayLeave(type));
  return waiting > limits.waitingEntitiesInMemoryMax + entities.types.size;
}

function waitingThatMayLeave(type: FunctionTypeState): number {
  return type.waitingInMemory - type.stayingInMemory;
}

/** The entity that takes a message for the address in memory. Undefined when the message waits on disk only. */
export function takerOf(state: PartitionState, target: Address): Entity | undefined {
  const { entities } = state;
  const known = entities.find(target);
  if (known !== undefined && known.status !== "idle") return known;
  const type = known?.type ?? entities.functionType(target.type);
  // The entity may have rows on disk already, and must not overtake them.
  if (known === undefined && type.isCold()) return undefined;
  if (hasRoom(state, type)) return known ?? entities.make(type, target.id);
  if (known !== undefined) evict(state, known);
  return undefined;
}

/** How many more of a cold type may be read back: its share of half of the room, and one in any case. */
export function roomForReadBack(state: PartitionState, type: FunctionTypeState): number {
  const most = state.limits.waitingEntitiesInMemoryMax;
  const waiting = waitingThatMayLeave(type);
  const share = Math.floor(most / 2 / Math.max(1, state.cold.cursors.size));
  return Math.max(waiting < 1 ? 1 : 0, Math.min(share - waiting, most - state.waitingInMemory));
}
