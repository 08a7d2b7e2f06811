/**
 * Store: an ordered key-value store with atomic synced batches, synchronous point reads, point reads that do not block, range scans and
 * snapshots. Keys are text ordered by UTF-8 bytes (core/store/store-key.ts makes them); values are bytes. Legal faults: a write fails (with
 * nothing applied, or with the whole batch applied), write is slow, a crash loses every batch whose promise had not resolved (or keeps it
 * whole), reads throw. Never: half a batch.
 */
import type { StoredReads } from "./stored-reads.ts";

export interface StoreWrite {
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: Uint8Array | undefined;
  /**
   * Says that no row of this key was ever written before, so that a row that is removed soon needs to leave no trace. It must never be
   * wrong; it may be left out.
   */
  readonly fresh?: boolean;
}

export interface ScanRange {
  readonly gte?: string;
  readonly gt?: string;
  readonly lt: string;
  readonly limit?: number;
  readonly reverse?: boolean;
  /** Says that the reader mostly needs a row or two, so that little is read ahead at first, and more once the scan goes on. */
  readonly few?: boolean;
}

export type StoreEntry = readonly [key: string, value: Uint8Array];

export interface StoreReader {
  get(key: string): Uint8Array | undefined;
  /** The scan opens nothing before its first entry is asked for. */
  scan(range: ScanRange): AsyncIterable<StoreEntry>;
  scanKeys(range: ScanRange): AsyncIterable<string>;
}

export interface StoreSnapshot extends StoreReader {
  close(): Promise<void>;
}

export interface Store extends StoreReader {
  /** Absent when only the thread that writes the store reads it. */
  readonly reads?: StoredReads | undefined;
  /** The values in the order of the keys. Each is as it was at some moment between the call and the answer, but not all at the same one. */
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** Applies all or nothing; resolves once it is synced to disk. */
  writeSynced(writes: readonly StoreWrite[]): Promise<void>;
  snapshot(): StoreSnapshot;
  /** Approximate bytes on disk. */
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}
