/**
 * Mailbox: what enters and leaves the mailbox of an entity, and the counts that follow from it. A message is in memory while there is room
 * and on disk always (in the open epoch). `deliver` is the way in, `deliverCold` for an entity that is not in memory (memory-room.ts says
 * which); send.ts comes here with what was born in this partition, inbox.ts with what came from another. Neighbours: mailbox-queue.ts (the
 * order), loading.ts and cold-types.ts (what comes back from disk).
 */
import type { Message } from "@signalbox/runtime/model/message";
import { answerWaiters } from "./calls.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import { isFirstOfItsKey } from "./scheduling/limit-holds.ts";
import { countColdInScopes, countInScopes } from "./scheduling/limits.ts";
import { wake } from "./scheduling/ready-queue.ts";
import { countInStatusRow } from "./status-row.ts";
import { entityPart, storeKey } from "./store/store-key.ts";
import type { Entity } from "./tables/entity.ts";
import type { FunctionTypeState } from "./tables/function-type-state.ts";

/** About what a message takes in memory beside its value's bytes and its headers: objects, typed array, numbers. */
export const messageOverheadBytes = 400;

/** A mailbox is deep with this part of the messages that one may have in memory. */
const deepMailboxPart = 10;

/** At most so many first entities of their key are read out of turn at the same time. */
const firstOfKeysMax = 100;

export function messageBytes(message: Message): number {
  return message.value.bytes.length + (message.headers?.length ?? 0) + messageOverheadBytes;
}

/** `entity` is the target. */
export function deliver(state: PartitionState, message: Message, entity: Entity): void {
  const size = messageBytes(message);
  state.epochs.writes.put(storeKey.message(entity.keyPart, message.sequence), { kind: "message", message }, size);
  if (entity.type.isCall) answerCall(state, message, entity);
  const { mailbox } = entity;
  countWaiting(state, entity, 1);
  entity.type.countParked(entity.status, 1);
  if (mailbox.spilled > 0 || !fitsInMemory(state, entity, size)) {
    if (mailbox.depth === 0) mailbox.lastSequenceInMemory = message.sequence - 1;
    mailbox.spill();
    coverageMark("mailbox-spilled");
  } else {
    mailbox.push(message);
    countBytes(state, entity, size);
  }
  wake(state, entity);
}

/** Nothing of a call that began just now can be on disk, so nothing is looked up. */
function answerCall(state: PartitionState, { value }: Message, call: Entity): void {
  if (call.values === undefined && call.status === "idle" && state.callWaiters.isUnanswered(call.id)) {
    coverageMark("call-known-to-be-empty");
    call.fill([]);
  }
  answerWaiters(state, call.id, value);
}

/** Delivers to a target that is not in memory; it runs when the type's cursor comes to it. */
export function deliverCold(state: PartitionState, message: Message, type: FunctionTypeState): void {
  coverageMark("message-waits-on-disk-only");
  const { target, sequence } = message;
  const keyPart = entityPart(type.name, target.id);
  state.epochs.writes.put(storeKey.message(keyPart, sequence), { kind: "message", message }, messageBytes(message));
  if (type.isCall) answerWaiters(state, target.id, message.value);
  state.cold.delivered++;
  state.cold.lastDelivered = type;
  state.cold.add(keyPart, state.epochs.open, { rows: 1, firstSequence: sequence });
  state.cold.cursorOf(type).lastAddedEpoch = state.epochs.open;
  countCold(state, type, { id: target.id, rows: 1 });
  if (type.limits !== undefined && state.cold.held.size < firstOfKeysMax && isFirstOfItsKey(state, type, target.id)) {
    coverageMark("first-of-its-key-is-read");
    // It is read once its message is durable (held-actions.ts).
    if (!state.cold.held.has(keyPart)) state.cold.held.set(keyPart, { address: target, scan: undefined, commands: [] });
  }
}

/** Counts messages that came for an entity that is not in memory, or (below 0) left. */
export function countCold(state: PartitionState, type: FunctionTypeState, { id, rows }: { id: string | undefined; rows: number }): void {
  type.coldRows += rows;
  countForType(state, type, rows);
  if (type.limits !== undefined) countColdInScopes(state, type, { id, rows });
}

