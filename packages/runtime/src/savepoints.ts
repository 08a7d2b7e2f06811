/** Savepoints: the whole state at one epoch, in one file. Guarantees: it is reported once it is synced (G3); a restore replaces everything or nothing. */
import type { Era } from "./model/era.ts";

export interface SavepointSummary {
  readonly path: string;
  readonly epoch: number;
  readonly entities: number;
  readonly messages: number;
  readonly delayedMessages: number;
  readonly egressRecords: number;
  readonly sizeBytes: number;
  /** sha256 of the file in hex. */
  readonly checksum: string;
  readonly durationMs: number;
  /** Where the journal goes on after what was just taken, by partition: every record below is in it, none from here on. */
  readonly journalFrom?: readonly number[];
}

export interface SavepointProgress {
  readonly rows: number;
  readonly phase: "reading" | "writing" | "syncing";
}

export interface CheckOptions {
  /** sha256 in hex. */
  readonly expectedChecksum?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SavepointOptions {
  readonly onProgress?: (progress: SavepointProgress) => void;
  readonly signal?: AbortSignal;
}

export interface RestoreOptions {
  readonly expectedChecksum?: string | undefined;
  /** How the savepoint is called in the era that begins. */
  readonly name?: string | undefined;
  /** While nothing new is let in any more, before anything is replaced (a savepoint of now). When it rejects, so does the restore. */
  readonly before?: (() => Promise<void>) | undefined;
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
}

export interface RestoreProgress {
  readonly phase: "filling" | "draining" | "journal" | "opening";
  readonly rows: number;
}

export interface Savepoints {
  takeSavepoint(path: string, options?: SavepointOptions): Promise<SavepointSummary>;
  /** Reads a file as a restore would before it uses any of it, and changes nothing. Rejects with SAVEPOINT_UNREADABLE. */
  checkSavepoint(path: string, options?: CheckOptions): Promise<SavepointSummary>;
  /**
   * Refuses whatever would be lost (ENGINE_RESTORING) from the call on, stops dispatch, replaces everything or nothing, and goes on from the
   * savepoint in a new era. The bindings in force stay, and the journal with its past.
   */
  restoreSavepoint(path: string, options?: RestoreOptions): Promise<{ readonly epoch: number }>;
  /** In rising order; none before the first restore. What came before them is still in the journal, as far as that reaches back. */
  eras(): readonly Era[];
}

export const savepointsMethods = [
  "takeSavepoint",
  "checkSavepoint",
  "restoreSavepoint",
  "eras",
] as const satisfies readonly (keyof Savepoints)[];
