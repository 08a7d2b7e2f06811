/**
 * Recovery: rebuilds a partition from what the last durable epoch left on disk (G4). Mailboxes come back as spilled, counted
 * beside the traffic (count-mailboxes.ts), state on first use, timers by their window. What was in flight is simply still in its mailbox and goes out again.
 */
import type { Bindings } from "../model/endpoint-spec.ts";
import type { EngineLimits } from "../limits.ts";
import type { Address } from "../model/address.ts";
import type { PartitionPlace } from "../model/partition-place.ts";
import type { StateSpec } from "../model/state-spec.ts";
import { forwardOutbox } from "./cross-partition/outbox.ts";
import { FunctionTypeState } from "./tables/function-type-state.ts";
import { beginCount } from "./scheduling/count-mailboxes.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { Actions } from "./action.ts";
import { PartitionState } from "./partition-state.ts";
import { replaceBindings } from "./router.ts";
import type { EntityRecord, MetaRecord } from "./store/store-record.ts";
import { refillTimers } from "./timers.ts";

export interface RecoveredTables {
  readonly meta: MetaRecord | undefined;
  readonly specs: readonly { readonly type: string; readonly specs: readonly StateSpec[] }[];
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
    const made = new FunctionTypeState(type, specs);
    made.answered = true;
    made.bind(state.routes.endpointOf(type));
    made.limits = state.routes.limits.ofType(type);
    state.entities.types.set(type, made);
  }
  for (const { egress, waiting } of tables.egresses) state.egress.waiting.set(egress, waiting);
  if (tables.meta !== undefined) beginCount(state, actions);
  recoverEntities(state, tables);
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
    state.mailboxes.holdForCount(entity);
  }
}
