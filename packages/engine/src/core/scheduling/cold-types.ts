/**
 * ColdTypes: any number of entities may wait; only so many of them are in memory (G6). When a type has its share there (memory-room.ts),
 * messages for its other entities are rows in the mailbox table and nothing else: the type is cold. A cursor reads on in that table
 * whenever few entities of the type are ready, and brings each that it finds into memory with everything that waits for it, in order of
 * key, each once per round. After a start every type with rows is cold in the same way. While a type is cold, a message for an entity that
 * is not in memory goes behind its rows on disk (G5). `coldRows` counts these rows exactly, so it is known when the type is warm again.
 * Neighbours: cold-table.ts (what is remembered), mailbox.ts, runtime/processor/cold-reads.ts (reads).
 */
import type { Actions } from "../action.ts";
import { invariant } from "../../model/invariant.ts";
import type { Message } from "@signalbox/runtime/model/message";
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import type { ColdMailbox, Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import { addWaiting, countCold, takeAllRows } from "../mailbox.ts";
import type { PartitionState } from "../partition-state.ts";
import { afterEntity, entityRange, idPrefixRange, partsRange, storeKey } from "../store/store-key.ts";
import { noWait, type ColdCursor, type ColdScan } from "../tables/cold-table.ts";
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import { mayComeIntoLane, prefixOfKey } from "./limit-holds.ts";
import { roomForReadBack } from "./memory-room.ts";
import { wake } from "./ready-queue.ts";
import { uncountReady } from "./residency.ts";

/** At least so many entities of a cold type are kept ready ahead of their turn. */
const readyAheadMin = 512;
const rowsReadMin = 64;
export const rowsReadMax = 1_000;
/** How long the cursor waits while none of the entities that are left may come into memory; longer when a round takes many reads. */
const lookAgainMs = 50;
const lookAgainReadsMax = 20;
/** For how many keys that have enough in memory a cold type remembers where to go on. */
const keysRememberedMax = 1_000;

type ColdReadCommand = Extract<Command, { kind: "cold-read" }>;

/**
 * How many of the type are ready. While the endpoint is down, those that must stay in memory are not counted: each other one leaves once it
 * has failed and the next one is read, but behind one that stays nobody would ever be read (simulation seed 3031376).
 */
function countReadyAhead(state: PartitionState, type: FunctionTypeState): number {
  const ready = state.ready.knownType(type)?.ready.size ?? 0;
  return type.endpoint?.breaker === "closed" ? ready : Math.max(0, ready - type.stayingInMemory);
}

/** How many more entities of the type should be made ready. */
function wantedReady(state: PartitionState, type: FunctionTypeState): number {
  const { endpoint } = type;
  if (endpoint === undefined || endpoint.removed) return 0;
  const ahead = endpoint.breaker === "closed" ? Math.max(readyAheadMin, 2 * Math.floor(endpoint.limit)) : 1;
  return Math.min(ahead - countReadyAhead(state, type), roomForReadBack(state, type));
}

/** Each cold type of which few are ready reads on. */
export function readOn(state: PartitionState, actions: Actions): void {
  if (state.draining || state.epochs.writes.bytes > state.limits.epochBytesMax) return;
  for (const cursor of state.cold.cursors.values()) {
    const { type } = cursor;
    const ready = countReadyAhead(state, type);
    if (cursor.scan !== undefined || !mayRead(cursor, ready)) continue;
    const wanted = wantedReady(state, type);
    // The cursor does not read for each entity that leaves, because a read brings many.
    if (wanted <= 0 || ready > wanted) continue;
    cursor.wait = noWait;
    const scan = beginScan(state);
    cursor.scan = scan;
    cursor.reads++;
    const range = partsRange("m", type.name);
    actions.push({
      kind: "read-cold",
      scan: scan.number,
      type: type.name,
      held: undefined,
      gte: cursor.fromKey ?? range.gte,
      lt: range.lt,
      sequenceEnd: scan.sequenceEnd,
      rowsMax: Math.min(rowsReadMax, Math.max(rowsReadMin, 2 * wanted), state.limits.mailboxMessagesInMemoryMax),
    });
  }
}

function mayRead({ wait }: ColdCursor, ready: number): boolean {
  return wait.kind === "none" || (wait.kind === "alarm" && wait.ready && ready === 0);
}

export function beginScan({ epochs, cold }: PartitionState): ColdScan {
  const before = epochs.notDurable();
  return { number: cold.nextScan++, durableEpoch: epochs.durable, sequenceEnd: epochs.durableSequenceEnd, before, left: new Set() };
}

export function coldRead(state: PartitionState, command: ColdReadCommand): void {
  const type = state.entities.types.get(command.type);
  const cursor = type && state.cold.cursors.get(type);
  if (cursor?.scan === undefined || cursor.scan.number !== command.scan) return;
  const { scan } = cursor;
  cursor.scan = undefined;
  let hasPassedAll = true;
  for (const mailbox of command.mailboxes) {
    hasPassedAll = passes(state, cursor, { scan, mailbox });
    if (!hasPassedAll) break;
    cursor.fromKey = afterEntity("m", mailbox.address.type, mailbox.address.id);
  }
  if (hasPassedAll) cursor.fromKey = behindFullKey(cursor, command);
  if (cursor.fromKey === undefined) endRound(state, cursor, { scan, nowMs: command.nowMs });
  endIfWarm(state, cursor.type);
  state.cold.forget(state.epochs.durable);
}

/**
 * Where the next read begins. The rest of a key that has enough in memory is skipped in this round, and the part of it that was read is
 * skipped in the next.
 */
function behindFullKey({ type, round, goesOnAt }: ColdCursor, { mailboxes, reached }: ColdReadCommand): string | undefined {
  const last = mailboxes.at(-1);
  const prefix = last && prefixOfKey(type, last.address.id);
  const at = prefix === undefined ? undefined : goesOnAt.get(prefix);
  if (reached === undefined || prefix === undefined || last === undefined || at === undefined) return reached;
  const next = at.round === round ? idPrefixRange("m", type.name, prefix).lt : at.fromKey;
  return compareUtf8(next, reached) > 0 ? next : reached;
}

/** Returns false when there is no room for the mailbox now, so that the cursor stays before it. */
function passes(state: PartitionState, cursor: ColdCursor, { scan, mailbox }: { scan: ColdScan; mailbox: ColdMailbox }): boolean {
  const { type } = cursor;
  if (state.entities.find(mailbox.address) !== undefined || scan.left.has(mailbox.keyPart)) {
    coverageMark("cold-read-passes-resident");
    return true;
  }
  if (wantedReady(state, type) <= 0) {
    coverageMark("cold-read-stops-at-room");
    return false;
  }
  if (!isItsKeysTurn(state, cursor, mailbox)) return true;
  const entity = hydrate(state, type, { scan, mailbox });
  if (entity === undefined) return true;
  cursor.found = true;
  wake(state, entity);
  return true;
}

/** Each round continues a key where the round before left it, until its end, so that all entities of the key have their turn. */
function isItsKeysTurn(state: PartitionState, { type, round, goesOnAt }: ColdCursor, { address, keyPart }: ColdMailbox): boolean {
  const prefix = prefixOfKey(type, address.id);
  const { gte: fromKey } = entityRange("m", keyPart);
  const at = prefix === undefined ? undefined : goesOnAt.get(prefix);
  if (at !== undefined && (at.round === round || compareUtf8(fromKey, at.fromKey) < 0)) return false;
  if (prefix !== undefined) goesOnAt.delete(prefix);
  if (mayComeIntoLane(state, type, address.id)) return true;
  if (prefix !== undefined && goesOnAt.size < keysRememberedMax) goesOnAt.set(prefix, { fromKey, round });
  return false;
}

/** Brings an entity into memory with everything that waits for it. Undefined when what was read does not say yet what that is. */
export function hydrate(
  state: PartitionState,
  type: FunctionTypeState,
  seen: { scan: ColdScan; mailbox: ColdMailbox },
): Entity | undefined {
  const { scan, mailbox } = seen;
  const messages = mailbox.messages.flatMap((message) => asWritten(scan, mailbox.keyPart, message));
  // Messages leave from the head. If all that were read are gone, those that were only counted may be gone too.
  if (messages.length === 0 && mailbox.more > 0) return undefined;
  const added = state.cold.takeAdded(mailbox.keyPart, scan.durableEpoch);
  const firstSequence = messages[0]?.sequence ?? added?.firstSequence;
  if (firstSequence === undefined) return undefined;
  coverageMark(added === undefined ? "entity-hydrated" : "entity-hydrated-with-newer-rows");
  const rows = messages.length + mailbox.more + (added?.rows ?? 0);
  const entity = state.entities.make(type, mailbox.address.id);
  countCold(state, type, { id: entity.id, rows: -rows });
  addWaiting(state, entity, { rows, messages, firstSequence });
  return entity;
}

/** Empty if the message is removed by an epoch that was not durable when the read began. */
function asWritten({ before }: ColdScan, keyPart: string, message: Message): Message | readonly Message[] {
  const key = storeKey.message(keyPart, message.sequence);
  for (let index = before.length - 1; index >= 0; index--) {
    const records = before[index]?.records;
    if (records?.has(key) !== true) continue;
    if (records.get(key) !== undefined) return message;
    coverageMark("cold-read-saw-what-is-gone");
    return [];
  }
  return message;
}

function endRound(state: PartitionState, cursor: ColdCursor, { scan, nowMs }: { scan: ColdScan; nowMs: number }): void {
  coverageMark("cold-round-ended");
  const { found, reads, type, lastAddedEpoch, round, goesOnAt } = cursor;
  // These keys had nothing after the place where the round before left them, so they start from their beginning again (simulation seed
  // 28283).
  for (const [prefix, at] of goesOnAt) if (at.round < round) goesOnAt.delete(prefix);
  cursor.round++;
  cursor.found = false;
  cursor.reads = 0;
  if (found || type.coldRows === 0) return;
  // All entities that are left are too new for the read to see, or may not come into memory now.
  if (reads === 1 && lastAddedEpoch > scan.durableEpoch) {
    if (lastAddedEpoch <= state.epochs.durable) return;
    coverageMark("cold-round-awaits-durable");
    cursor.wait = { kind: "durable", epoch: lastAddedEpoch };
    // The rows may be removed before that epoch is sealed, which may then not happen for long: an alarm looks as well.
    lookAgainLater(state, cursor, nowMs + lookAgainMs * lookAgainReadsMax);
    return;
  }
  coverageMark("cold-round-looks-again");
  cursor.wait = { kind: "alarm", ready: countReadyAhead(state, type) > 0 };
  lookAgainLater(state, cursor, nowMs + lookAgainMs * Math.min(reads, lookAgainReadsMax));
}

function lookAgainLater({ alarms }: PartitionState, cursor: ColdCursor, dueMs: number): void {
  alarms.add({ kind: "cold", dueMs, order: alarms.takeOrder(), cursor });
}

export function endIfWarm(state: PartitionState, type: FunctionTypeState): void {
  invariant(type.coldRows >= 0, `${type.name} has ${type.coldRows} messages on disk only`);
  const cursor = state.cold.cursors.get(type);
  if (type.coldRows > 0 || cursor === undefined || cursor.scan !== undefined) return;
  coverageMark("type-is-warm");
  state.cold.cursors.delete(type);
}

export function lookAgain(cursor: ColdCursor): void {
  cursor.wait = noWait;
}

/** An epoch has become durable: reads that begin now see it. */
export function readCursorsAfterDurable({ cold, epochs }: PartitionState): void {
  cold.forget(epochs.durable);
  for (const cursor of cold.cursors.values())
    if (cursor.wait.kind === "durable" && cursor.wait.epoch <= epochs.durable) cursor.wait = noWait;
}

/** False when the entity must stay in memory because something else depends on it. */
export function canGoCold({ epochs, mailboxes }: PartitionState, entity: Entity): boolean {
  if (entity.pendingEdits.length > 0 || entity.pauseWanted || entity.mailboxLoading || entity.mustStay) return false;
  return entity.editedEpoch <= epochs.durable && !mailboxes.heldHeads.has(entity);
}

/** A ready entity leaves memory; its messages stay on disk. Returns false when it must stay. */
export function goCold(state: PartitionState, entity: Entity): boolean {
  if (!canGoCold(state, entity)) return false;
  coverageMark("entity-went-cold");
  const { type, id, mailbox } = entity;
  const rows = mailbox.depth;
  const firstSequence = mailbox.at(0)?.sequence ?? mailbox.lastSequenceInMemory + 1;
  state.entities.troubled.delete(entity);
  state.mailboxes.awaitingDurable.delete(entity);
  uncountReady(state, entity);
  takeAllRows(state, entity);
  // The entity may still stand in a queue, where it must not be taken for a ready one.
  entity.move("drain-empty");
  state.entities.remove(entity);
  state.cold.left(entity);
  countCold(state, type, { id, rows });
  const cursor = state.cold.cursorOf(type);
  const noted = noteNotDurable(state, entity.keyPart, Math.max(firstSequence, state.epochs.durableSequenceEnd));
  cursor.lastAddedEpoch = Math.max(cursor.lastAddedEpoch, noted);
  return true;
}

/** Notes the entity's rows that a read may not see yet. Returns the epoch of the last of them, or 0. */
function noteNotDurable({ epochs, cold }: PartitionState, keyPart: string, fromSequence: number): number {
  let last = 0;
  if (epochs.lastSequenceGiven < fromSequence) return last;
  const { gte, lt } = entityRange("m", keyPart);
  const noted = new Set<number>();
  for (const { epoch, writes } of [...epochs.sealed, { epoch: epochs.open, writes: epochs.writes }]) {
    for (const [key, record] of writes.records) {
      if (record?.kind !== "message" || key < gte || key >= lt) continue;
      const { sequence } = record.message;
      if (sequence < fromSequence || noted.has(sequence)) continue;
      noted.add(sequence);
      cold.add(keyPart, epoch, { rows: 1, firstSequence: sequence });
      last = epoch;
    }
  }
  return last;
}
