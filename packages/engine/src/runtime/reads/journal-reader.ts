/**
 * JournalReader: the records of the journal one by one, out of the blocks that the store keeps (core/journal/journal.ts).
 * Neighbour: journal-queries.ts makes pages and traces of them. Blocks and the records in them rise by sequence.
 */
import { hashOfKeyPart, mayTellOf } from "../../core/journal/journal-block.ts";
import { placeInSegments } from "../../core/journal/journal-segment.ts";
import { placesIn } from "../../core/journal/segment-codec.ts";
import { decodeSequence, encodeSequence, entityPart, partsRange, splitKey, storeKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { RecordsQuery } from "@signalbox/runtime/model/queries";
import type { StoreReader } from "../../ports/store.ts";

export function recordsIn(store: StoreReader, query: RecordsQuery): AsyncGenerator<JournalRecord> {
  return query.kind === "from" ? recordsFrom(store, query.sequence) : recordsBefore(store, query.sequence);
}

/** Records in rising order, from a sequence on. */
export async function* recordsFrom(store: StoreReader, sequence: number): AsyncGenerator<JournalRecord> {
  // The block that holds the sequence may begin below it.
  let gte = storeKey.journal(sequence);
  for await (const key of store.scanKeys({ gte: tableRange("j").gte, lt: storeKey.journal(sequence + 1), limit: 1, reverse: true }))
    gte = key;
  for await (const [, bytes] of store.scan({ gte, lt: tableRange("j").lt, few: true })) {
    for (const record of decodeRecord.journal(bytes)) if (record.sequence >= sequence) yield record;
  }
}

/** Records in falling order, below a sequence; undefined: from the newest. */
export async function* recordsBefore(store: StoreReader, sequence: number | undefined): AsyncGenerator<JournalRecord> {
  const { gte, lt } = tableRange("j");
  for await (const [, bytes] of store.scan({
    gte,
    lt: sequence === undefined ? lt : storeKey.journal(sequence),
    reverse: true,
    few: true,
  })) {
    for (const record of decodeRecord.journal(bytes).toReversed()) if (sequence === undefined || record.sequence < sequence) yield record;
  }
}

/** Records of one entity in falling order. */
export async function* historyBefore(store: StoreReader, address: Address, sequence: number | undefined): AsyncGenerator<JournalRecord> {
  for await (const block of blocksBefore(store, address, sequence)) {
    // The block may have been trimmed since.
    const bytes = store.get(storeKey.journal(block));
    for (const record of bytes === undefined ? [] : decodeRecord.journal(bytes).toReversed()) {
      const isOther = record.address.id !== address.id || record.address.type !== address.type;
      if (!isOther && (sequence === undefined || record.sequence < sequence)) yield record;
    }
  }
}

/** Records of one entity in rising order, from a sequence on. */
export async function* historyFrom(store: StoreReader, address: Address, sequence: number): AsyncGenerator<JournalRecord> {
  for await (const block of blocksFrom(store, address, sequence)) {
    const bytes = store.get(storeKey.journal(block));
    for (const record of bytes === undefined ? [] : decodeRecord.journal(bytes)) {
      const isOther = record.address.id !== address.id || record.address.type !== address.type;
      if (!isOther && record.sequence >= sequence) yield record;
    }
  }
}

/**
 * The last record that had ended by `atMs`, over all entities of the store. Times of records rise with their sequences, except where the
 * clock stepped.
 */
export async function lastRecordBy(store: StoreReader, atMs: number): Promise<JournalRecord | undefined> {
  let low = 0;
  let high = 0;
  for await (const key of store.scanKeys({ ...tableRange("j"), limit: 1, reverse: true })) high = decodeSequence(splitKey(key)[1] ?? "");
  // Binary search for the last block whose first record had ended by then.
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    const [first] = await blockAtOrBelow(store, middle);
    if (first === undefined || first.endedMs <= atMs) low = middle;
    else high = middle - 1;
  }
  return (await blockAtOrBelow(store, low)).findLast((record) => record.endedMs <= atMs);
}

/** Over all entities of the store. */
export async function recordAtOrBelow(store: StoreReader, sequence: number): Promise<JournalRecord | undefined> {
  return (await blockAtOrBelow(store, sequence)).findLast((record) => record.sequence <= sequence);
}

async function blockAtOrBelow(store: StoreReader, sequence: number): Promise<readonly JournalRecord[]> {
  const range = { gte: tableRange("j").gte, lt: storeKey.journal(sequence + 1), limit: 1, reverse: true };
  for await (const [, bytes] of store.scan(range)) return decodeRecord.journal(bytes);
  return [];
}

/** Blocks in rising order, each once; the block that holds the sequence may begin below it. */
async function* blocksFrom(store: StoreReader, address: Address, sequence: number): AsyncGenerator<number> {
  let from = sequence;
  for await (const key of store.scanKeys({ gte: tableRange("j").gte, lt: storeKey.journal(sequence + 1), limit: 1, reverse: true }))
    from = decodeSequence(splitKey(key)[1] ?? "");
  const rows = historyRows(store, address, { from });
  yield* mergedOnce(rows, inDirectoriesFrom(store, address, from), (left, right) => left < right);
}

