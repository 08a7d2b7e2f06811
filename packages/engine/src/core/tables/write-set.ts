/**
 * WriteSet: what the open epoch will write, a map from store key to record or tombstone. A key written twice is stored once;
 * a unique key (message, delayed message, egress record) born and consumed inside one epoch never touches the disk.
 */
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { StoreRecord } from "../store/store-record.ts";

/** Journal records of one epoch that share a row (journal-block.ts). */
export interface JournalBlock {
  readonly sequence: number;
  readonly records: JournalRecord[];
  /**
   * The key parts of the entities that it tells of, in order. True: the entity gets a row in its history, even if the block has a
   * directory.
   */
  readonly entities: Map<string, boolean>;
  bytes: number;
}

export class WriteSet {
  readonly records = new Map<string, StoreRecord | undefined>();
  /** Approximate payload bytes, for epochBytesMax. */
  bytes = 0;
  /** The last block takes the next journal records of this epoch. */
  readonly journalBlocks: JournalBlock[] = [];

  put(key: string, record: StoreRecord, sizeBytes: number): void {
    this.records.set(key, record);
    this.bytes += sizeBytes + key.length;
  }

  remove(key: string): void {
    this.records.set(key, undefined);
    this.bytes += key.length;
  }

  /** Forgets a key that was first written in this epoch, so that nothing of it is on disk. */
  forget(key: string): void {
    this.records.delete(key);
    // An empty epoch is never sealed, so the bytes that it counted must not hold back later writes.
    if (this.records.size === 0) this.bytes = 0;
  }

  get size(): number {
    return this.records.size;
  }
}
