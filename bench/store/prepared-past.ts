/**
 * PreparedPast: writes a store with many entities and a long journal directly, without calling a function: in a minute it makes what an
 * hour of traffic would leave. Its content is known by number: `expected` says what any question must answer. A trace is two records:
 * `past/visitor` takes a message and sends one on to `past/page`, which takes it an epoch later. Every entity counts its messages in a
 * state of 32 bytes, of which 24 differ from all others.
 * Neighbours: past-check.ts asks it, epoch-writer.ts writes epochs for the check of stores.
 */
import type { Address, JournalRecord, JournalValue } from "@signalbox/runtime";
import type { Store, StoreWrite } from "@signalbox/engine";
import { segmentOf, type DirectoryOfBlock } from "../../packages/engine/src/core/journal/journal-segment.ts";
import { hashOfKeyPart } from "../../packages/engine/src/core/journal/journal-block.ts";
import { BytesWriter } from "../../packages/engine/src/core/store/bytes-writer.ts";
import { entityPart, metaKey, storeKey } from "../../packages/engine/src/core/store/store-key.ts";
import { storeFormatVersion } from "../../packages/engine/src/core/store/store-format.ts";
import { encodeRecord, type StoreRecord } from "../../packages/engine/src/core/store/store-record.ts";

export const pastTypes = { visitor: "past/visitor", page: "past/page" } as const;
export const countName = "count";
const valueType = "past/value";
const endpoint = "past/past/*";
const countSpec = { name: countName, typename: valueType, expiration: { mode: "none", afterMs: 0 } } as const;

const epochTraces = 256;
const blockRecords = 64;
const segmentBlocks = 512;
const batchBytesMax = 4 * 1024 * 1024;
const batchRowsMax = 4_000;
/**
 * The numbers of an epoch: for each first hop the message that it sent and its record, for each second hop its record, and the messages
 * admitted for the next epoch.
 */
const epochSequences = epochTraces * 4;
const epochMs = 20;
/** Primes that divide no round number, so that a walk visits all entities in another order than that of their ids. */
const steps = { visitor: 7919, page: 104_729 } as const;

export interface PastSize {
  readonly entities: number;
  readonly records: number;
  /** When the last record ended. */
  readonly nowMs: number;
}

type Role = keyof typeof pastTypes;

/** What the store holds, by number. */
export class ExpectedPast {
  readonly traces: number;
  readonly perType: number;
  private readonly epochs: number;
  private readonly firstMs: number;

  constructor({ entities, records, nowMs }: PastSize) {
    this.traces = Math.floor(records / 2);
    this.perType = Math.floor(entities / 2);
    this.epochs = Math.ceil(this.traces / epochTraces) + 1;
    this.firstMs = nowMs - this.epochs * epochMs;
  }

  get nextSequence(): number {
    return this.start(this.epochs) + epochSequences;
  }

  get epochsTotal(): number {
    return this.epochs;
  }

  /** The first number of an epoch. */
  private start(epoch: number): number {
    return 1 + epochTraces + epoch * epochSequences;
  }

  endedMs(epoch: number): number {
    return this.firstMs + (epoch + 1) * epochMs;
  }

  /** Returns the trace's number, which is that of its first message. */
  trace(number: number): number {
    const epoch = Math.floor(number / epochTraces);
    return this.start(epoch) - epochTraces + (number % epochTraces);
  }

  recordOf(role: Role, number: number): number {
    const epoch = Math.floor(number / epochTraces);
    const place = number % epochTraces;
    return role === "visitor" ? this.start(epoch) + 2 * place + 1 : this.start(epoch + 1) + 2 * epochTraces + place;
  }

  /** Returns the epoch in which the second hop of a trace ended. */
  epochOfPage(number: number): number {
    return Math.floor(number / epochTraces) + 1;
  }

  sentBy(number: number): number {
    return this.recordOf("visitor", number) - 1;
  }

  addressOf(role: Role, number: number): Address {
    return { type: pastTypes[role], id: `e${(number * steps[role]) % this.perType}` };
  }

  /** Returns how many messages the entity of a trace had had when this one was done. */
  countAfter(number: number): number {
    return Math.floor(number / this.perType) + 1;
  }

  /** Returns the last trace of the same page. */
  newestOf(number: number): number {
    return number + Math.floor((this.traces - 1 - number) / this.perType) * this.perType;
  }

  value(role: Role, number: number, count: number): Uint8Array {
    const bytes = Buffer.alloc(32);
    bytes.writeUInt32LE(count, 0);
    let mixed = (Math.imul((number * steps[role]) % this.perType, 2_654_435_761) ^ Math.imul(count + 1, 40_503)) >>> 0;
    for (let place = 8; place < 32; place += 4) {
      mixed = Math.imul(mixed ^ (mixed >>> 15), 2_246_822_519) >>> 0;
      mixed = (mixed ^ (mixed >>> 13)) >>> 0;
      bytes.writeUInt32LE(mixed, place);
    }
    return bytes;
  }
}

export interface WrittenPast {
  readonly journalBytes: number;
  readonly blocks: number;
  readonly segments: number;
}

/** Writes into an empty store. */
export async function writePast(store: Store, size: PastSize, told: (records: number) => void = () => undefined): Promise<WrittenPast> {
  const writer = new PastWriter(store, new ExpectedPast(size));
  await writer.journal(told);
  await writer.states();
  return writer.end();
}

class PastWriter {
  private readonly store: Store;
  private readonly expected: ExpectedPast;
  private readonly writer = new BytesWriter();
  private rows: StoreWrite[] = [];
  private bytes = 0;
  private directories: DirectoryOfBlock[] = [];
  private journalBytes = 0;
  private blocks = 0;
  private segments = 0;

