/**
 * SavepointCut: the entries of a consistent savepoint over all partitions. The snapshots are taken while no partition receives, so
 * everything that one has received is shown as sent by its sender. A message on its way between partitions is in the file once, in the
 * mailbox that it was going to.
 */
import { BytesWriter } from "../../core/store/bytes-writer.ts";
import { savepointKeyTables } from "../../core/store/savepoint-entry.ts";
import { entityPart, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord, encodeRecord } from "../../core/store/store-record.ts";
import { entrySequence, type OutboxEntry } from "../../model/outbox-entry.ts";
import type { Partition, PartitionSnapshot } from "../../partition.ts";
import type { StoreEntry } from "../../ports/store.ts";
import { mergeScans } from "./merged-scans.ts";

export interface SavepointCut {
  readonly epoch: number;
  readonly nextSequence: number;
  /** For each partition its end: the sequence from which on nothing of it is in the savepoint. */
  readonly journalFrom: readonly number[];
  /** The rows of their entries are made by core/store/savepoint-entry.ts. */
  scans(): AsyncIterable<StoreEntry>[];
  close(): Promise<void>;
}

export async function takeCut(partitions: readonly Partition[]): Promise<SavepointCut> {
  await Promise.all(partitions.map((partition) => partition.flushed()));
  const snapshots = await takeSnapshots(partitions);
  const close = async (): Promise<void> => {
    for (const snapshot of snapshots) await snapshot.close();
  };
  try {
    const first = snapshots.reduce((most, { nextSequence }) => Math.max(most, nextSequence), 1);
    let next = first;
    for await (const _ of entriesOnTheWay(snapshots)) next++;
    const epoch = snapshots.reduce((most, snapshot) => Math.max(most, snapshot.epoch), 0);
    const journalFrom = snapshots.map(({ nextSequence }) => nextSequence);
    return { epoch, nextSequence: next, journalFrom, scans: () => scansOfAll(snapshots, first), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function takeSnapshots(partitions: readonly Partition[]): Promise<PartitionSnapshot[]> {
  try {
    await Promise.all(partitions.map((partition) => partition.hold()));
    return await Promise.all(partitions.map((partition) => partition.snapshot()));
  } finally {
    for (const partition of partitions) partition.release();
  }
}

/** Scans of the tables. Those of one partition are taken as they are; those of several are merged, each table in the order of its keys. */
function scansOfAll(snapshots: readonly PartitionSnapshot[], firstSequence: number): AsyncIterable<StoreEntry>[] {
  const [only] = snapshots;
  if (only !== undefined && snapshots.length === 1) return savepointKeyTables.map((table) => only.scan(table));
  const tables = savepointKeyTables.map((table) => {
    const merged = mergeScans(snapshots.map((snapshot) => snapshot.scan(table)));
    return table === "f" ? specsOnce(merged) : table === "i" ? keysOnce(merged) : merged;
  });
  return [...tables, arrivedEntries(snapshots, firstSequence)];
}

/** Several partitions may have the specs of the same function type; each spec is written once. */
async function* specsOnce(scan: AsyncIterable<StoreEntry>): AsyncGenerator<StoreEntry> {
  const writer = new BytesWriter();
  const known = new Set<string>();
  for await (const [key, bytes] of scan) {
    const specs = decodeRecord.specs(bytes).filter(({ name }) => !known.has(JSON.stringify([key, name])));
    for (const { name } of specs) known.add(JSON.stringify([key, name]));
    yield [key, encodeRecord(writer, { kind: "specs", specs })];
  }
}

/** Idempotency keys without a target are in every partition after a restore; each is written once. */
async function* keysOnce(scan: AsyncIterable<StoreEntry>): AsyncGenerator<StoreEntry> {
  let last = "";
  for await (const entry of scan) {
    if (entry[0] !== last) yield entry;
    [last] = entry;
  }
}

async function* arrivedEntries(snapshots: readonly PartitionSnapshot[], firstSequence: number): AsyncGenerator<StoreEntry> {
  const writer = new BytesWriter();
  let sequence = firstSequence;
  for await (const entry of entriesOnTheWay(snapshots)) yield arrived(writer, entry, sequence++);
}

/** Outbox entries that were sent and not received, in the order of each link. */
async function* entriesOnTheWay(snapshots: readonly PartitionSnapshot[]): AsyncGenerator<OutboxEntry> {
  if (snapshots.length === 1) return;
  for (const [from, snapshot] of snapshots.entries()) {
    for await (const { to, entry } of snapshot.outboxEntries()) {
      if (entrySequence(entry) > (snapshots[to]?.received.get(from) ?? 0)) yield entry;
    }
  }
}

/** The entry as a row of its target, with a sequence after everything that the target has already. */
function arrived(writer: BytesWriter, entry: OutboxEntry, sequence: number): StoreEntry {
  if (entry.kind === "egress") {
    const record = { ...entry.record, sequence };
    return [storeKey.egressRecord(record.egress, sequence), encodeRecord(writer, { kind: "egress-record", record })];
  }
  const message = { ...entry.message, sequence };
  const { target } = message;
  return [storeKey.message(entityPart(target.type, target.id), sequence), encodeRecord(writer, { kind: "message", message })];
}
