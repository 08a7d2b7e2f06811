/**
 * JournalCarry: brings the journal of the partitions that a restore replaces into the stores that take their place, with a row for the era
 * that begins, so that the past stays readable. Everything is in the new stores before they are adopted, so a crash leaves either the old
 * journal or the whole new one. With the same number of partitions rows are copied as they are. With another number each record goes to the
 * home of its entity, in new blocks. Neighbours: store-filler.ts (the savepoint's rows), model/era.ts, housekeeper.ts (trims what was
 * carried like all else).
 */
import { BytesWriter } from "../../core/store/bytes-writer.ts";
import { coverageMark } from "../../core/coverage-mark.ts";
import { entityPart, storeKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord, encodeRecord } from "../../core/store/store-record.ts";
import { erasKeptMax, type Era } from "@signalbox/runtime/model/era";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { homeOf } from "../../model/partition-place.ts";
import type { Partition, PartitionSnapshot } from "../../partition.ts";
import type { Store, StoreReader } from "../../ports/store.ts";
import { StoreTarget } from "./store-target.ts";

export interface CarriedJournal {
  /** Bytes of the journal in each new store, in the order of the stores. */
  readonly bytes: readonly number[];
  /** The same as in Era. */
  readonly firstSequencesBefore: readonly number[] | undefined;
}

/** The old partitions must be at rest, so that what they hold does not change any more. */
export async function carryJournal(old: readonly Partition[], stores: readonly Store[]): Promise<CarriedJournal> {
  const targets = stores.map((store) => new StoreTarget(store));
  const firstSequences: number[] = [];
  for (const [index, partition] of old.entries()) {
    const snapshot = await partition.snapshot();
    try {
      const own = old.length === targets.length ? targets[index] : undefined;
      if (own === undefined) firstSequences.push(await carryByRecord(snapshot, targets));
      else await carryAsItIs(snapshot, own);
    } finally {
      await snapshot.close();
    }
  }
  for (const target of targets) await target.flush();
  const firstSequencesBefore = firstSequences.length === 0 ? undefined : firstSequences;
  return { bytes: targets.map((target) => target.journalBytes), firstSequencesBefore };
}

/** Writes the eras into every store, so that each can be read alone. */
export async function writeEras(stores: readonly Store[], eras: readonly Era[]): Promise<void> {
  const writer = new BytesWriter();
  const rows = eras
    .slice(-erasKeptMax)
    .map((era) => ({ key: storeKey.era(era.number), value: encodeRecord(writer, { kind: "era", era }) }));
  if (rows.length > 0) for (const store of stores) await store.writeSynced(rows);
}

export async function readEras(store: StoreReader): Promise<Era[]> {
  const eras: Era[] = [];
  for await (const [, bytes] of store.scan(tableRange("a"))) eras.push(decodeRecord.era(bytes));
  return eras;
}

async function carryAsItIs(snapshot: PartitionSnapshot, target: StoreTarget): Promise<void> {
  for await (const [key, value] of snapshot.scan("j")) {
    coverageMark("journal-carried-over-a-restore");
    await target.putBlock(key, value);
  }
  for (const table of ["d", "l", "q", "h"] as const) for await (const [key, value] of snapshot.scan(table)) await target.put(key, value);
}

/** Returns the first sequence of the journal; 0 when it has none. */
async function carryByRecord(snapshot: PartitionSnapshot, targets: readonly StoreTarget[]): Promise<number> {
  let first = 0;
  for await (const [, bytes] of snapshot.scan("j")) {
    coverageMark("journal-carried-to-other-homes");
    const records = decodeRecord.journal(bytes);
    if (first === 0) first = records[0]?.sequence ?? 0;
    const byHome = Map.groupBy(records, ({ address }) => homeOf(address.id, targets.length));
    for (const [home, own] of byHome) {
      const target = targets[home];
      if (target !== undefined) await putRecords(target, own);
    }
  }
  return first;
}

/** Writes a block with a row in the history of each of its entities, also of those that only a directory named before. */
async function putRecords(target: StoreTarget, records: readonly JournalRecord[]): Promise<void> {
  const first = records[0]?.sequence;
  if (first === undefined) return;
  await target.putBlock(storeKey.journal(first), encodeRecord(target.writer, { kind: "journal", records }));
  const entities = new Set(records.map(({ address }) => entityPart(address.type, address.id)));
  for (const entity of entities) await target.put(storeKey.history(entity, first), encodeRecord(target.writer, { kind: "mark" }));
}
