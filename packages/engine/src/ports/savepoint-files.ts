/**
 * SavepointFiles: writes and reads savepoint files. A written file is whole or absent; a read one was checked in full before its first row.
 * Legal faults: disk full (rejects, nothing left behind), unreadable files (EngineError SAVEPOINT_UNREADABLE).
 */
import type { SavepointHeader, SavepointRow } from "../model/savepoint-rows.ts";

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
  readonly rows: AsyncIterable<SavepointRow>;
  readonly onProgress?: ((progress: { readonly rows: number; readonly phase: "writing" | "syncing" }) => void) | undefined;
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
}
