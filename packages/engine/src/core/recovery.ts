/**
 * Recovery: rebuilds a partition from what the last durable epoch left on disk (G4). No mailbox is read: rows say how much waits for each
 * type and for each paused or parked entity; a type is cold (cold-types.ts) when something waits for its other entities. State comes back
 * on first use, timers by their window. What was in flight is simply still in its mailbox and goes out again.
 */
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { EngineLimits } from "../limits.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { PartitionPlace } from "../model/partition-place.ts";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import { forwardOutbox } from "./cross-partition/outbox.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { Actions } from "./action.ts";
import { addWaiting, countCold } from "./mailbox.ts";
import { PartitionState } from "./partition-state.ts";
import { replaceBindings } from "./router.ts";
import type { EntityRecord, MetaRecord } from "./store/store-record.ts";
import type { Entity } from "./tables/entity.ts";
import { refillTimers } from "./timers.ts";

export interface RecoveredTables {
  readonly meta: MetaRecord | undefined;
  readonly specs: readonly { readonly type: string; readonly specs: readonly StateSpec[] }[];
  /** How many messages wait for each type. */
  readonly waiting: readonly { readonly type: string; readonly messages: number }[];
  readonly entities: readonly { readonly address: Address; readonly record: EntityRecord }[];
  readonly outboxes: readonly { readonly to: number; readonly waiting: number; readonly firstSequence: number }[];
  readonly received: readonly { readonly from: number; readonly sequence: number }[];
  readonly egresses: readonly { readonly egress: string; readonly waiting: number }[];
}

export interface Recovered {
  readonly state: PartitionState;
  readonly actions: Actions;
}

export interface RecoverInput {
  readonly limits: EngineLimits;
  readonly place: PartitionPlace;
  readonly bindings: Bindings;
  readonly nowMs: number;
}

export function recover({ limits, place, bindings, nowMs }: RecoverInput, tables: RecoveredTables): Recovered {
  const state = new PartitionState(limits, place);
  const actions: Actions = [];
  if (tables.meta !== undefined) {
    state.epochs.continueAfter(tables.meta.epoch);
    state.sequences.advance(tables.meta.nextSequence);
    state.timers.waiting = tables.meta.delayedMessages;
    state.journal.bytes = tables.meta.journalBytes;
  }
  state.epochs.beginSequences();
  replaceBindings(state, bindings, nowMs);
  for (const { type, specs } of tables.specs) {
    const made = state.entities.functionType(type);
    for (const spec of specs) made.addSpec(spec);
    made.answered = true;
  }
  for (const { egress, waiting } of tables.egresses) state.egress.waiting.set(egress, waiting);
  recoverEntities(state, tables);
  recoverWaiting(state, tables);
  recoverLinks(state, tables, actions);
  if (state.timers.waiting > 0) {
    coverageMark("recovered-timers");
    state.timers.complete = false;
    refillTimers(state, actions);
  }
  return { state, actions };
}

function recoverLinks(state: PartitionState, tables: RecoveredTables, actions: Actions): void {
  const { links } = state;
  for (const { from, sequence } of tables.received) links.received.set(from, sequence);
  for (const { to, waiting, firstSequence } of tables.outboxes) {
    coverageMark("recovered-outbox");
    const link = links.link(to);
    link.spilled = waiting;
    link.depth = waiting;
    link.lastSequenceInMemory = firstSequence - 1;
    links.depth += waiting;
  }
  forwardOutbox(state, actions);
}

function recoverEntities(state: PartitionState, tables: RecoveredTables): void {
  for (const { address, record } of tables.entities) {
    const entity = state.entities.get(address);
    coverageMark("recovered-paused-or-parked");
    entity.status = record.status;
    entity.type.countStatus("idle", record.status, entity.mailbox.depth);
    entity.failure = record.failure;
    entity.failures = record.attempts;
    entity.sinceMs = record.sinceMs;
    state.entities.troubled.add(entity);
    entity.statusRow = record;
    recoverMailbox(state, entity, record.messages);
  }
}

function recoverMailbox(state: PartitionState, entity: Entity, rows: number): void {
  // Its status row says so already, so none is written.
  const { statusRow } = entity;
  entity.statusRow = undefined;
  if (rows > 0) addWaiting(state, entity, { rows, messages: [], firstSequence: 1 });
  entity.statusRow = statusRow;
}

/** Messages that wait for paused or parked entities are counted there; all others wait on disk only. */
function recoverWaiting(state: PartitionState, tables: RecoveredTables): void {
  for (const { type: name, messages } of tables.waiting) {
    const type = state.entities.functionType(name);
    type.waitingWritten = messages;
    const rows = messages - type.waitingMessages;
    if (rows === 0) continue;
    coverageMark("recovered-mailboxes");
    countCold(state, type, { id: undefined, rows });
    state.cold.cursorOf(type);
  }
}
