/**
 * SavepointFiles: writes and reads savepoint files. A written file is whole or absent, also the copy that an erasure makes. A file that is
 * read was checked in full before its first row. Legal faults: disk full (rejects, nothing left behind), unreadable files (EngineError
 * SAVEPOINT_UNREADABLE).
 */
import type { ErasureCounts, SavepointErasureRequest } from "@signalbox/runtime/model/erasure";
import type { PauseEnd } from "@signalbox/runtime/model/pause-end";
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
   * The raw entries of the store (core/store/savepoint-entry.ts makes rows of them), read one scan after the other. Rows of a table may
   * come in any order; the file is written four times faster when they come in the order of their keys.
   */
  readonly scans: readonly AsyncIterable<StoreEntry>[];
  /** Ends for the rows of paused entities; asked once, when the write begins. */
  readonly pauseEnds?: (() => readonly PauseEnd[]) | undefined;
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

/** `written` is undefined when nothing had to change, or when the request was only to count. */
export interface ErasedSavepoint {
  readonly counts: ErasureCounts;
  readonly written: SavepointFileCounts | undefined;
}

export interface SavepointFiles {
  write(request: SavepointFileRequest): Promise<SavepointFileCounts>;
  read(path: string, options: { readonly expectedChecksum?: string | undefined }): Promise<OpenedSavepoint>;
  /** Makes all the checks that read() makes before its first row. */
  check(path: string, options: SavepointCheck): Promise<SavepointFileCounts>;
  /** Copies the rows to another file without the values of some entities. The first file stays as it is. */
  erase(request: SavepointErasureRequest): Promise<ErasedSavepoint>;
}
