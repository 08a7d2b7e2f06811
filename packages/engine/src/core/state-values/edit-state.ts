/**
 * EditState: a person writes a state value. It waits for what is in flight or being read, is a journal record of the entity, and is durable
 * before it is acknowledged. Neighbours: after-invocation.ts (edits that waited), operator-actions.ts (what else a person does).
 */
import { formatAddress, type Address } from "../../model/address.ts";
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

/** Waits for what is in flight or being read. */
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
  // Its turn reads them back. Kept until then, they would not be counted by the limits (G6).
  else if (!wasLoaded) entity.unload();
}

/** It may have messages on disk only, and must not come into memory without them. */
function editOnDisk(state: PartitionState, passing: Entity, at: EditAt): void {
  coverageMark("edit-of-one-that-waits-on-disk");
  passing.fill(at.values);
  applyEdit(state, passing, at);
}

export function applyEdit(state: PartitionState, entity: Entity, at: { edit: PendingEdit; nowMs: number; actions: Actions }): void {
  const { edit, nowMs, actions } = at;
  const index = entity.type.specIndex.get(edit.name);
  const spec = index === undefined ? undefined : entity.type.specs[index];
  const name = formatAddress(entity.address);
  if (spec === undefined) {
    coverageMark("edit-refused");
    const refusal: Refusal = {
      code: "UNKNOWN_STATE",
      message: `${entity.type.name} has no state "${edit.name}"`,
      cure: "Use a name that the function has declared.",
      retryAfterMs: undefined,
    };
    actions.push({ kind: "refuse", request: edit.request, refusal });
    return;
  }
  if (edit.value !== undefined && edit.value.typename !== spec.typename) {
    coverageMark("edit-refused");
    const message = `state "${edit.name}" of ${name} is ${spec.typename}, not ${edit.value.typename}`;
    actions.push({
      kind: "refuse",
      request: edit.request,
      refusal: { code: "STATE_TYPE_MISMATCH", message, cure: `Write a value of type ${spec.typename}.`, retryAfterMs: undefined },
    });
    return;
  }
  const level = state.limits.journalLevel;
  const before = entity.values?.get(edit.name);
  coverageMark("state-edited");
  const after = edit.value && storedValue(entity, { name: edit.name, value: edit.value, nowMs });
  if (after === undefined) state.values.remove(entity, edit.name);
  else state.values.put(entity, edit.name, after);
  const changes = [{ name: edit.name, before: before && journalValue(before, level), after: after && journalValue(after, level) }];
  writeOperatorAction(state, entity, { act: "edit-state", detail: edit.name, changes, nowMs, actions });
  state.epochs.acknowledgeWhenDurable(edit.request, { kind: "changed", changed: 1 });
}
