/**
 * SampleRecords: one fixed record of every kind with every field and branch in use, as the store and a savepoint write them. Their bytes
 * are the format: format-version.test.ts compares them with what was committed for the version in force.
 */
import { createHash } from "node:crypto";
import { createTableStatements } from "../../src/adapters/savepoint/savepoint-tables.ts";
import { headerCells, toCells } from "../../src/adapters/savepoint/savepoint-cells.ts";
import { BytesWriter } from "../../src/core/store/bytes-writer.ts";
import { entityPart, erasureKey, metaKey, storeKey } from "../../src/core/store/store-key.ts";
import { encodeRecord, type StoreRecord } from "../../src/core/store/store-record.ts";
import { digestOfValue } from "../../src/model/digest-of-value.ts";
import { absentValue } from "@signalbox/runtime/model/typed-value";
import { homeOf } from "../../src/model/partition-place.ts";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { JournalOutcome, JournalRecord } from "@signalbox/runtime/model/journal-record";
import { savepointFormatVersion, type SavepointRow } from "../../src/model/savepoint-rows.ts";

const anna = { type: "shop/cart", id: "anna \u0000\u0001 käse" };
const stock = { type: "shop/stock", id: "" };
const value = { typename: "n/v", bytes: Uint8Array.from({ length: 200 }, (_, index) => index) };
const sized = { typename: "n/v", sizeBytes: 5, bytes: undefined };
const absent = { typename: "n/v", sizeBytes: 0, bytes: new Uint8Array(0), hasValue: false } as const;
const whole = { ...value, sizeBytes: 200 };
const failure: Failure = { code: "CALL_TIMEOUT", scope: "suspect", message: "late", cure: "wait", retryAfterMs: 0, raw: "raw" };
const bare: Failure = { ...failure, retryAfterMs: undefined, raw: undefined };

const headers = '[["tenant","käse"]]';

function journal(outcome: JournalOutcome): JournalRecord {
  return {
    sequence: 2 ** 40,
    address: anna,
    outcome,
    epoch: 9,
    attempts: 2,
    startedMs: 1_700_000_000_000,
    endedMs: 1_700_000_000_005,
    endpoint: "shop/*",
    messagesTotal: 3,
    messages: [
      { sequence: 1, trace: 1, caller: undefined, target: anna, value: whole, atMs: 4 },
      { sequence: 2, trace: 1, caller: stock, target: anna, value: sized, atMs: 5 },
      { sequence: 3, trace: 3, caller: undefined, target: anna, value: sized, atMs: 5, headers },
      { sequence: 4, trace: 1, caller: stock, target: anna, value: sized, atMs: 5, headers },
    ],
    sent: [
      { sequence: 7, trace: 1, caller: anna, target: stock, value: whole, atMs: 1_700_000_000_005 },
      { sequence: 8, trace: 1, caller: anna, target: stock, value: absent, atMs: 1_700_000_000_005 },
    ],
    delayed: [
      { kind: "send-after", cancellationToken: "t", sequence: 8, dueMs: 99, target: stock, value: whole },
      { kind: "cancel", cancellationToken: "t" },
    ],
    egress: [{ sequence: 10, egress: "shop/out", value: whole }],
    state: [
      { name: "a", before: undefined, after: whole },
      { name: "b", before: sized, after: undefined },
    ],
  };
}

const erased = { typename: "n/v", sizeBytes: 300, bytes: undefined, erasedMs: 1_700_000_000_002 };
const erasedJournal: JournalRecord = {
  ...journal({ kind: "completed" }),
  sequence: 2 ** 41,
  messages: [{ sequence: 1, trace: 1, caller: undefined, target: anna, value: erased, atMs: 4 }],
  state: [{ name: "a", before: undefined, after: erased }],
};

const message = { sequence: 3, origin: 0, trace: 1, caller: undefined, target: anna, value, atMs: 6 };
const modes = ["none", "after-write", "after-invoke"] as const;
const entity = entityPart(anna.type, anna.id);

