/**
 * EditState: a person writes state values of an entity, all of them or none. It waits for what is in flight or being read, is a journal
 * record of the entity, and is durable before it is acknowledged. Neighbours: after-invocation.ts (edits that waited), operator-actions.ts
 * (what else a person does).
 */
import { editedDetail } from "@signalbox/runtime/model/act-detail";
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import type { JournalStateChange } from "@signalbox/runtime/model/journal-record";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
import type { Actions, Refusal } from "../action.ts";
import { coverageMark } from "../coverage-mark.ts";
import { journalValue, writeOperatorAction } from "../journal/journal.ts";
import type { PartitionState } from "../partition-state.ts";
import { enterIdle, leaveIdle } from "../scheduling/residency.ts";
import type { StoredValue } from "../store/store-record.ts";
import { Entity, type PendingEdit } from "../tables/entity.ts";
import { storedValue } from "./expiration.ts";

interface EditAt {
  readonly edit: PendingEdit;
  readonly values: readonly (StoredValue | undefined)[];
  readonly nowMs: number;
  readonly actions: Actions;
}

/** Edits now, or after the invocation or the read that is under way. */
export function editState(state: PartitionState, address: Address, at: EditAt): void {
  const known = state.entities.find(address);
  const type = state.entities.functionType(address.type);
  if (known === undefined && type.coldRows > 0) return editOnDisk(state, new Entity(type, address.id), at);
  const entity = known ?? state.entities.make(type, address.id);
  if (entity.status === "in-flight" || entity.status === "loading") {
    coverageMark("edit-waits-for-end");
    entity.pendingEdits = [...entity.pendingEdits, at.edit];
    return;
  }
  leaveIdle(state, entity);
  const wasLoaded = entity.values !== undefined;
  if (!wasLoaded) entity.fill(at.values);
  applyEdit(state, entity, at);
  if (entity.status === "idle") enterIdle(state, entity);
  // The values are read again at the entity's turn. If they stayed until then, no limit would count them (G6).
  else if (!wasLoaded) entity.unload();
}

/** Edits an entity without bringing it into memory: it may have messages on disk only, and must not come without them. */
function editOnDisk(state: PartitionState, passing: Entity, at: EditAt): void {
  coverageMark("edit-of-one-that-waits-on-disk");
  passing.fill(at.values);
  applyEdit(state, passing, at);
}

/** All of its values or none, in one record. */
export function applyEdit(state: PartitionState, entity: Entity, at: { edit: PendingEdit; nowMs: number; actions: Actions }): void {
  const { edit, nowMs, actions } = at;
  if (entity.type.isCall) state.callWaiters.wasWritten(entity.id);
  const refusal = edit.edits.map((one) => refusalOf(entity, one)).find((found) => found !== undefined);
  if (refusal !== undefined) {
    coverageMark("edit-refused");
    actions.push({ kind: "refuse", request: edit.request, refusal });
    return;
  }
  coverageMark("state-edited");
  const changes = edit.edits.map((one) => writeEdit(state, entity, { ...one, nowMs }));
  writeOperatorAction(state, entity, { act: "edit-state", detail: editedDetail(edit.edits), changes, nowMs, actions });
  state.epochs.acknowledgeWhenDurable(edit.request, { kind: "changed", changed: 1 });
}

function refusalOf(entity: Entity, { name, value }: StateEdit): Refusal | undefined {
  const index = entity.type.specIndex.get(name);
  const spec = index === undefined ? undefined : entity.type.specs[index];
  if (spec === undefined)
    return {
      code: "UNKNOWN_STATE",
      message: `${entity.type.name} has no state "${name}"`,
      cure: "Use a name that the function has declared.",
      retryAfterMs: undefined,
    };
  if (value === undefined || value.typename === spec.typename) return undefined;
  const message = `state "${name}" of ${formatAddress(entity.address)} is ${spec.typename}, not ${value.typename}`;
  return { code: "STATE_TYPE_MISMATCH", message, cure: `Write a value of type ${spec.typename}.`, retryAfterMs: undefined };
}

function writeEdit(state: PartitionState, entity: Entity, { name, value, nowMs }: StateEdit & { nowMs: number }): JournalStateChange {
  const level = state.limits.journalLevel;
  const before = entity.values?.get(name);
  const after = value && storedValue(entity, { name, value, nowMs });
  if (after === undefined) state.values.remove(entity, name);
  else state.values.put(entity, name, after);
  return { name, before: before && journalValue(before, level), after: after && journalValue(after, level) };
}
