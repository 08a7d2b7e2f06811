/**
 * MemoryRoom: how many entities that wait may be in memory (G6): waitingEntitiesInMemoryMax, half of it for what comes and half for what is read
 * back from disk, and of either half no function type takes all (G7). Who is parked or paused waits for a person and is not counted here.
 * Suspects of a killed process cannot leave, however long they wait for each other: they take the room of what comes, and of nobody who is read back.
 * Neighbours: cold-types.ts (what waits on disk only), residency.ts (who rests).
 */
import type { Address } from "../../model/address.ts";
import type { PartitionState } from "../partition-state.ts";
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import { evict } from "./residency.ts";

/** A function type may fill so many times what all together leave free: when one does not drain, there is still room for the others (G7). */
const shareOfFree = 4;

/** For one more of the type to wait in memory. */
export function hasRoom(state: PartitionState, type: FunctionTypeState): boolean {
  const half = Math.ceil(state.limits.waitingEntitiesInMemoryMax / 2);
  const free = half - state.waitingInMemory;
  return free > 0 && type.waitingInMemory < shareOfFree * free;
}

/**
 * More than may be, also with one of each type: a person's acts brought some that could not go back at once, or some were suspected and are no more.
 * A type that has none may yet bring its one.
 */
export function isOverfull({ entities, limits, waitingInMemory }: PartitionState): boolean {
  if (waitingInMemory <= limits.waitingEntitiesInMemoryMax) return false;
  let waiting = 0;
  for (const type of entities.types.values()) waiting += Math.max(1, waitingBesideSuspects(type));
  return waiting > limits.waitingEntitiesInMemoryMax + entities.types.size;
}

function waitingBesideSuspects(type: FunctionTypeState): number {
  return type.waitingInMemory - type.suspectsInMemory;
}

/** Who takes a message for the address in memory; undefined: it waits on disk only. */
export function takerOf(state: PartitionState, target: Address): Entity | undefined {
  const { entities } = state;
  const known = entities.find(target);
  if (known !== undefined && known.status !== "idle") return known;
  const type = known?.type ?? entities.functionType(target.type);
  // It may have rows on disk that nobody knows of.
  if (known === undefined && type.isCold()) return undefined;
  if (hasRoom(state, type)) return known ?? entities.make(type, target.id);
  if (known !== undefined) evict(state, known);
  return undefined;
}

/** How many more of a cold type may be read back: its share of half of the room, and one in any case. */
export function roomForReadBack(state: PartitionState, type: FunctionTypeState): number {
  const most = state.limits.waitingEntitiesInMemoryMax;
  const waiting = waitingBesideSuspects(type);
  const share = Math.floor(most / 2 / Math.max(1, state.cold.cursors.size));
  return Math.max(waiting < 1 ? 1 : 0, Math.min(share - waiting, most - state.waitingInMemory));
}
