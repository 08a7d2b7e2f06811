/**
 * JournalReader: the records of the journal one by one, out of the blocks that the store keeps (core/journal/journal.ts).
 * Neighbour: journal-queries.ts makes pages and traces of them. Blocks and the records in them rise by sequence.
 */
import { mayTellOf } from "../core/journal/journal-block.ts";
import { decodeSequence, encodeSequence, entityPart, partsRange, splitKey, storeKey, tableRange } from "../core/store/store-key.ts";
import { decodeRecord } from "../core/store/store-record.ts";
import type { Address } from "../model/address.ts";
import type { JournalRecord } from "../model/journal-record.ts";
import type { Store } from "../ports/store.ts";

/** Upward, from a sequence on. */
export async function* recordsFrom(store: Store, sequence: number): AsyncGenerator<JournalRecord> {
  // The block that holds it may begin below it.
  let gte = storeKey.journal(sequence);
  for await (const key of store.scanKeys({ gte: tableRange("j").gte, lt: storeKey.journal(sequence + 1), limit: 1, reverse: true }))
    gte = key;
  for await (const [, bytes] of store.scan({ gte, lt: tableRange("j").lt })) {
    for (const record of decodeRecord.journal(bytes)) if (record.sequence >= sequence) yield record;
  }
}

/** Downward, below a sequence; undefined: from the newest. */
export async function* recordsBefore(store: Store, sequence: number | undefined): AsyncGenerator<JournalRecord> {
  const { gte, lt } = tableRange("j");
  for await (const [, bytes] of store.scan({ gte, lt: sequence === undefined ? lt : storeKey.journal(sequence), reverse: true })) {
    for (const record of decodeRecord.journal(bytes).toReversed()) if (sequence === undefined || record.sequence < sequence) yield record;
  }
}

/** Downward, those of one entity. */
export async function* historyBefore(store: Store, address: Address, sequence: number | undefined): AsyncGenerator<JournalRecord> {
  for await (const block of blocksBefore(store, address, sequence)) {
    // Trimmed meanwhile: gone.
    const bytes = store.get(storeKey.journal(block));
    for (const record of bytes === undefined ? [] : decodeRecord.journal(bytes).toReversed()) {
      const isOther = record.address.id !== address.id || record.address.type !== address.type;
      if (!isOther && (sequence === undefined || record.sequence < sequence)) yield record;
    }
  }
}

/** Downward, each once: blocks with a row in the entity's history, and those whose directory may have it. */
async function* blocksBefore(store: Store, address: Address, sequence: number | undefined): AsyncGenerator<number> {
  const rows = historyRowsBefore(store, address, sequence);
  const directories = directoriesBefore(store, address, sequence);
  try {
    let row = await rows.next();
    let directory = await directories.next();
    while (row.done !== true || directory.done !== true) {
      const block = Math.max(row.done === true ? -1 : row.value, directory.done === true ? -1 : directory.value);
      yield block;
      if (row.value === block) row = await rows.next();
      if (directory.value === block) directory = await directories.next();
    }
  } finally {
    await rows.return(undefined);
    await directories.return(undefined);
  }
}

async function* historyRowsBefore(store: Store, { type, id }: Address, sequence: number | undefined): AsyncGenerator<number, undefined> {
  const range = partsRange("h", type, id);
  const lt = sequence === undefined ? range.lt : `${range.gte}${encodeSequence(sequence)}`;
  for await (const key of store.scanKeys({ gte: range.gte, lt, reverse: true })) yield decodeSequence(splitKey(key)[3] ?? "");
  return undefined;
}

async function* directoriesBefore(store: Store, { type, id }: Address, sequence: number | undefined): AsyncGenerator<number, undefined> {
  const { gte, lt } = tableRange("d");
  const keyPart = entityPart(type, id);
  for await (const [key, bytes] of store.scan({ gte, lt: sequence === undefined ? lt : storeKey.directory(sequence), reverse: true })) {
    if (mayTellOf(decodeRecord.directory(bytes), keyPart)) yield decodeSequence(splitKey(key)[1] ?? "");
  }
  return undefined;
}