  constructor(store: Store, expected: ExpectedPast) {
    this.store = store;
    this.expected = expected;
  }

  async journal(told: (records: number) => void): Promise<void> {
    for (let epoch = 0; epoch < this.expected.epochsTotal; epoch++) {
      const records = this.epoch(epoch);
      for (let first = 0; first < records.length; first += blockRecords) this.block(records.slice(first, first + blockRecords));
      await this.flushIfFull();
      if (epoch % 400 === 0) told(epoch * 2 * epochTraces);
    }
  }

  async states(): Promise<void> {
    const { expected } = this;
    for (const role of ["visitor", "page"] as const) {
      this.put(storeKey.specs(pastTypes[role]), { kind: "specs", specs: [countSpec] });
      for (let number = 0; number < expected.perType; number++) {
        const { type, id } = expected.addressOf(role, number);
        // The entity gets the traces number, number + perType, …
        const count = number < expected.traces ? Math.floor((expected.traces - 1 - number) / expected.perType) + 1 : 0;
        const bytes = expected.value(role, number, count);
        const value = { typename: valueType, bytes, writtenMs: expected.endedMs(expected.epochsTotal), expiresMs: 0 };
        this.put(storeKey.state(entityPart(type, id), countName), { kind: "state", value });
        await this.flushIfFull();
      }
    }
  }

  async end(): Promise<WrittenPast> {
    const { expected, journalBytes, blocks, segments } = this;
    const meta = {
      formatVersion: storeFormatVersion,
      epoch: expected.epochsTotal + 1,
      nextSequence: expected.nextSequence,
      delayedMessages: 0,
      journalBytes,
    };
    // Records that are in no segment yet have directories, as they do while messages flow.
    for (const { sequence, entries } of this.directories) this.put(storeKey.directory(sequence), { kind: "directory", entries });
    this.put(metaKey, { kind: "meta", meta });
    await this.flush();
    return { journalBytes, blocks, segments };
  }

  /** Makes the first hops of the epoch's own traces, then the second hops of those of the epoch before. */
  private epoch(epoch: number): JournalRecord[] {
    const { traces } = this.expected;
    const firsts = numbersOf(epoch, traces).map((number) => this.record("visitor", { number, epoch }));
    const seconds = epoch === 0 ? [] : numbersOf(epoch - 1, traces).map((number) => this.record("page", { number, epoch }));
    return [...firsts, ...seconds];
  }

  private record(role: Role, { number, epoch }: { readonly number: number; readonly epoch: number }): JournalRecord {
    const { expected } = this;
    const address = expected.addressOf(role, number);
    const trace = expected.trace(number);
    const count = expected.countAfter(number);
    const endedMs = expected.endedMs(epoch);
    const startedMs = endedMs - 1;
    const before = journalValue(expected.value(role, number, count - 1));
    const after = journalValue(expected.value(role, number, count));
    const page = expected.addressOf("page", number);
    const message = journalValue(after.bytes.subarray(0, 16));
    const taken =
      role === "visitor"
        ? { sequence: trace, caller: undefined }
        : { sequence: expected.sentBy(number), caller: expected.addressOf("visitor", number) };
    const sent = { sequence: expected.sentBy(number), trace, caller: address, target: page, value: message, atMs: endedMs };
    return {
      sequence: expected.recordOf(role, number),
      address,
      outcome: { kind: "completed" },
      epoch: epoch + 1,
      messages: [{ ...taken, trace, target: address, value: message, atMs: startedMs }],
      messagesTotal: 1,
      sent: role === "visitor" ? [sent] : [],
      delayed: [],
      egress: [],
      state: [{ name: countName, before, after }],
      attempts: 1,
      startedMs,
      endedMs,
      endpoint,
    };
  }

  private block(records: readonly JournalRecord[]): void {
    const sequence = records[0]?.sequence;
    if (sequence === undefined) return;
    this.journalBytes += this.put(storeKey.journal(sequence), { kind: "journal", records });
    this.blocks++;
    const entities = new Set(records.map(({ address }) => entityPart(address.type, address.id)));
    const directory = { sequence, entries: [...entities].map(hashOfKeyPart) };
    this.directories.push(directory);
    if (this.directories.length < segmentBlocks) return;
    this.segment();
  }

  private segment(): void {
    const segment = segmentOf(this.directories);
    this.directories = [];
    if (segment === undefined) return;
    this.segments++;
    this.put(storeKey.segment(segment.last), { kind: "segment", blocks: segment.blocks, buckets: segment.buckets });
    for (const [place, bucket] of segment.buckets.entries())
      this.put(storeKey.postings(bucket, segment.last), { kind: "postings", postings: segment.postings[place] ?? [] });
  }

  private put(key: string, record: StoreRecord): number {
    const value = encodeRecord(this.writer, record);
    this.rows.push({ key, value });
    this.bytes += key.length + value.length;
    return value.length;
  }

  private async flushIfFull(): Promise<void> {
    if (this.rows.length >= batchRowsMax || this.bytes >= batchBytesMax) await this.flush();
  }

  private async flush(): Promise<void> {
    const { rows } = this;
    this.rows = [];
    this.bytes = 0;
    await this.store.writeSynced(rows);
  }
}

function numbersOf(epoch: number, traces: number): number[] {
  const from = epoch * epochTraces;
  return Array.from({ length: Math.max(0, Math.min(epochTraces, traces - from)) }, (_, place) => from + place);
}

function journalValue(bytes: Uint8Array): JournalValue & { readonly bytes: Uint8Array } {
  return { typename: valueType, sizeBytes: bytes.length, bytes };
}
