/**
 * Loading: what comes back from disk before an entity can be sent: its state values, and messages that were spilled. While an entity is
 * loading nothing changes its values: operator actions and edits wait, sweeps pass it by (state-values.ts insists on it).
 * Neighbours: dispatch.ts asks, partition.ts brings the answers, residency.ts says who lost its values.
 */
import type { Message } from "@signalbox/runtime/model/message";
import type { Action, Actions } from "../action.ts";
import { nextTurn } from "../after-invocation.ts";
import type { Command, LoadedEntity } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import { messageOverheadBytes, refill } from "../mailbox.ts";
import type { PartitionState } from "../partition-state.ts";
import type { StepContext } from "../step-context.ts";
import type { Entity } from "../tables/entity.ts";
import { goCold } from "./cold-types.ts";
import { loadedInScopes } from "./limits.ts";
import { isOverfull } from "./memory-room.ts";
import { enqueue, enqueueFirst, queueType } from "./ready-queue.ts";

/** While the mailboxes in memory are full, each spilled mailbox brings back only so many messages at a time. */
const loadedMessagesWhenFull = 100;

/** One read brings at most so many, because they all enter memory in one step. */
const loadedMessagesMax = 10_000;

export function loadValues(entity: Entity, actions: Actions): void {
  actions.push(loadOf(entity));
}

function loadOf(entity: Entity): Action {
  return { kind: "load", address: entity.address, keyPart: entity.keyPart, names: entity.type.specs.map((spec) => spec.name) };
}

export function valuesLoaded(state: PartitionState, read: LoadedEntity, context: StepContext): void {
  const entity = state.entities.find(read.address);
  // The entity no longer waits for this read. Making it again would leave an entity in memory that nothing evicts.
  if (entity?.status !== "loading") return;
  if (entity.values === undefined) {
    if (read.values.length !== entity.type.specs.length) {
      coverageMark("load-before-new-states");
      loadValues(entity, context.actions);
      return;
    }
    coverageMark("entity-loaded-again");
    entity.fill(read.values);
  }
  if (!entity.mailboxLoading) goOn(state, entity, context);
}

/** Ready again, ahead of the others. What was asked for while it was loading (a pause, an edit) comes before the next batch. */
function goOn(state: PartitionState, entity: Entity, context: StepContext): void {
  // Only its messages were loaded, and meanwhile somebody edits a value. The edit's record tells the value before, so the values are loaded
  // too.
  if (entity.pendingEdits.length > 0 && entity.values === undefined && entity.type.specs.length > 0) {
    coverageMark("edit-awaits-values");
    loadValues(entity, context.actions);
    return;
  }
  entity.move("loaded");
  if (entity.type.limits !== undefined) loadedInScopes(state, entity);
  // Others of its type waited for this load to end, so the type is queued.
  if (isOverfull(state) && goCold(state, entity)) return queueType(state, entity.type);
  enqueueFirst(state, entity);
  if (entity.pauseWanted || entity.pendingEdits.length > 0) nextTurn(state, entity, context);
}

/** Brings spilled messages back once none is left in memory; the entity may be loading (then it goes on) or waiting for a person. */
export function fetchMailbox(state: PartitionState, entity: Entity, actions: Actions): void {
  if (entity.mailboxLoading || entity.mailbox.spilled === 0 || entity.mailbox.inMemory > 0) return;
  entity.mailboxLoading = true;
  entity.mailboxLoadEpoch = state.epochs.durable;
  const { limits, mailboxes } = state;
  const room = Math.floor((limits.mailboxBytesInMemoryMax - mailboxes.bytesInMemory) / messageOverheadBytes);
  actions.push({
    kind: "load-mailbox",
    address: entity.address,
    keyPart: entity.keyPart,
    afterSequence: entity.mailbox.lastSequenceInMemory,
    limit: Math.min(limits.mailboxMessagesInMemoryMax, loadedMessagesMax, Math.max(room, loadedMessagesWhenFull)),
  });
}

export function mailboxLoaded(
  state: PartitionState,
  { address, messages }: Extract<Command, { kind: "mailbox-loaded" }>,
  context: StepContext,
): void {
  const entity = state.entities.find(address);
  if (entity === undefined) return;
  entity.mailboxLoading = false;
  if (bringsNothing(state, entity, messages)) readAgain(state, entity, context.actions);
  else if (entity.status === "loading") goOn(state, entity, context);
}

function bringsNothing(state: PartitionState, entity: Entity, messages: readonly Message[]): boolean {
  refill(state, entity, messages);
  return entity.mailbox.inMemory === 0 && entity.mailbox.spilled > 0;
}

/** The messages were sent in an epoch that was not durable when the read began. They can be read once it is, which may be now. */
function readAgain(state: PartitionState, entity: Entity, actions: Actions): void {
  if (state.epochs.durable > entity.mailboxLoadEpoch) {
    coverageMark("mailbox-read-again");
    fetchMailbox(state, entity, actions);
  } else {
    coverageMark("mailbox-awaits-durable");
    state.mailboxes.awaitingDurable.add(entity);
  }
}

/** An epoch has become durable: what waited for it can be read or sent. */
export function goOnAfterDurable(state: PartitionState, actions: Actions): void {
  const { awaitingDurable } = state.mailboxes;
  if (awaitingDurable.size === 0) return;
  const awaiting = [...awaitingDurable];
  awaitingDurable.clear();
  for (const entity of awaiting) {
    if (entity.status === "ready") enqueue(state, entity);
    else fetchMailbox(state, entity, actions);
  }
}
