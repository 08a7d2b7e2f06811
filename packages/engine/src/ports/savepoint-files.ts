/**
 * SavepointFiles: writes and reads savepoint files. A written file is whole or absent; a read one was checked in full before its first row.
 * Legal faults: disk full (rejects, nothing left behind), unreadable files (EngineError SAVEPOINT_UNREADABLE).
 */
import type { SavepointHeader, SavepointRow } from "../model/savepoint-rows.ts";
import type { StoreEntry } from "./store.ts";

export interface SavepointFileCounts {
  readonly path: string;
  readonly epoch: number;
  readonly entities: number;
  readonly messages: number;
  readonly delayedMessages: number;
  readonly egressRecords: number;
  readonly sizeBytes: number;
  readonly checksum: string;
}

export interface SavepointFileRequest {
  readonly path: string;
  readonly header: Omit<SavepointHeader, "formatVersion">;
  /**
   * The store's entries as they are (core/store/savepoint-entry.ts says what rows they are), read one scan after the other. Rows of a table in
   * any order; in the order of their keys they are written four times faster.
   */
  readonly scans: readonly AsyncIterable<StoreEntry>[];
  readonly onProgress?: ((progress: { readonly rows: number; readonly phase: "writing" | "syncing" }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SavepointCheck {
  readonly expectedChecksum?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenedSavepoint {
  readonly header: SavepointHeader;
  readonly rows: Iterable<SavepointRow>;
  close(): void;
}

export interface SavepointFiles {
  write(request: SavepointFileRequest): Promise<SavepointFileCounts>;
  read(path: string, options: { readonly expectedChecksum?: string | undefined }): Promise<OpenedSavepoint>;
  /** All that read() does before its first row. */
  check(path: string, options: SavepointCheck): Promise<SavepointFileCounts>;
}
