/**
 * StoreRecord: the closed union of everything that a store key can hold, and its binary form.
 * The write set keeps records; core/commit.ts encodes them once, when the epoch is sealed. A format change needs a new version here.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { Era } from "@signalbox/runtime/model/era";
import type { Failure } from "@signalbox/runtime/model/failure";
import { assertNever } from "../../model/invariant.ts";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { DelayedMessage, EgressRecord, Message } from "@signalbox/runtime/model/message";
import type { OutboxEntry } from "../../model/outbox-entry.ts";
import { expirationModes, type StateSpec } from "@signalbox/runtime/model/state-spec";
import { absentValue, type TypedValue } from "@signalbox/runtime/model/typed-value";
import { BytesReader, RecordError, type BytesWriter } from "./bytes-writer.ts";
import { readJournal, writeJournal } from "../journal/journal-codec.ts";
import { readPostings, readSegment, writePostings, writeSegment, type Posting, type SegmentRow } from "../journal/segment-codec.ts";
import { readEra, writeEra } from "./era-record.ts";
import { readErasure, writeErasure, type ErasureRecord } from "./erasure-record.ts";
import {
  isMarkedAbsent,
  markedTypename,
  readAddress,
  readFailure,
  readOptionalAddress,
  writeAddress,
  writeFailure,
  writeOptionalAddress,
} from "./record-parts.ts";

export interface StoredValue extends TypedValue {
  readonly writtenMs: number;
  /** 0: never. */
  readonly expiresMs: number;
}

export interface EntityRecord {
  readonly status: "paused" | "parked";
  readonly failure: Failure | undefined;
  readonly attempts: number;
  readonly sinceMs: number;
  /** The number of messages in its mailbox; written with each change of it. */
  readonly messages: number;
}

export interface MetaRecord {
  readonly formatVersion: number;
  readonly epoch: number;
  readonly nextSequence: number;
  readonly delayedMessages: number;
  readonly journalBytes: number;
}

/** The first message under an idempotency key. */
export interface KeyRecord {
  readonly messageId: number;
  readonly traceId: number;
  readonly atMs: number;
  /** The digest of the value (model/digest-of-value.ts); undefined when a format before 10 wrote it. */
  readonly digest: number | undefined;
}

export type StoreRecord =
  | { readonly kind: "state"; readonly value: StoredValue }
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "delayed"; readonly delayed: DelayedMessage }
  | { readonly kind: "token"; readonly dueMs: number; readonly sequence: number }
  | { readonly kind: "egress-record"; readonly record: EgressRecord }
  | { readonly kind: "egress-depth"; readonly waiting: number }
  | { readonly kind: "entity"; readonly record: EntityRecord }
  | { readonly kind: "specs"; readonly specs: readonly StateSpec[] }
  | { readonly kind: "waiting"; readonly waiting: number }
  | { readonly kind: "journal"; readonly records: readonly JournalRecord[] }
  | { readonly kind: "directory"; readonly entries: readonly number[] }
  | ({ readonly kind: "segment" } & SegmentRow)
  | { readonly kind: "postings"; readonly postings: readonly Posting[] }
  | { readonly kind: "mark" }
  | ({ readonly kind: "idempotency" } & KeyRecord)
  | { readonly kind: "producer"; readonly sequence: number; readonly position: string | undefined }
  | { readonly kind: "outbox-entry"; readonly entry: OutboxEntry }
  | { readonly kind: "received"; readonly sequence: number }
  | { readonly kind: "era"; readonly era: Era }
  | { readonly kind: "erasure"; readonly erasure: ErasureRecord }
  | { readonly kind: "meta"; readonly meta: MetaRecord };

function writeValue(writer: BytesWriter, value: TypedValue): void {
  writer.text(markedTypename(value));
  writer.bytes(value.bytes);
}

function readValue(reader: BytesReader): TypedValue {
  const typename = reader.text();
  const bytes = reader.bytes();
  return isMarkedAbsent(typename) ? absentValue(typename.slice(1)) : { typename, bytes };
}

function writeSpecs(writer: BytesWriter, specs: readonly StateSpec[]): void {
  writer.number(specs.length);
  for (const spec of specs) {
    writer.text(spec.name);
    writer.text(spec.typename);
    writer.byte(expirationModes.indexOf(spec.expiration.mode));
    writer.number(spec.expiration.afterMs);
  }
}

function readSpecs(reader: BytesReader): StateSpec[] {
  const specs: StateSpec[] = [];
  for (let left = reader.number(); left > 0; left--) {
    const name = reader.text();
    const typename = reader.text();
    const mode = expirationModes[reader.byte()];
    if (mode === undefined) throw new RecordError("unknown expiration mode");
    specs.push({ name, typename, expiration: { mode, afterMs: reader.number() } });
  }
  return specs;
}

