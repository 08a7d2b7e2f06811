/**
 * StatusRow: the row that says that an entity is paused or parked, and how much waits for it, so that it comes back whole after a restart
 * without a look into its mailbox. mailbox.ts keeps the number true; pause.ts, failed-attempt.ts and operator-actions.ts begin and end it.
 */
import type { PartitionState } from "./partition-state.ts";
import { storeKey } from "./store/store-key.ts";
import type { EntityRecord } from "./store/store-record.ts";
import type { Entity } from "./tables/entity.ts";

const sizeBytes = 256;

export function putStatusRow(state: PartitionState, entity: Entity, row: Omit<EntityRecord, "messages">): void {
  write(state, entity, { ...row, messages: entity.mailbox.depth });
}

/** Counts messages that came, or (below 0) left. */
export function countInStatusRow(state: PartitionState, entity: Entity, messages: number): void {
  if (entity.statusRow === undefined) return;
  write(state, entity, { ...entity.statusRow, messages: entity.statusRow.messages + messages });
}

export function removeStatusRow(state: PartitionState, entity: Entity): void {
  entity.statusRow = undefined;
  state.epochs.writes.remove(storeKey.entity(entity.keyPart));
}

function write(state: PartitionState, entity: Entity, record: EntityRecord): void {
  entity.statusRow = record;
  state.epochs.writes.put(storeKey.entity(entity.keyPart), { kind: "entity", record }, sizeBytes);
}
