/**
 * JournalOracle: a restore keeps the past readable. The stores that are about to be put in force have every journal record of the stores
 * that they replace, also in the history of its entity, and one era more. Nothing in them has a sequence that will be given again (G2, G4).
 */
import { metaKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { homeOf } from "../../model/partition-place.ts";
import type { Store } from "../../ports/store.ts";
import { readEras } from "../../runtime/savepoints/journal-carry.ts";
import { historyBefore } from "../../runtime/reads/journal-reader.ts";
import { must } from "../sim/trace.ts";

export async function checkJournalCarried(before: readonly Store[], next: readonly Store[]): Promise<void> {
  const kept = new Map<number, number>();
  for (const [place, store] of next.entries()) for (const record of await recordsOf(store)) kept.set(record.sequence, place);
  for (const store of before) {
    for (const record of await recordsOf(store)) await checkRecord(record, { place: kept.get(record.sequence), next });
  }
  const eras = (await Promise.all(before.map(readEras))).reduce((most, { length }) => Math.max(most, length), 0);
  for (const store of next) {
    const known = await readEras(store);
    must(known.length === eras + 1, () => `after the restore the store knows ${known.length} eras, before it ${eras}`);
    const metaBytes = store.get(metaKey);
    const nextSequence = metaBytes === undefined ? 0 : decodeRecord.meta(metaBytes).nextSequence;
    for (const sequence of kept.keys())
      must(sequence < nextSequence, () => `journal record ${sequence} is of an earlier era, and the next sequence is ${nextSequence}`);
  }
}

async function recordsOf(store: Store): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const [, bytes] of store.scan(tableRange("j"))) records.push(...decodeRecord.journal(bytes));
  return records;
}

async function checkRecord(record: JournalRecord, { place, next }: { place: number | undefined; next: readonly Store[] }): Promise<void> {
  const name = formatAddress(record.address);
  must(place !== undefined, () => `journal record ${record.sequence} of ${name} is lost by the restore`);
  const home = homeOf(record.address.id, next.length);
  must(place === home, () => `journal record ${record.sequence} of ${name} is carried into partition ${place}, its home is ${home}`);
  const store = next[home];
  if (store === undefined) return;
  for await (const found of historyBefore(store, record.address, record.sequence + 1)) {
    if (found.sequence === record.sequence) return;
    break;
  }
  must(false, () => `journal record ${record.sequence} is missing in the history of ${name} after the restore`);
}