/** Blocks in falling order, each once: those with a row in the entity's history, and those whose directory may name it. */
async function* blocksBefore(store: StoreReader, address: Address, sequence: number | undefined): AsyncGenerator<number> {
  const rows = historyRows(store, address, { before: sequence });
  yield* mergedOnce(rows, inDirectoriesBefore(store, address, sequence), (left, right) => left > right);
}

/** Blocks whose directory may name the entity: first those in segments, because directories that are in no segment yet are newer. */
async function* inDirectoriesFrom(store: StoreReader, address: Address, from: number): AsyncGenerator<number, undefined> {
  yield* segmentsOf(store, address, { from });
  yield* directoriesOf(store, address, { from });
  return undefined;
}

async function* inDirectoriesBefore(store: StoreReader, address: Address, before: number | undefined): AsyncGenerator<number, undefined> {
  yield* directoriesOf(store, address, { before });
  yield* segmentsOf(store, address, { before });
  return undefined;
}

async function* mergedOnce(
  left: AsyncGenerator<number, undefined>,
  right: AsyncGenerator<number, undefined>,
  isFirst: (left: number, right: number) => boolean,
): AsyncGenerator<number> {
  try {
    let one = await left.next();
    let other = await right.next();
    while (one.value !== undefined || other.value !== undefined) {
      const block = one.value === undefined || (other.value !== undefined && isFirst(other.value, one.value)) ? other.value : one.value;
      if (block === undefined) return;
      yield block;
      if (one.value === block) one = await left.next();
      if (other.value === block) other = await right.next();
    }
  } finally {
    await left.return(undefined);
    await right.return(undefined);
  }
}

/** Rising order from a block on, or falling order below a sequence (undefined: from the newest). */
type Way = { readonly from: number } | { readonly before: number | undefined };

async function* historyRows(store: StoreReader, { type, id }: Address, way: Way): AsyncGenerator<number, undefined> {
  const range = partsRange("h", type, id);
  const bounds =
    "from" in way
      ? { gte: `${range.gte}${encodeSequence(way.from)}`, lt: range.lt }
      : { gte: range.gte, lt: way.before === undefined ? range.lt : `${range.gte}${encodeSequence(way.before)}`, reverse: true };
  for await (const key of store.scanKeys(bounds)) yield decodeSequence(splitKey(key)[3] ?? "");
  return undefined;
}

/** Reads one row per segment, and the segment itself where the entity may be in it. */
async function* segmentsOf(store: StoreReader, { type, id }: Address, way: Way): AsyncGenerator<number, undefined> {
  const { bucket, rest } = placeInSegments(entityPart(type, id));
  const all = partsRange("q", encodeSequence(bucket));
  const upward = "from" in way;
  const bounds = upward
    ? { gte: storeKey.postings(bucket, way.from), lt: all.lt }
    : { gte: all.gte, lt: await endOfSegments(store, { bucket, before: way.before, end: all.lt }), reverse: true };
  for await (const [key, bytes] of store.scan(bounds)) {
    const places = placesIn(bytes, rest);
    const row = places.length === 0 ? undefined : store.get(storeKey.segment(decodeSequence(splitKey(key)[2] ?? "")));
    if (row === undefined) continue;
    const { blocks } = decodeRecord.segment(row);
    for (const place of upward ? places : places.toReversed()) {
      const block = blocks[place]?.sequence;
      if (block !== undefined && (upward ? block >= way.from : way.before === undefined || block < way.before)) yield block;
    }
  }
  return undefined;
}

/** A segment is named by its last block, so the one that holds a sequence has a name at or above it. */
async function endOfSegments(
  store: StoreReader,
  { bucket, before, end }: { readonly bucket: number; readonly before: number | undefined; readonly end: string },
): Promise<string> {
  if (before === undefined) return end;
  for await (const key of store.scanKeys({ gte: storeKey.segment(before), lt: tableRange("l").lt, limit: 1 }))
    return storeKey.postings(bucket, decodeSequence(splitKey(key)[1] ?? "") + 1);
  return end;
}

async function* directoriesOf(store: StoreReader, { type, id }: Address, way: Way): AsyncGenerator<number, undefined> {
  const { gte, lt } = tableRange("d");
  const hash = hashOfKeyPart(entityPart(type, id));
  const bounds =
    "from" in way
      ? { gte: storeKey.directory(way.from), lt }
      : { gte, lt: way.before === undefined ? lt : storeKey.directory(way.before), reverse: true };
  for await (const [key, bytes] of store.scan(bounds)) {
    if (mayTellOf(bytes, hash)) yield decodeSequence(splitKey(key)[1] ?? "");
  }
  return undefined;
}