/** The batch that was in flight leaves, with its rows. */
export function consumeBatch(state: PartitionState, entity: Entity): Message[] {
  const consumed = entity.mailbox.first(entity.batchCount);
  entity.mailbox.removeFirst(consumed.length);
  for (const message of consumed) removeMessage(state, entity, message);
  countWaiting(state, entity, -consumed.length);
  return consumed;
}

/** Removes the head of the mailbox of an entity that waits for a person. */
export function discardFirst(state: PartitionState, entity: Entity, head: Message): void {
  entity.mailbox.removeFirst(1);
  removeMessage(state, entity, head);
  countWaiting(state, entity, -1);
  entity.type.countParked(entity.status, -1);
}

export function replaceFirst(state: PartitionState, entity: Entity, messages: { readonly head: Message; readonly edited: Message }): void {
  const { head, edited } = messages;
  const size = messageBytes(edited);
  countBytes(state, entity, size - messageBytes(head));
  entity.mailbox.replaceHead(edited);
  entity.editedEpoch = state.epochs.open;
  state.epochs.writes.put(storeKey.message(entity.keyPart, head.sequence), { kind: "message", message: edited }, size);
}

/** What waits for an entity that has just come into memory: so many rows, the first of them with their messages. */
export function addWaiting(
  state: PartitionState,
  entity: Entity,
  waiting: { readonly rows: number; readonly messages: readonly Message[]; readonly firstSequence: number },
): void {
  const { mailbox, type, status } = entity;
  mailbox.lastSequenceInMemory = waiting.firstSequence - 1;
  for (const message of waiting.messages) {
    const size = messageBytes(message);
    if (!fitsInMemory(state, entity, size)) break;
    mailbox.push(message);
    state.mailboxes.bytesInMemory += size;
  }
  mailbox.spilled = waiting.rows - mailbox.inMemory;
  countWaiting(state, entity, waiting.rows);
  type.countParked(status, waiting.rows);
}

/** The entity leaves memory; the rows of its mailbox stay on disk. */
export function takeAllRows(state: PartitionState, entity: Entity): void {
  const { mailbox } = entity;
  const rows = mailbox.depth;
  for (const message of mailbox.first(mailbox.inMemory)) state.mailboxes.bytesInMemory -= messageBytes(message);
  mailbox.clear();
  countWaiting(state, entity, -rows);
}

/** Half of the memory is kept for mailboxes that are not deep: one flooded entity must not send everybody's messages through the disk. */
function fitsInMemory({ mailboxes, limits }: PartitionState, { mailbox }: Entity, size: number): boolean {
  const { mailboxMessagesInMemoryMax: messagesMax, mailboxBytesInMemoryMax: bytesMax } = limits;
  const isDeep = mailbox.inMemory * deepMailboxPart >= messagesMax;
  return mailbox.inMemory < messagesMax && mailboxes.bytesInMemory + size <= (isDeep ? bytesMax / 2 : bytesMax);
}

/** Rows that came back from disk. */
export function refill(state: PartitionState, entity: Entity, messages: readonly Message[]): void {
  const { mailbox } = entity;
  const before = mailbox.inMemory;
  mailbox.refill(messages);
  if (mailbox.inMemory > before) coverageMark("mailbox-refilled");
  for (let index = before; index < mailbox.inMemory; index++) {
    const message = mailbox.at(index);
    if (message !== undefined) countBytes(state, entity, messageBytes(message));
  }
}

function removeMessage(state: PartitionState, entity: Entity, message: Message): void {
  state.epochs.removeRow(storeKey.message(entity.keyPart, message.sequence), message.sequence);
  countBytes(state, entity, -messageBytes(message));
}

/** Counts bytes that came into memory, or (below 0) left it. */
function countBytes(state: PartitionState, { heldAt }: Entity, bytes: number): void {
  state.mailboxes.bytesInMemory += bytes;
  if (heldAt !== undefined) state.breakpoints.count(heldAt, { messages: 0, bytes });
}

function countWaiting(state: PartitionState, entity: Entity, messages: number): void {
  countForType(state, entity.type, messages);
  countInStatusRow(state, entity, messages);
  if (entity.heldAt !== undefined) state.breakpoints.count(entity.heldAt, { messages, bytes: 0 });
  if (entity.type.limits !== undefined) countInScopes(state, entity, messages);
}

function countForType({ mailboxes }: PartitionState, type: FunctionTypeState, messages: number): void {
  mailboxes.waitingMessages += messages;
  type.waitingMessages += messages;
  mailboxes.changed.add(type);
}
