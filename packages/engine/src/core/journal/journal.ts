/**
 * Journal: one record for each invocation, parking and operator action, in the same epoch as what it tells of. The observer gets every
 * record, the store only what journalLevel allows, in blocks (journal-block.ts). Traces, entity history and the tail are reads of it.
 */
import type { Failure } from "@signalbox/runtime/model/failure";
import type {
  JournalAct,
  JournalCauses,
  JournalDelayed,
  JournalLevel,
  JournalMessage,
  JournalOutcome,
  JournalRecord,
  JournalStateChange,
  JournalValue,
} from "@signalbox/runtime/model/journal-record";
import { messageId, type Message } from "@signalbox/runtime/model/message";
import { traceHeadersAlone } from "@signalbox/runtime/model/message-headers";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { Entity } from "../tables/entity.ts";
import { takeIntoBlock } from "./journal-block.ts";
import { removeSegment } from "./journal-segment.ts";
import type { Actions } from "../action.ts";
import type { Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import { entityPart, storeKey } from "../store/store-key.ts";

export function journalValue(value: TypedValue, level: JournalLevel): JournalValue {
  const { typename, bytes } = value;
  const kept = level === "full" ? bytes : undefined;
  // The field is left out for nearly all values, which have bytes: V8 then sees only two shapes of the object.
  if (value.hasValue === false) return { typename, sizeBytes: 0, bytes: kept, hasValue: false };
  return { typename, sizeBytes: bytes.length, bytes: kept };
}

export function journalMessage(message: Message, level: JournalLevel): JournalMessage {
  return {
    sequence: messageId(message),
    trace: message.trace,
    caller: message.caller,
    target: message.target,
    value: journalValue(message.value, level),
    atMs: message.atMs,
    headers: level === "full" ? message.headers : traceHeadersAlone(message.headers),
  };
}

interface InvocationEntry {
  readonly consumed: readonly Message[];
  readonly sent: readonly JournalMessage[];
  readonly delayed: readonly JournalDelayed[];
  readonly egress: JournalRecord["egress"];
  readonly changes: readonly JournalStateChange[];
  readonly attempts: number;
  readonly causes: JournalCauses | undefined;
  readonly codeVersion: string | undefined;
  readonly nowMs: number;
  readonly actions: Actions;
}

export function writeInvocation(state: PartitionState, entity: Entity, entry: InvocationEntry): void {
  const level = state.limits.journalLevel;
  const kept =
    entry.consumed.length > state.limits.journalMessagesMax ? entry.consumed.slice(0, state.limits.journalMessagesMax) : entry.consumed;
  const record: JournalRecord = {
    sequence: state.sequences.take(),
    address: entity.address,
    outcome: { kind: "completed" },
    epoch: state.epochs.open,
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
    causes: entry.causes,
    codeVersion: entry.codeVersion,
  };
  append(state, entity, { record, actions: entry.actions });
}

export function writeParked(state: PartitionState, entity: Entity, entry: { failure: Failure; nowMs: number; actions: Actions }): void {
  const level = state.limits.journalLevel;
  const messages = entity.mailbox.first(Math.max(1, entity.batchCount)).map((message) => journalMessage(message, level));
  appendPlain(state, entity, { outcome: { kind: "parked", failure: entry.failure }, messages, ...entry });
}

export function writeOperatorAction(
  state: PartitionState,
  entity: Entity,
  entry: {
    act: JournalAct;
    detail: string;
    /** The message that the operator action removed. */
    discarded?: Message | undefined;
    changes?: readonly JournalStateChange[];
    nowMs: number;
    actions: Actions;
  },
): void {
  const { discarded } = entry;
  const messages = discarded === undefined ? [] : [journalMessage(discarded, state.limits.journalLevel)];
  appendPlain(state, entity, { outcome: { kind: "act", act: entry.act, detail: entry.detail }, messages, ...entry });
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
    sequence: state.sequences.take(),
    address: entity.address,
    outcome: entry.outcome,
    epoch: state.epochs.open,
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

function append(state: PartitionState, entity: Entity, entry: { record: JournalRecord; actions: Actions }): void {
  const { record } = entry;
  if (state.limits.journalLevel !== "off") takeIntoBlock(state.epochs.writes, entity, record);
  entry.actions.push({ kind: "observe", event: { kind: "invocation-ended", record } });
}

/** The oldest blocks go, with the rows that point at them. */
export function journalTrimmed(state: PartitionState, command: Extract<Command, { kind: "journal-trimmed" }>): void {
  for (const block of command.blocks) {
    // Trimming goes from old to new. A scan may still have seen rows that the last round removed.
    if (block.sequence <= state.journal.trimmed) {
      coverageMark("journal-trim-repeated");
      continue;
    }
    coverageMark("journal-trimmed");
    state.journal.trimmed = block.sequence;
    state.epochs.writes.remove(storeKey.journal(block.sequence));
    if (block.hasDirectory) state.epochs.writes.remove(storeKey.directory(block.sequence));
    for (const { type, id } of block.histories) state.epochs.writes.remove(storeKey.history(entityPart(type, id), block.sequence));
    if (block.segmentBuckets !== undefined) removeSegment(state, block.sequence, block.segmentBuckets);
    state.journal.bytes = Math.max(0, state.journal.bytes - block.bytes);
  }
}
