/**
 * Recovery: rebuilds a partition from what the last durable epoch left on disk (G4). Mailboxes come back as spilled, counted
 * beside the traffic (mailbox-count.ts), state on first use, timers by their window. What was in flight is simply still in its mailbox and goes out again.
 */
import type { Bindings } from "../model/endpoint-spec.ts";
import type { EngineLimits } from "../limits.ts";
import type { Address } from "../model/address.ts";
import type { PartitionPlace } from "../model/partition-place.ts";
import type { StateSpec } from "../model/state-spec.ts";
import { hold } from "./mailbox.ts";
import { forwardParcels } from "./cross-partition/outbox.ts";
import { FunctionTypeState } from "./tables/function-type-state.ts";
import { beginCount } from "./scheduling/mailbox-count.ts";
import { mark } from "./coverage-mark.ts";
import { PartitionState, type Actions } from "./partition-state.ts";
import { replaceBindings, resolveEndpoint } from "./router.ts";
import type { EntityRecord, MetaRecord } from "./store/store-record.ts";
import { refillTimers } from "./timers.ts";

export interface RecoveredTables {
  readonly meta: MetaRecord | undefined;
  readonly specs: readonly { readonly type: string; readonly specs: readonly StateSpec[] }[];
  readonly entities: readonly { readonly address: Address; readonly record: EntityRecord }[];
  readonly parcels: readonly { readonly to: number; readonly waiting: number; readonly firstSequence: number }[];
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
}

export function recover({ limits, place, bindings }: RecoverInput, tables: RecoveredTables): Recovered {
  const state = new PartitionState(limits, place);
  const actions: Actions = [];
  if (tables.meta !== undefined) {
    state.epoch = tables.meta.epoch + 1;
    state.durableEpoch = tables.meta.epoch;
    state.advanceSequence(tables.meta.nextSequence);
    state.delayedMessages = tables.meta.delayedMessages;
    state.journalBytes = tables.meta.journalBytes;
  }
  state.epochFirstSequence = state.nextSequence;
  state.durableSequenceEnd = state.nextSequence;
  replaceBindings(state, bindings, 0);
  for (const { type, specs } of tables.specs) {
    const made = new FunctionTypeState(type, specs);
    made.answered = true;
    made.bind(resolveEndpoint(state, type));
    state.types.set(type, made);
  }
  for (const { egress, waiting } of tables.egresses) state.egressWaiting.set(egress, waiting);
  if (tables.meta !== undefined) beginCount(state, actions);
  recoverEntities(state, tables);
  recoverExchange(state, tables, actions);
  if (state.delayedMessages > 0) {
    mark("recovered-timers");
    state.timers.complete = false;
    refillTimers(state, actions);
  }
  return { state, actions };
}

function recoverExchange(state: PartitionState, tables: RecoveredTables, actions: Actions): void {
  const { exchange } = state;
  for (const { from, sequence } of tables.received) exchange.received.set(from, sequence);
  for (const { to, waiting, firstSequence } of tables.parcels) {
    mark("recovered-parcels");
    const link = exchange.link(to);
    link.spilled = waiting;
    link.depth = waiting;
    link.lastSequenceInMemory = firstSequence - 1;
    exchange.depth += waiting;
  }
  forwardParcels(state, actions);
}

function recoverEntities(state: PartitionState, tables: RecoveredTables): void {
  for (const { address, record } of tables.entities) {
    const entity = state.entity(address);
    mark("recovered-paused-or-parked");
    entity.status = record.status;
    entity.type.countStatus("idle", record.status, entity.mailbox.depth);
    entity.failure = record.failure;
    entity.failures = record.attempts;
    entity.sinceMs = record.sinceMs;
    state.troubled.add(entity);
    hold(state, entity);
  }
}