function writeMessageLike(writer: BytesWriter, message: Omit<Message, "target" | "origin">): void {
  writer.number(message.sequence);
  writer.number(message.trace);
  writeOptionalAddress(writer, message.caller);
  writeValue(writer, message.value);
  writer.number(message.atMs);
}

/** Stands before a message in a mailbox; a row of an older format begins with the target's type, which is never empty. */
const mailboxMark = 0;

/** What stands behind the target, or behind the mark where the key has it. Origin and headers are at the end and only where there are any. */
function writeMessage(writer: BytesWriter, message: Message): void {
  writeMessageLike(writer, message);
  if (message.origin !== 0 || message.headers !== undefined) writer.number(message.origin);
  if (message.headers !== undefined) writer.text(message.headers);
}

function writeEgressRecord(writer: BytesWriter, record: EgressRecord): void {
  writer.text(record.egress);
  writeMessageLike(writer, { ...record, caller: record.from });
  if (record.headers !== undefined) writer.text(record.headers);
}

function writeOutboxEntry(writer: BytesWriter, entry: OutboxEntry): void {
  writer.byte(entry.kind === "message" ? 0 : 1);
  if (entry.kind === "egress") return writeEgressRecord(writer, entry.record);
  writeAddress(writer, entry.message.target);
  writeMessage(writer, entry.message);
}

function readMessage(reader: BytesReader, target: Address): Message {
  const sequence = reader.number();
  const trace = reader.number();
  const caller = readOptionalAddress(reader);
  const value = readValue(reader);
  const atMs = reader.number();
  const origin = reader.isAtEnd ? 0 : reader.number();
  return { sequence, origin, trace, caller, target, value, atMs, headers: reader.isAtEnd ? undefined : reader.text() };
}

function readEgressRecord(reader: BytesReader): EgressRecord {
  const egress = reader.text();
  const sequence = reader.number();
  const trace = reader.number();
  const from = readOptionalAddress(reader);
  if (from === undefined) throw new RecordError("egress record without sender");
  const value = readValue(reader);
  const atMs = reader.number();
  return { sequence, trace, egress, from, value, atMs, headers: reader.isAtEnd ? undefined : reader.text() };
}

function writeEntity(writer: BytesWriter, { status, failure, attempts, sinceMs, messages }: EntityRecord): void {
  writer.text(status);
  writeFailure(writer, failure);
  writer.number(attempts);
  writer.number(sinceMs);
  writer.number(messages);
}

function writeMeta(writer: BytesWriter, meta: MetaRecord): void {
  writer.number(meta.formatVersion);
  writer.number(meta.epoch);
  writer.number(meta.nextSequence);
  writer.number(meta.delayedMessages);
  writer.number(meta.journalBytes);
}

function writeDelayed(writer: BytesWriter, delayed: DelayedMessage): void {
  writer.number(delayed.sequence);
  writer.number(delayed.trace);
  writeAddress(writer, delayed.caller);
  writeAddress(writer, delayed.target);
  writeValue(writer, delayed.value);
  writer.number(delayed.dueMs);
  writer.text(delayed.cancellationToken);
  if (delayed.headers !== undefined) writer.text(delayed.headers);
}

function writeState(writer: BytesWriter, value: StoredValue): void {
  writer.number(value.writtenMs);
  writer.number(value.expiresMs);
  writeValue(writer, value);
}

function writeToken(writer: BytesWriter, { dueMs, sequence }: { readonly dueMs: number; readonly sequence: number }): void {
  writer.number(dueMs);
  writer.number(sequence);
}

function writeKey(writer: BytesWriter, { messageId, traceId, atMs, digest }: KeyRecord): void {
  writer.number(messageId);
  writer.number(traceId);
  writer.number(atMs);
  if (digest !== undefined) writer.number(digest);
}

