/**
 * Deliver: puts one message into the mailbox of its target, in memory while there is room and on disk always (in the open epoch).
 * The one way into a mailbox; send.ts comes here with what was born in this partition, inbox.ts with what came from another.
 */
import type { Message } from "../model/message.ts";
import type { Entity } from "./tables/entity.ts";
import type { FunctionTypeState } from "./tables/function-type-state.ts";
import { countReady, keepOrUnload, leaveIdle, unload } from "./scheduling/residency.ts";
import { mark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import { storeKey } from "./store/store-key.ts";
import { isSuspect } from "./failure/trial.ts";

/** About what a message takes in memory beside its value's bytes: objects, typed array, numbers. */
export const messageOverheadBytes = 400;

export function messageBytes(message: Message): number {
  return message.value.bytes.length + messageOverheadBytes;
}

/** `entity` is the target. */
export function deliver(state: PartitionState, message: Message, entity: Entity): void {
  const size = messageBytes(message);
  state.writes.put(storeKey.message(entity.keyPart, message.sequence), { kind: "message", message }, size);
  const { mailbox } = entity;
  state.waitingMessages++;
  entity.type.waitingMessages++;
  entity.type.countParked(entity.status, 1);
  if (state.count !== undefined && !state.count.passed(entity.keyPart)) {
    deliverUncounted(state, entity, state.count.sequenceEnd);
    return;
  }
  const full =
    mailbox.inMemory >= state.limits.mailboxMessagesInMemoryMax || state.mailboxBytesInMemory + size > state.limits.mailboxBytesInMemoryMax;
  if (mailbox.spilled > 0 || full) {
    if (mailbox.depth === 0) mailbox.lastSequenceInMemory = message.sequence - 1;
    mailbox.spill();
    mark("mailbox-spilled");
  } else {
    mailbox.push(message);
    state.mailboxBytesInMemory += size;
  }
  wake(state, entity);
}

/** Behind what may be on disk; it is read from there once the count has passed. */
function deliverUncounted(state: PartitionState, entity: Entity, sequenceEnd: number): void {
  mark("message-to-uncounted-mailbox");
  if (entity.mailbox.depth === 0) entity.mailbox.lastSequenceInMemory = sequenceEnd - 1;
  entity.mailbox.spill();
  if (entity.status !== "idle") return;
  leaveIdle(state, entity);
  entity.move("message");
  hold(state, entity);
}

/** Until the count has passed it, it stands in no queue; its turn reads its values back. */
export function hold(state: PartitionState, entity: Entity): void {
  unload(entity);
  state.count?.held.add(entity);
}

/** An idle entity with something in its mailbox becomes ready. */
export function wake(state: PartitionState, entity: Entity): void {
  if (entity.status !== "idle") return;
  leaveIdle(state, entity);
  entity.move("message");
  enqueue(state, entity);
}

export function enqueue(state: PartitionState, entity: Entity): void {
  keepOrUnload(state, entity);
  (isSuspect(entity) ? entity.type.suspects : entity.type.ready).push(entity);
  queueType(state, entity.type);
}

/** Ahead of the others: it was already taken once and only had to be loaded. */
export function enqueueFirst(state: PartitionState, entity: Entity): void {
  countReady(state, entity);
  (isSuspect(entity) ? entity.type.suspects : entity.type.ready).unshift(entity);
  queueType(state, entity.type);
}

/** Gives a type with ready entities its turn again. */
export function queueType(state: PartitionState, type: FunctionTypeState): void {
  const endpoint = type.endpoint;
  if (endpoint === undefined || !type.hasReady) return;
  state.dispatchable.add(endpoint);
  if (type.queued) return;
  type.queued = true;
  endpoint.round.push(type);
}
