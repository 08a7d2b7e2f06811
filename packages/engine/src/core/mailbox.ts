/**
 * Mailbox: what enters and leaves the mailbox of an entity, with all that is counted of it. A message is in memory while there is room and on
 * disk always (in the open epoch). `deliver` is the one way in; send.ts comes here with what was born in this partition, inbox.ts with
 * what came from another. Neighbours: mailbox-queue.ts (the order), loading.ts (what comes back from disk).
 */
import type { Message } from "../model/message.ts";
import { answerWaiters } from "./calls.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import { countInScopes } from "./scheduling/limits.ts";
import { wake } from "./scheduling/ready-queue.ts";
import { storeKey } from "./store/store-key.ts";
import type { Entity } from "./tables/entity.ts";

/** About what a message takes in memory beside its value's bytes and its headers: objects, typed array, numbers. */
export const messageOverheadBytes = 400;

export function messageBytes(message: Message): number {
  return message.value.bytes.length + (message.headers?.length ?? 0) + messageOverheadBytes;
}

/** `entity` is the target. */
export function deliver(state: PartitionState, message: Message, entity: Entity): void {
  const size = messageBytes(message);
  state.epochs.writes.put(storeKey.message(entity.keyPart, message.sequence), { kind: "message", message }, size);
  if (entity.type.isCall) answerWaiters(state, entity.id, message.value);
  const { mailboxes, limits } = state;
  const { mailbox } = entity;
  countWaiting(state, entity, 1);
  entity.type.countParked(entity.status, 1);
  if (mailboxes.count !== undefined && !mailboxes.count.passed(entity.keyPart)) {
    deliverUncounted(state, entity, mailboxes.count.sequenceEnd);
    return;
  }
  const full = mailbox.inMemory >= limits.mailboxMessagesInMemoryMax || mailboxes.bytesInMemory + size > limits.mailboxBytesInMemoryMax;
  if (mailbox.spilled > 0 || full) {
    if (mailbox.depth === 0) mailbox.lastSequenceInMemory = message.sequence - 1;
    mailbox.spill();
    coverageMark("mailbox-spilled");
  } else {
    mailbox.push(message);
    mailboxes.bytesInMemory += size;
  }
  wake(state, entity);
}

/** Behind what may be on disk; it is read from there once the count has passed. */
function deliverUncounted(state: PartitionState, entity: Entity, sequenceEnd: number): void {
  coverageMark("message-to-uncounted-mailbox");
  if (entity.mailbox.depth === 0) entity.mailbox.lastSequenceInMemory = sequenceEnd - 1;
  entity.mailbox.spill();
  wake(state, entity);
}

/** The batch that was in flight leaves, with its rows. */
export function consumeBatch(state: PartitionState, entity: Entity): Message[] {
  const consumed = entity.mailbox.first(entity.batchCount);
  entity.mailbox.removeFirst(consumed.length);
  for (const message of consumed) removeMessage(state, entity, message);
  countWaiting(state, entity, -consumed.length);
  return consumed;
}

/** Of an entity that waits for a person. */
export function discardFirst(state: PartitionState, entity: Entity, head: Message): void {
  entity.mailbox.removeFirst(1);
  removeMessage(state, entity, head);
  countWaiting(state, entity, -1);
  entity.type.countParked(entity.status, -1);
}

export function replaceFirst(state: PartitionState, entity: Entity, messages: { readonly head: Message; readonly edited: Message }): void {
  const { head, edited } = messages;
  const size = messageBytes(edited);
  state.mailboxes.bytesInMemory += size - messageBytes(head);
  entity.mailbox.replaceHead(edited);
  state.epochs.writes.put(storeKey.message(entity.keyPart, head.sequence), { kind: "message", message: edited }, size);
}

/** Messages that wait on disk since an earlier life of the partition. */
export function addSpilled(
  state: PartitionState,
  entity: Entity,
  spilled: { readonly messages: number; readonly firstSequence: number },
): void {
  const { mailbox } = entity;
  const before = spilled.firstSequence - 1;
  if (mailbox.depth > 0) coverageMark("counted-behind-new-messages");
  // What is new for it lies behind; of a mailbox that is counted in parts the first part is the lowest.
  mailbox.lastSequenceInMemory = mailbox.depth === 0 ? before : Math.min(mailbox.lastSequenceInMemory, before);
  mailbox.spilled += spilled.messages;
  countWaiting(state, entity, spilled.messages);
  entity.type.countParked(entity.status, spilled.messages);
}

/** Rows that came back from disk. */
export function refill(state: PartitionState, entity: Entity, messages: readonly Message[]): void {
  const { mailbox } = entity;
  const before = mailbox.inMemory;
  mailbox.refill(messages);
  if (mailbox.inMemory > before) coverageMark("mailbox-refilled");
  for (let index = before; index < mailbox.inMemory; index++) {
    const message = mailbox.at(index);
    if (message !== undefined) state.mailboxes.bytesInMemory += messageBytes(message);
  }
}

function removeMessage(state: PartitionState, entity: Entity, message: Message): void {
  state.epochs.removeRow(storeKey.message(entity.keyPart, message.sequence), message.sequence);
  state.mailboxes.bytesInMemory -= messageBytes(message);
}

function countWaiting(state: PartitionState, entity: Entity, messages: number): void {
  state.mailboxes.waitingMessages += messages;
  entity.type.waitingMessages += messages;
  if (entity.type.limits !== undefined) countInScopes(state, entity, messages);
}