const storeRecords: readonly (readonly [key: string, record: StoreRecord])[] = [
  [storeKey.state(entity, "count"), { kind: "state", value: { ...value, writtenMs: 1_700_000_000_000, expiresMs: 2 ** 52 - 1 } }],
  [storeKey.message(entity, 3), { kind: "message", message }],
  [storeKey.message(entity, 4), { kind: "message", message: { ...message, caller: stock } }],
  [storeKey.message(entity, 5), { kind: "message", message: { ...message, sequence: 5, value: absentValue("n/v") } }],
  [storeKey.message(entity, 6), { kind: "message", message: { ...message, sequence: 6, headers } }],
  [
    storeKey.delayed(99, 9),
    { kind: "delayed", delayed: { sequence: 9, trace: 1, caller: anna, target: stock, value, dueMs: 99, cancellationToken: "", headers } },
  ],
  [
    storeKey.egressRecord("shop/out", 11),
    { kind: "egress-record", record: { sequence: 11, trace: 1, egress: "shop/out", from: anna, value, atMs: 7, headers } },
  ],
  [
    storeKey.delayed(99, 8),
    { kind: "delayed", delayed: { sequence: 8, trace: 1, caller: anna, target: stock, value, dueMs: 99, cancellationToken: "t" } },
  ],
  [storeKey.token(anna.id, "t"), { kind: "token", dueMs: 99, sequence: 8 }],
  [
    storeKey.egressRecord("shop/out", 10),
    { kind: "egress-record", record: { sequence: 10, trace: 1, egress: "shop/out", from: anna, value, atMs: 7 } },
  ],
  [storeKey.egressDepth("shop/out"), { kind: "egress-depth", waiting: 300 }],
  [storeKey.entity(entity), { kind: "entity", record: { status: "parked", failure, attempts: 3, sinceMs: 8, messages: 300 } }],
  [storeKey.entity(entity), { kind: "entity", record: { status: "paused", failure: bare, attempts: 0, sinceMs: 8, messages: 0 } }],
  [storeKey.entity(entity), { kind: "entity", record: { status: "paused", failure: undefined, attempts: 0, sinceMs: 8, messages: 1 } }],
  [storeKey.waiting("shop/cart"), { kind: "waiting", waiting: 2 ** 40 }],
  [
    storeKey.specs("shop/cart"),
    { kind: "specs", specs: modes.map((mode) => ({ name: mode, typename: "n/v", expiration: { mode, afterMs: 128 } })) },
  ],
  [storeKey.journal(2 ** 40), { kind: "journal", records: [journal({ kind: "completed" }), journal({ kind: "parked", failure })] }],
  [storeKey.journal(2 ** 40), { kind: "journal", records: [journal({ kind: "parked", failure })] }],
  [storeKey.journal(2 ** 40), { kind: "journal", records: [{ ...journal({ kind: "completed" }), codeVersion: "käse-4f2a91c" }] }],
  [storeKey.journal(2 ** 40), { kind: "journal", records: [journal({ kind: "act", act: "edit-state", detail: "count" })] }],
  [storeKey.directory(2 ** 40), { kind: "directory", entries: [2 ** 32 - 1, 0x01020304] }],
  [
    storeKey.segment(2 ** 40),
    {
      kind: "segment",
      blocks: [
        { sequence: 300, named: [] },
        { sequence: 2 ** 40, named: [0, 63] },
      ],
      buckets: [0, 127],
    },
  ],
  [
    storeKey.segment(2 ** 40),
    { kind: "segment", blocks: [{ sequence: 2 ** 40, named: [] }], buckets: Array.from({ length: 128 }, (_, bucket) => bucket) },
  ],
  [
    storeKey.postings(127, 2 ** 40),
    {
      kind: "postings",
      postings: [
        { block: 0, rest: 2 ** 24 - 1 },
        { block: 300, rest: 0x010203 },
      ],
    },
  ],
  [storeKey.history(entity, 2 ** 40), { kind: "mark" }],
  [storeKey.idempotency("key", anna), { kind: "idempotency", messageId: 3, traceId: 1, atMs: 9, digest: digestOfValue(value) }],
  [
    storeKey.idempotency("key", anna),
    { kind: "idempotency", messageId: 3, traceId: 1, atMs: 9, digest: digestOfValue(absentValue("n/v")) },
  ],
  [storeKey.idempotencyAge(9, "key", anna), { kind: "mark" }],
  [storeKey.producer("till"), { kind: "producer", sequence: 2 ** 53 - 1, position: undefined }],
  [storeKey.producer("shop/in 0"), { kind: "producer", sequence: 300, position: "käse/0 @ 41" }],
  [
    storeKey.era(2),
    {
      kind: "era",
      era: {
        number: 2,
        beganMs: 1_700_000_000_000,
        firstSequence: 2 ** 40,
        savepoint: { name: "before", epoch: 9, nextSequence: 300, createdMs: 1_700_000_000_001 },
        types: ["shop/cart", "shop/stock"],
      },
    },
  ],
  [storeKey.journal(2 ** 41), { kind: "journal", records: [erasedJournal] }],
  [
    erasureKey,
    {
      kind: "erasure",
      erasure: {
        id: "e1",
        counts: { states: 1, messages: 2, delayedMessages: 3, egressRecords: 4, journalRecords: 300, keyDigests: 5 },
      },
    },
  ],
  [metaKey, { kind: "meta", meta: { formatVersion: 0, epoch: 9, nextSequence: 11, delayedMessages: 1, journalBytes: 1000 } }],
];

