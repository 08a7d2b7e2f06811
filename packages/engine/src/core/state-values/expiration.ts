/**
 * Expiration: how long a state value lives (docs/statefun.md 2.3), all of it: the end is written with the value, renewed by use
 * (after-invoke), checked when the value is read, and swept in the background. Who finds the rows of a sweep is
 * runtime/processor/housekeeper.ts.
 */
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import { enterIdle, leaveIdle } from "../scheduling/residency.ts";
import { entityPart, storeKey } from "../store/store-key.ts";
import type { StoredValue } from "../store/store-record.ts";
import type { Entity } from "../tables/entity.ts";

/** The latest moment that is written down, about 142 000 years after 1970; larger delays and expirations are cut to it. */
export const momentMsMax = 2 ** 52 - 1;

function expiryFrom(nowMs: number, spec: StateSpec): number {
  return Math.min(momentMsMax, nowMs + spec.expiration.afterMs);
}

/** The value as the registered spec keeps it, with its expiration counted from now. */
export function storedValue(entity: Entity, write: { name: string; value: TypedValue; nowMs: number }): StoredValue {
  const index = entity.type.specIndex.get(write.name);
  const spec = index === undefined ? undefined : entity.type.specs[index];
  const expiresMs = spec !== undefined && spec.expiration.mode !== "none" ? expiryFrom(write.nowMs, spec) : 0;
  return { typename: write.value.typename, bytes: write.value.bytes, writtenMs: write.nowMs, expiresMs };
}

/** Renews the expiration of the values that the function was given, if their spec counts from the last use. */
export function renewUsed(state: PartitionState, entity: Entity, nowMs: number): void {
  for (const spec of entity.type.specs) {
    if (spec.expiration.mode !== "after-invoke" || !entity.wasSent(spec.name)) continue;
    const value = entity.values?.get(spec.name);
    const expiresMs = expiryFrom(nowMs, spec);
    if (value !== undefined && value.expiresMs !== expiresMs) {
      coverageMark("lifetime-renewed");
      state.values.put(entity, spec.name, { ...value, expiresMs });
    }
  }
}

function isExpired(value: StoredValue, nowMs: number): boolean {
  return value.expiresMs !== 0 && value.expiresMs <= nowMs;
}

/** The value as a read sees it: once it has expired it is gone, even before a sweep removes it. */
export function liveValue(state: PartitionState, entity: Entity, read: { name: string; nowMs: number }): StoredValue | undefined {
  const value = entity.values?.get(read.name);
  if (value === undefined || !isExpired(value, read.nowMs)) return value;
  coverageMark("value-expired-at-read");
  state.values.remove(entity, read.name);
  return undefined;
}

/** Removes the expired rows that a sweep found on disk. */
export function removeExpired(state: PartitionState, command: Extract<Command, { kind: "state-expired" }>): void {
  for (const { address, name } of command.rows) {
    const entity = state.entities.find(address);
    if (entity?.status === "in-flight" || entity?.status === "loading") {
      coverageMark(entity.status === "loading" ? "sweep-left-entity-loading" : "sweep-left-entity-in-flight");
    } else if (entity?.values === undefined) {
      coverageMark("value-expired-in-sweep");
      state.epochs.writes.remove(storeKey.state(entityPart(address.type, address.id), name));
    } else {
      const resident = entity.values.get(name);
      if (resident !== undefined && isExpired(resident, command.nowMs)) removeResident(state, entity, name);
    }
  }
}

function removeResident(state: PartitionState, entity: Entity, name: string): void {
  coverageMark("resident-value-expired-in-sweep");
  const wasIdle = entity.status === "idle";
  if (wasIdle) leaveIdle(state, entity);
  state.values.remove(entity, name);
  if (wasIdle) enterIdle(state, entity);
}
