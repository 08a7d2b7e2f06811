/**
 * Journal: one record for each invocation, parking and act, in the same epoch as what it tells of. The observer gets every record,
 * the store only what journalLevel allows. Traces, entity history and the tail are reads of it.
 */
import type { Failure } from "../model/failure.ts";
import type {
  JournalAct,
  JournalDelayed,
  JournalLevel,
  JournalMessage,
  JournalOutcome,
  JournalRecord,
  JournalStateChange,
  JournalValue,
} from "../model/journal-record.ts";
import { messageId, type Message } from "../model/message.ts";
import type { TypedValue } from "../model/typed-value.ts";
import type { Entity } from "./entity.ts";
import type { Actions, PartitionState } from "./partition-state.ts";
import { storeKey } from "./store-key.ts";

export function journalValue(value: TypedValue, level: JournalLevel): JournalValue {
  return { typename: value.typename, sizeBytes: value.bytes.length, bytes: level === "full" ? value.bytes : undefined };
}

export function journalMessage(message: Message, level: JournalLevel): JournalMessage {
  return {
    sequence: messageId(message),
    trace: message.trace,
    caller: message.caller,
    target: message.target,
    value: journalValue(message.value, level),
    atMs: message.atMs,
  };
}

interface InvocationEntry {
  readonly consumed: readonly Message[];
  readonly sent: readonly JournalMessage[];
  readonly delayed: readonly JournalDelayed[];
  readonly egress: JournalRecord["egress"];
  readonly changes: readonly JournalStateChange[];
  readonly attempts: number;
  readonly nowMs: number;
  readonly actions: Actions;
}

export function writeInvocation(state: PartitionState, entity: Entity, entry: InvocationEntry): void {
  const level = state.limits.journalLevel;
  const kept =
    entry.consumed.length > state.limits.journalMessagesMax ? entry.consumed.slice(0, state.limits.journalMessagesMax) : entry.consumed;
  const record: JournalRecord = {
    sequence: state.takeSequence(),
    address: entity.address,
    outcome: { kind: "completed" },
    epoch: state.epoch,
    messages: kept.map((message) => journalMessage(message, level)),
    messagesTotal: entry.consumed.length,
    sent: entry.sent,
    delayed: entry.delayed,
    egress: entry.egress,
    state: entry.changes,
    attempts: entry.attempts,
    startedMs: entity.startedMs,
    endedMs: entry.nowMs,
    endpoint: entity.sentTo?.spec.id ?? "",
  };
  append(state, entity, { record, actions: entry.actions });
}

export function writeParked(state: PartitionState, entity: Entity, entry: { failure: Failure; nowMs: number; actions: Actions }): void {
  const level = state.limits.journalLevel;
  const messages = entity.mailbox.first(Math.max(1, entity.batchCount)).map((message) => journalMessage(message, level));
  appendPlain(state, entity, { outcome: { kind: "parked", failure: entry.failure }, messages, ...entry });
}

export function writeAct(
  state: PartitionState,
  entity: Entity,
  entry: { act: JournalAct; detail: string; changes?: readonly JournalStateChange[]; nowMs: number; actions: Actions },
): void {
  appendPlain(state, entity, { outcome: { kind: "act", act: entry.act, detail: entry.detail }, messages: [], ...entry });
}

function appendPlain(
  state: PartitionState,
  entity: Entity,
  entry: {
    outcome: JournalOutcome;
    messages: readonly JournalMessage[];
    changes?: readonly JournalStateChange[];
    nowMs: number;
    actions: Actions;
  },
): void {
  const startedMs = entry.outcome.kind === "parked" ? entity.firstAttemptMs : entry.nowMs;
  const record: JournalRecord = {
    sequence: state.takeSequence(),
    address: entity.address,
    outcome: entry.outcome,
    epoch: state.epoch,
    messages: entry.messages,
    messagesTotal: entry.messages.length,
    sent: [],
    delayed: [],
    egress: [],
    state: entry.changes ?? [],
    attempts: entity.failures,
    startedMs,
    endedMs: entry.nowMs,
    endpoint: entity.sentTo?.spec.id ?? "",
  };
  append(state, entity, { record, actions: entry.actions });
}

/** Records of one epoch that share a row, named by the first of them: a row costs more than what most of them hold. */
export interface JournalBlock {
  readonly sequence: number;
  readonly records: JournalRecord[];
  bytes: number;
}

const blockRecordsMax = 64;
const blockBytesMax = 64 * 1024;
const recordOverheadBytes = 128;

function append(state: PartitionState, entity: Entity, entry: { record: JournalRecord; actions: Actions }): void {
  const { record } = entry;
  if (state.limits.journalLevel !== "off") {
    const block = blockFor(state, record);
    block.records.push(record);
    if (entity.journalBlock !== block.sequence) {
      entity.journalBlock = block.sequence;
      state.writes.put(storeKey.history(entity.keyPart, block.sequence), { kind: "mark" }, 0);
    }
  }
  entry.actions.push({ kind: "observe", event: { kind: "invocation-ended", record } });
}

function blockFor(state: PartitionState, record: JournalRecord): JournalBlock {
  const { writes } = state;
  const bytes = recordOverheadBytes + valueBytes(record);
  let block = writes.journalBlock;
  if (block === undefined || block.records.length >= blockRecordsMax || block.bytes + bytes > blockBytesMax) {
    block = { sequence: record.sequence, records: [], bytes: 0 };
    writes.journalBlock = block;
    writes.put(storeKey.journal(block.sequence), { kind: "journal", records: block.records }, 0);
  }
  block.bytes += bytes;
  writes.bytes += bytes;
  return block;
}

function valueBytes(record: JournalRecord): number {
  let sum = 0;
  for (const { value } of record.messages) sum += value.bytes?.length ?? 0;
  for (const { value } of record.sent) sum += value.bytes?.length ?? 0;
  for (const { value } of record.egress) sum += value.bytes?.length ?? 0;
  for (const one of record.delayed) if (one.kind === "send-after") sum += one.value.bytes?.length ?? 0;
  for (const { before, after } of record.state) sum += (before?.bytes?.length ?? 0) + (after?.bytes?.length ?? 0);
  return sum;
}