/** These are only in a store of several partitions. */
const recordsOfSeveral: readonly (readonly [key: string, record: StoreRecord])[] = [
  [storeKey.message(entity, 5), { kind: "message", message: { ...message, sequence: 5, origin: 2 ** 40 } }],
  [storeKey.message(entity, 7), { kind: "message", message: { ...message, sequence: 7, origin: 2 ** 40, headers } }],
  [storeKey.outboxEntry(1, 6), { kind: "outbox-entry", entry: { kind: "message", message: { ...message, sequence: 6, caller: stock } } }],
  [
    storeKey.outboxEntry(63, 7),
    { kind: "outbox-entry", entry: { kind: "egress", record: { sequence: 7, trace: 1, egress: "shop/out", from: anna, value, atMs: 7 } } },
  ],
  [storeKey.received(1), { kind: "received", sequence: 2 ** 40 }],
  [
    storeKey.era(2),
    {
      kind: "era",
      era: {
        number: 2,
        beganMs: 5,
        firstSequence: 12,
        savepoint: { name: "monday", epoch: 3, nextSequence: 11, createdMs: 4, partitionEnds: [9, 11] },
        types: ["shop/cart"],
        firstSequencesBefore: [0, 7],
      },
    },
  ],
];

const savepointRows: readonly SavepointRow[] = [
  { kind: "state", type: anna.type, id: anna.id, name: "count", ...value, writtenMs: 5, expiresMs: 9 },
  { kind: "message", ...message, caller: stock },
  { kind: "delayed", sequence: 8, trace: 1, caller: anna, target: stock, value, dueMs: 99, token: "t" },
  { kind: "egress", sequence: 10, trace: 1, egress: "shop/out", from: anna, value, atMs: 7 },
  { kind: "message", ...message, sequence: 11, headers },
  { kind: "delayed", sequence: 12, trace: 1, caller: anna, target: stock, value, dueMs: 99, token: "", headers },
  { kind: "egress", sequence: 13, trace: 1, egress: "shop/out", from: anna, value, atMs: 7, headers },
  { kind: "entity", address: anna, status: "parked", failure: JSON.stringify(failure), attempts: 3, sinceMs: 8 },
  { kind: "entity", address: stock, status: "paused", failure: undefined, attempts: 0, sinceMs: 8, untilMs: 900, pausedBy: "käse" },
  { kind: "spec", type: anna.type, spec: { name: "count", typename: "n/v", expiration: { mode: "after-write", afterMs: 128 } } },
  { kind: "producer", producer: "till", sequence: 2 ** 53 - 1, position: undefined },
  { kind: "producer", producer: "shop/in 0", sequence: 300, position: "käse/0 @ 41" },
  { kind: "idempotency", key: "key", target: anna, messageId: 3, traceId: 1, atMs: 9, digest: 2 ** 53 - 1 },
  { kind: "idempotency", key: "key", target: undefined, messageId: 3, traceId: 1, atMs: 9, digest: undefined },
  { kind: "message", ...message, value: absentValue("n/v"), caller: stock },
];

/** Every kind of record has a line here: a new kind does not compile until it is sampled. */
const sampledKinds: Record<StoreRecord["kind"], true> = {
  state: true,
  message: true,
  delayed: true,
  token: true,
  "egress-record": true,
  "egress-depth": true,
  entity: true,
  specs: true,
  waiting: true,
  journal: true,
  directory: true,
  segment: true,
  postings: true,
  mark: true,
  idempotency: true,
  producer: true,
  "outbox-entry": true,
  received: true,
  era: true,
  erasure: true,
  meta: true,
};

export function sampledAndKnownKinds(): { sampled: string[]; known: string[] } {
  const records = [...storeRecords, ...recordsOfSeveral];
  return { sampled: [...new Set(records.map(([, { kind }]) => kind))].toSorted(), known: Object.keys(sampledKinds).toSorted() };
}

export function storeFormatHash(): string {
  return hashOf(storeRecords);
}

/** It contains the homes of some ids, because they decide in which store an entity is looked for. */
export function storeFormatOfSeveralHash(): string {
  const homes = ["", "anna", "berta", "user-1", "user-2", "ä😀"].map((id) => [2, 3, 4, 16].map((count) => homeOf(id, count)));
  return `${hashOf(recordsOfSeveral)} ${homes.map((row) => row.join(",")).join(" ")}`;
}

function hashOf(records: readonly (readonly [key: string, record: StoreRecord])[]): string {
  const writer = new BytesWriter();
  const hash = createHash("sha256");
  for (const [key, record] of records) hash.update(`${key}\n${Buffer.from(encodeRecord(writer, record)).toString("hex")}\n`);
  return hash.digest("hex");
}

export function savepointFormatHash(): string {
  const header = {
    formatVersion: savepointFormatVersion,
    epoch: 9,
    nextSequence: 11,
    createdMs: 5,
    engineVersion: "x",
    partitionEnds: [9, 11],
  };
  const cells = [headerCells(header), ...savepointRows.map(toCells)];
  const text = JSON.stringify([createTableStatements(), cells], (_key, cell: unknown) =>
    cell instanceof Uint8Array ? Buffer.from(cell).toString("hex") : typeof cell === "bigint" ? String(cell) : cell,
  );
  return createHash("sha256").update(text).digest("hex");
}
