/**
 * JournalStream: the records of one partition in rising order from a place on, for readers that follow the journal record by record.
 * Neighbours: journal-reader.ts reads the blocks, engine-reads.ts asks every partition. Guarantee: later records of a partition have higher
 * sequences, so nothing before `next` is missed.
 */
import type { JournalPlaces, JournalStream } from "@signalbox/runtime";
import { decodeSequence, splitKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { Store, StoreReader } from "../../ports/store.ts";
import { recordsFrom } from "./journal-reader.ts";

interface StreamQuery {
  readonly from: JournalPlaces;
  readonly limit: number;
  readonly partition: number;
}

/** An epoch is written at once, so what a read finds ends where an epoch ends, or at the limit. */
export async function readStream(store: Store, { from, limit, partition }: StreamQuery): Promise<JournalStream> {
  const snapshot = store.snapshot();
  try {
    const place = from === "end" ? await endOf(snapshot) : (from[partition] ?? 0);
    const records: JournalRecord[] = [];
    if (from !== "end") {
      for await (const record of recordsFrom(snapshot, place)) {
        records.push(record);
        if (records.length >= limit) break;
      }
    }
    const last = records.at(-1);
    return { partition, records, next: last === undefined ? place : last.sequence + 1, oldest: await oldestOf(snapshot) };
  } finally {
    await snapshot.close();
  }
}

async function endOf(store: StoreReader): Promise<number> {
  for await (const [, bytes] of store.scan({ ...tableRange("j"), limit: 1, reverse: true }))
    return (decodeRecord.journal(bytes).at(-1)?.sequence ?? 0) + 1;
  return 0;
}

async function oldestOf(store: StoreReader): Promise<number | undefined> {
  for await (const key of store.scanKeys({ ...tableRange("j"), limit: 1 })) return decodeSequence(splitKey(key)[1] ?? "");
  return undefined;
}
