/**
 * The binary form of a block of the journal. The target of a consumed message is the record's own address and the sender of a sent one too,
 * so neither is stored again. Names are written once per block, and numbers as their distance from one that the reader already has. A row
 * of an older format holds whole records, one after the other.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type {
  JournalDelayed,
  JournalMessage,
  JournalRecord,
  JournalStateChange,
  JournalValue,
} from "@signalbox/runtime/model/journal-record";
import { assertNever } from "../../model/invariant.ts";
import { BytesReader, RecordError, type BytesWriter } from "../store/bytes-writer.ts";
import { isMarkedAbsent, markedTypename, readFailure, writeFailure } from "../store/record-parts.ts";

/** Stands before a block; a row of an older format begins with a sequence, which is never 0. */
const blockMark = 0;

/** The numbers that those of a block's first record are written relative to. */
const beforeFirst = { sequence: 0, epoch: 0, startedMs: 0 };
type Before = typeof beforeFirst;

/** What a consumed message has, in the byte before its caller; before format 14 it was 1 or 0, for the caller alone. */
const hasCaller = 1;
const hasHeaders = 2;

/** Stands with the version of the code before an outcome; from format 24 on. */
const versionNamed = 4;

/** Comes before the size of a value whose bytes were erased, and the time of the erasure; 0 comes before a size alone, 1 before bytes. */
const valueErased = 2;

/** How a row says names and numbers. */
interface Dialect {
  name(): string;
  near(other: number): number;
}

const acts = ["retry", "pause", "resume", "discard", "edit-message", "edit-state"] as const;

function writeValue(writer: BytesWriter, value: JournalValue): void {
  writer.repeatedText(markedTypename(value));
  if (value.erasedMs !== undefined) {
    writer.byte(valueErased);
    writer.number(value.sizeBytes);
    writer.number(value.erasedMs);
  } else if (value.bytes === undefined) {
    writer.byte(0);
    writer.number(value.sizeBytes);
  } else {
    writer.byte(1);
    writer.bytes(value.bytes);
  }
}

function writeOptionalValue(writer: BytesWriter, value: JournalValue | undefined): void {
  writer.byte(value === undefined ? 0 : 1);
  if (value !== undefined) writeValue(writer, value);
}

function writeAddress(writer: BytesWriter, address: Address): void {
  writer.repeatedText(address.type);
  writer.text(address.id);
}

