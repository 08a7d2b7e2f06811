/**
 * StoreFormat: the versions of a store's bytes, what each brought, and which one a store is written in. The records themselves are in
 * store-record.ts; a store of an older version that lacks something gets it when it is opened (runtime/processor/mailbox-sums.ts).
 */

/**
 * Stores of all these versions open; what is written next makes them the newest of their kind.
 * 2: a journal row holds the records of several invocations, one after the other. A row of version 1 held one and reads the same.
 * 4: a journal row may have a directory instead of rows in the histories of its entities; before, it never had.
 * 6: a journal row is a block that says names once and numbers by their distance (journal-codec.ts); a message's target is in its key only.
 * 8: rows of eras, and a journal that may begin before the restore that filled the store.
 * 10: an idempotency key stands with its target and a digest of the value; a value may be absent.
 * 12: a producer may have a position, a text, behind its sequence.
 * 14: headers may stand at the end of a message, a delayed message and an egress record, and behind a message in the journal.
 * 16: rows with what waits for each type, and in the row of a paused or parked entity what waits for it. Older stores have no such sums: they
 *   are made when the store is opened (runtime/processor/mailbox-sums.ts).
 * 18: segments in place of the directories of many blocks (journal/journal-segment.ts). Those of older stores become segments by and by.
 * 20: values in the journal may be erased, and a row says which erasure came last (runtime/erasure/erasing.ts).
 * 22: the newest epochs stand in a log beside the rows (adapters/epoch-log/). A version that knows no log must not open what lies under it.
 * 24: a record of the journal may name the version of the code that answered, and an era with what the journals before it began.
 */
export const storeFormatVersion = 24;
/**
 * A store of several partitions has an outbox for each other one and the messages that came from it. Its formats add only this to the
 * format before: 3 to 2, 5 to 4, 7 to 6, 9 to 8, 11 to 10, 13 to 12, 15 to 14, 17 to 16, 19 to 18, 21 to 20, 23 to 22, 25 to 24.
 */
export const storeFormatVersionOfSeveral = 25;
/** Versions below have no sums of what waits. */
export const storeFormatVersionWithSums = 16;
export const storeFormatVersionOldest = 1;

export function storeFormatOf(partitions: number): number {
  return partitions === 1 ? storeFormatVersion : storeFormatVersionOfSeveral;
}

/** The version that a store of the given version is written in from now on. */
export function storeFormatAfter(version: number): number {
  return version > 1 && version % 2 === 1 ? storeFormatVersionOfSeveral : storeFormatVersion;
}

/** The version of a store that is filled row by row: its sums are made when it is opened. */
export function storeFormatWithoutSums(partitions: number): number {
  return partitions === 1 ? 14 : 15;
}