export function encodeRecord(writer: BytesWriter, record: StoreRecord): Uint8Array {
  switch (record.kind) {
    case "state":
      writeState(writer, record.value);
      break;
    case "message":
      writer.byte(mailboxMark);
      writeMessage(writer, record.message);
      break;
    case "delayed":
      writeDelayed(writer, record.delayed);
      break;
    case "token":
      writeToken(writer, record);
      break;
    case "egress-record":
      writeEgressRecord(writer, record.record);
      break;
    case "egress-depth":
    case "waiting":
      writer.number(record.waiting);
      break;
    case "entity":
      writeEntity(writer, record.record);
      break;
    case "specs":
      writeSpecs(writer, record.specs);
      break;

    case "journal":
      writeJournal(writer, record.records);
      break;
    case "directory":
      for (const entry of record.entries) writer.fourBytes(entry);
      break;
    case "segment":
      writeSegment(writer, record);
      break;
    case "postings":
      writePostings(writer, record.postings);
      break;
    case "mark":
      break;
    case "idempotency":
      writeKey(writer, record);
      break;
    case "producer":
      writer.number(record.sequence);
      if (record.position !== undefined) writer.text(record.position);
      break;
    case "outbox-entry":
      writeOutboxEntry(writer, record.entry);
      break;
    case "received":
      writer.number(record.sequence);
      break;
    case "era":
      writeEra(writer, record.era);
      break;
    case "erasure":
      writeErasure(writer, record.erasure);
      break;
    case "meta":
      writeMeta(writer, record.meta);
      break;
    default:
      assertNever(record);
  }
  return writer.take();
}

export const decodeRecord = {
  state(bytes: Uint8Array, values: "copies" | "views" = "copies"): StoredValue {
    const reader = new BytesReader(bytes, values);
    const writtenMs = reader.number();
    const expiresMs = reader.number();
    return { ...readValue(reader), writtenMs, expiresMs };
  },
  message(bytes: Uint8Array, target: Address): Message {
    const reader = new BytesReader(bytes);
    if (bytes[0] === mailboxMark) reader.byte();
    else readAddress(reader);
    return readMessage(reader, target);
  },
  delayed(bytes: Uint8Array): DelayedMessage {
    const reader = new BytesReader(bytes);
    const sequence = reader.number();
    const trace = reader.number();
    const caller = readAddress(reader);
    const target = readAddress(reader);
    const value = readValue(reader);
    const dueMs = reader.number();
    const cancellationToken = reader.text();
    return { sequence, trace, caller, target, value, dueMs, cancellationToken, headers: reader.isAtEnd ? undefined : reader.text() };
  },
  token(bytes: Uint8Array): { dueMs: number; sequence: number } {
    const reader = new BytesReader(bytes);
    return { dueMs: reader.number(), sequence: reader.number() };
  },
  egressRecord(bytes: Uint8Array): EgressRecord {
    return readEgressRecord(new BytesReader(bytes));
  },
  outboxEntry(bytes: Uint8Array): OutboxEntry {
    const reader = new BytesReader(bytes);
    return reader.byte() === 0
      ? { kind: "message", message: readMessage(reader, readAddress(reader)) }
      : { kind: "egress", record: readEgressRecord(reader) };
  },
  received(bytes: Uint8Array): number {
    return new BytesReader(bytes).number();
  },
  egressDepth(bytes: Uint8Array): number {
    return new BytesReader(bytes).number();
  },
  entity(bytes: Uint8Array): EntityRecord {
    const reader = new BytesReader(bytes);
    const status = reader.text() === "paused" ? "paused" : "parked";
    const failure = readFailure(reader);
    const attempts = reader.number();
    const sinceMs = reader.number();
    return { status, failure, attempts, sinceMs, messages: reader.isAtEnd ? 0 : reader.number() };
  },
  waiting(bytes: Uint8Array): number {
    return new BytesReader(bytes).number();
  },
  specs(bytes: Uint8Array): StateSpec[] {
    return readSpecs(new BytesReader(bytes));
  },
  journal: readJournal,
  /** One entry for each entity that the block tells of, in the order in which they come in it (journal-block.ts). */
  directory(bytes: Uint8Array): number[] {
    const reader = new BytesReader(bytes);
    const entries: number[] = [];
    while (!reader.isAtEnd) entries.push(reader.fourBytes());
    return entries;
  },
  segment: readSegment,
  postings: readPostings,
  idempotency(bytes: Uint8Array): KeyRecord {
    const reader = new BytesReader(bytes);
    const messageId = reader.number();
    const traceId = reader.number();
    const atMs = reader.number();
    return { messageId, traceId, atMs, digest: reader.isAtEnd ? undefined : reader.number() };
  },
  producer(bytes: Uint8Array): { sequence: number; position: string | undefined } {
    const reader = new BytesReader(bytes);
    return { sequence: reader.number(), position: reader.isAtEnd ? undefined : reader.text() };
  },
  era(bytes: Uint8Array): Era {
    return readEra(new BytesReader(bytes));
  },
  erasure: (bytes: Uint8Array): ErasureRecord => readErasure(new BytesReader(bytes)),
  meta(bytes: Uint8Array): MetaRecord {
    const reader = new BytesReader(bytes);
    return {
      formatVersion: reader.number(),
      epoch: reader.number(),
      nextSequence: reader.number(),
      delayedMessages: reader.number(),
      journalBytes: reader.number(),
    };
  },
};