function writeOutcome(writer: BytesWriter, { outcome, causes, codeVersion }: JournalRecord): void {
  if (codeVersion !== undefined) {
    writer.byte(versionNamed);
    writer.repeatedText(codeVersion);
  }
  switch (outcome.kind) {
    case "completed":
      writer.byte(causes === undefined ? 0 : 3);
      if (causes !== undefined) for (const list of [causes.sent, causes.delayed, causes.egress]) writeIndices(writer, list);
      return;
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

function writeIndices(writer: BytesWriter, indices: readonly number[]): void {
  writer.number(indices.length);
  for (const index of indices) writer.number(index);
}

function writeConsumed(writer: BytesWriter, message: JournalMessage, record: JournalRecord): void {
  writer.near(message.sequence, record.sequence);
  writer.near(message.trace, message.sequence);
  writer.byte((message.caller === undefined ? 0 : hasCaller) | (message.headers === undefined ? 0 : hasHeaders));
  if (message.caller !== undefined) writeAddress(writer, message.caller);
  writeValue(writer, message.value);
  writer.near(message.atMs, record.startedMs);
  if (message.headers !== undefined) writer.text(message.headers);
}

function writeSent(writer: BytesWriter, message: JournalMessage, record: JournalRecord): void {
  writer.near(message.sequence, record.sequence);
  writer.near(message.trace, message.sequence);
  writeAddress(writer, message.target);
  writeValue(writer, message.value);
}

function writeDelayed(writer: BytesWriter, delayed: JournalDelayed, record: JournalRecord): void {
  writer.text(delayed.cancellationToken);
  if (delayed.kind === "cancel") return writer.byte(0);
  writer.byte(1);
  writer.near(delayed.sequence, record.sequence);
  writer.near(delayed.dueMs, record.endedMs);
  writeAddress(writer, delayed.target);
  writeValue(writer, delayed.value);
}

function writeRecord(writer: BytesWriter, record: JournalRecord, before: Before): void {
  writer.near(record.sequence, before.sequence);
  writeAddress(writer, record.address);
  writeOutcome(writer, record);
  writer.near(record.epoch, before.epoch);
  writer.number(record.attempts);
  writer.near(record.startedMs, before.startedMs);
  writer.near(record.endedMs, record.startedMs);
  writer.repeatedText(record.endpoint);
  writer.number(record.messagesTotal);
  writer.number(record.messages.length);
  for (const message of record.messages) writeConsumed(writer, message, record);
  writer.number(record.sent.length);
  for (const message of record.sent) writeSent(writer, message, record);
  writer.number(record.delayed.length);
  for (const delayed of record.delayed) writeDelayed(writer, delayed, record);
  writer.number(record.egress.length);
  for (const egress of record.egress) {
    writer.near(egress.sequence, record.sequence);
    writer.repeatedText(egress.egress);
    writeValue(writer, egress.value);
  }
  writer.number(record.state.length);
  for (const change of record.state) {
    writer.repeatedText(change.name);
    writeOptionalValue(writer, change.before);
    writeOptionalValue(writer, change.after);
  }
}

export function writeJournal(writer: BytesWriter, records: readonly JournalRecord[]): void {
  writer.byte(blockMark);
  let before: Before = beforeFirst;
  for (const record of records) {
    writeRecord(writer, record, before);
    before = record;
  }
}

class RecordsReader {
  private readonly reader: BytesReader;
  private readonly dialect: Dialect;

  constructor(reader: BytesReader, dialect: Dialect) {
    this.reader = reader;
    this.dialect = dialect;
  }

  record(before: Before): JournalRecord {
    const { reader, dialect } = this;
    const sequence = dialect.near(before.sequence);
    const address = this.address();
    const { outcome, causes, codeVersion } = this.outcome();
    const epoch = dialect.near(before.epoch);
    const attempts = reader.number();
    const startedMs = dialect.near(before.startedMs);
    const endedMs = dialect.near(startedMs);
    const endpoint = dialect.name();
    const messagesTotal = reader.number();
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
      // These fields stand in the order of the row's bytes: each line reads the next ones.
      messages: this.list(() => this.consumed({ sequence, startedMs, target: address })),
      sent: this.list(() => this.sent({ sequence, endedMs, caller: address })),
      delayed: this.list(() => this.delayed({ sequence, endedMs })),
      egress: this.list(() => ({ sequence: dialect.near(sequence), egress: dialect.name(), value: this.value() })),
      state: this.list(() => this.stateChange()),
      ...(causes === undefined ? {} : { causes }),
      ...(codeVersion === undefined ? {} : { codeVersion }),
    };
  }

  private list<T>(readOne: () => T): T[] {
    const list: T[] = [];
    for (let left = this.reader.number(); left > 0; left--) list.push(readOne());
    return list;
  }

  private value(): JournalValue {
    const typename = this.dialect.name();
    const kind = this.reader.byte();
    if (kind === valueErased) return { typename, sizeBytes: this.reader.number(), bytes: undefined, erasedMs: this.reader.number() };
    const bytes = kind === 0 ? undefined : this.reader.bytes();
    const sizeBytes = bytes === undefined ? this.reader.number() : bytes.length;
    return isMarkedAbsent(typename) ? { typename: typename.slice(1), sizeBytes, bytes, hasValue: false } : { typename, sizeBytes, bytes };
  }

  private optionalValue(): JournalValue | undefined {
    return this.reader.byte() === 0 ? undefined : this.value();
  }

  private address(): Address {
    return { type: this.dialect.name(), id: this.reader.text() };
  }

  private indices(): number[] {
    return this.list(() => this.reader.number());
  }

  private outcome(): Pick<JournalRecord, "outcome" | "causes" | "codeVersion"> {
    const kind = this.reader.byte();
    if (kind !== versionNamed) return this.outcomeOf(kind);
    const codeVersion = this.dialect.name();
    return { ...this.outcomeOf(this.reader.byte()), codeVersion };
  }

  private outcomeOf(kind: number): Pick<JournalRecord, "outcome" | "causes"> {
    if (kind === 0) return { outcome: { kind: "completed" } };
    if (kind === 3) {
      const causes = { sent: this.indices(), delayed: this.indices(), egress: this.indices() };
      return { outcome: { kind: "completed" }, causes };
    }
    if (kind === 1) {
      const failure = readFailure(this.reader);
      if (failure === undefined) throw new RecordError("parked without failure");
      return { outcome: { kind: "parked", failure } };
    }
    const act = acts[this.reader.byte()];
    if (act === undefined) throw new RecordError("unknown act");
    return { outcome: { kind: "act", act, detail: this.reader.text() } };
  }

  private consumed(record: { sequence: number; startedMs: number; target: Address }): JournalMessage {
    const sequence = this.dialect.near(record.sequence);
    const trace = this.dialect.near(sequence);
    const marks = this.reader.byte();
    const caller = (marks & hasCaller) === 0 ? undefined : this.address();
    const value = this.value();
    const atMs = this.dialect.near(record.startedMs);
    const message = { sequence, trace, caller, target: record.target, value, atMs };
    return (marks & hasHeaders) === 0 ? message : { ...message, headers: this.reader.text() };
  }

  private sent(record: { sequence: number; endedMs: number; caller: Address }): JournalMessage {
    const sequence = this.dialect.near(record.sequence);
    const trace = this.dialect.near(sequence);
    return { sequence, trace, caller: record.caller, target: this.address(), value: this.value(), atMs: record.endedMs };
  }

  private delayed(record: { sequence: number; endedMs: number }): JournalDelayed {
    const cancellationToken = this.reader.text();
    if (this.reader.byte() === 0) return { kind: "cancel", cancellationToken };
    return {
      kind: "send-after",
      cancellationToken,
      sequence: this.dialect.near(record.sequence),
      dueMs: this.dialect.near(record.endedMs),
      target: this.address(),
      value: this.value(),
    };
  }

  private stateChange(): JournalStateChange {
    return { name: this.dialect.name(), before: this.optionalValue(), after: this.optionalValue() };
  }
}

/** The records of a block, or of a row of an older format; there is at least one. */
export function readJournal(bytes: Uint8Array): JournalRecord[] {
  const reader = new BytesReader(bytes);
  const isBlock = bytes[0] === blockMark;
  if (isBlock) reader.byte();
  const dialect: Dialect = isBlock
    ? { name: () => reader.repeatedText(), near: (other) => reader.near(other) }
    : { name: () => reader.text(), near: () => reader.number() };
  const rows = new RecordsReader(reader, dialect);
  const records: JournalRecord[] = [];
  let before: Before = beforeFirst;
  do {
    const record = rows.record(before);
    records.push(record);
    before = record;
  } while (!reader.isAtEnd);
  return records;
}
