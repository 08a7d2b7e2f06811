/**
 * The binary form of a journal record. The target of a consumed message is the record's own address and the sender of a sent one too,
 * so neither is stored again.
 */
import type { Address } from "../model/address.ts";
import type {
  JournalDelayed,
  JournalMessage,
  JournalOutcome,
  JournalRecord,
  JournalStateChange,
  JournalValue,
} from "../model/journal-record.ts";
import { assertNever } from "../model/invariant.ts";
import { RecordError, type BytesReader, type BytesWriter } from "./bytes-writer.ts";
import { readAddress, readFailure, readOptionalAddress, writeAddress, writeFailure, writeOptionalAddress } from "./record-parts.ts";

const acts = ["retry", "pause", "resume", "discard", "edit-message", "edit-state"] as const;

function writeValue(writer: BytesWriter, value: JournalValue): void {
  writer.text(value.typename);
  if (value.bytes === undefined) {
    writer.byte(0);
    writer.number(value.sizeBytes);
  } else {
    writer.byte(1);
    writer.bytes(value.bytes);
  }
}

function readValue(reader: BytesReader): JournalValue {
  const typename = reader.text();
  if (reader.byte() === 0) return { typename, sizeBytes: reader.number(), bytes: undefined };
  const bytes = reader.bytes();
  return { typename, sizeBytes: bytes.length, bytes };
}

function writeOptionalValue(writer: BytesWriter, value: JournalValue | undefined): void {
  writer.byte(value === undefined ? 0 : 1);
  if (value !== undefined) writeValue(writer, value);
}

function writeOutcome(writer: BytesWriter, outcome: JournalOutcome): void {
  switch (outcome.kind) {
    case "completed":
      return writer.byte(0);
    case "parked":
      writer.byte(1);
      return writeFailure(writer, outcome.failure);
    case "act":
      writer.byte(2);
      writer.byte(acts.indexOf(outcome.act));
      return writer.text(outcome.detail);
    default:
      return assertNever(outcome);
  }
}

function readOutcome(reader: BytesReader): JournalOutcome {
  const kind = reader.byte();
  if (kind === 0) return { kind: "completed" };
  if (kind === 1) {
    const failure = readFailure(reader);
    if (failure === undefined) throw new RecordError("parked without failure");
    return { kind: "parked", failure };
  }
  const act = acts[reader.byte()];
  if (act === undefined) throw new RecordError("unknown act");
  return { kind: "act", act, detail: reader.text() };
}

function writeDelayed(writer: BytesWriter, delayed: JournalDelayed): void {
  writer.text(delayed.cancellationToken);
  if (delayed.kind === "cancel") return writer.byte(0);
  writer.byte(1);
  writer.number(delayed.sequence);
  writer.number(delayed.dueMs);
  writeAddress(writer, delayed.target);
  writeValue(writer, delayed.value);
}

function readDelayed(reader: BytesReader): JournalDelayed {
  const cancellationToken = reader.text();
  if (reader.byte() === 0) return { kind: "cancel", cancellationToken };
  return {
    kind: "send-after",
    cancellationToken,
    sequence: reader.number(),
    dueMs: reader.number(),
    target: readAddress(reader),
    value: readValue(reader),
  };
}

export function writeJournal(writer: BytesWriter, record: JournalRecord): void {
  writer.number(record.sequence);
  writeAddress(writer, record.address);
  writeOutcome(writer, record.outcome);
  writer.number(record.epoch);
  writer.number(record.attempts);
  writer.number(record.startedMs);
  writer.number(record.endedMs);
  writer.text(record.endpoint);
  writer.number(record.messagesTotal);
  writer.number(record.messages.length);
  for (const message of record.messages) {
    writer.number(message.sequence);
    writer.number(message.trace);
    writeOptionalAddress(writer, message.caller);
    writeValue(writer, message.value);
    writer.number(message.atMs);
  }
  writer.number(record.sent.length);
  for (const message of record.sent) {
    writer.number(message.sequence);
    writer.number(message.trace);
    writeAddress(writer, message.target);
    writeValue(writer, message.value);
  }
  writer.number(record.delayed.length);
  for (const delayed of record.delayed) writeDelayed(writer, delayed);
  writer.number(record.egress.length);
  for (const egress of record.egress) {
    writer.number(egress.sequence);
    writer.text(egress.egress);
    writeValue(writer, egress.value);
  }
  writer.number(record.state.length);
  for (const change of record.state) {
    writer.text(change.name);
    writeOptionalValue(writer, change.before);
    writeOptionalValue(writer, change.after);
  }
}

function readList<T>(reader: BytesReader, readOne: (reader: BytesReader) => T): T[] {
  const list: T[] = [];
  for (let left = reader.number(); left > 0; left--) list.push(readOne(reader));
  return list;
}

function readStateChange(reader: BytesReader): JournalStateChange {
  const name = reader.text();
  const before = reader.byte() === 0 ? undefined : readValue(reader);
  const after = reader.byte() === 0 ? undefined : readValue(reader);
  return { name, before, after };
}

function readConsumed(reader: BytesReader, target: Address): JournalMessage {
  return {
    sequence: reader.number(),
    trace: reader.number(),
    caller: readOptionalAddress(reader),
    target,
    value: readValue(reader),
    atMs: reader.number(),
  };
}

function readSent(reader: BytesReader, caller: Address, atMs: number): JournalMessage {
  return { sequence: reader.number(), trace: reader.number(), caller, target: readAddress(reader), value: readValue(reader), atMs };
}

export function readJournal(reader: BytesReader): JournalRecord {
  const sequence = reader.number();
  const address = readAddress(reader);
  const outcome = readOutcome(reader);
  const epoch = reader.number();
  const attempts = reader.number();
  const startedMs = reader.number();
  const endedMs = reader.number();
  const endpoint = reader.text();
  const messagesTotal = reader.number();
  const messages = readList(reader, (from) => readConsumed(from, address));
  const sent = readList(reader, (from) => readSent(from, address, endedMs));
  const delayed = readList(reader, readDelayed);
  const egress = readList(reader, (from) => ({ sequence: from.number(), egress: from.text(), value: readValue(from) }));
  const state = readList(reader, readStateChange);
  return {
    sequence,
    address,
    outcome,
    epoch,
    attempts,
    startedMs,
    endedMs,
    endpoint,
    messagesTotal,
    messages,
    sent,
    delayed,
    egress,
    state,
  };
}
