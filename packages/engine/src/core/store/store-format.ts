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
/** One of several partitions, with an outbox for each other one and messages that came from one. 3: as 2. 5: as 4. 7: as 6. 9: as 8. 11: as 10. 13: as 12. 15: as 14. 17: as 16. 19: as 18. 21: as 20. 23: as 22. 25: as 24. */
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
