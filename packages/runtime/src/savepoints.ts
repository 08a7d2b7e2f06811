/** Savepoints: the whole state at one epoch, in one file. Guarantees: it is reported once it is synced (G3); a restore replaces everything or nothing. */
import type { Era } from "./model/era.ts";
import type { PauseEnd, RestoredPauseEnds } from "./model/pause-end.ts";

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
  /**
   * Where the journal goes on after the savepoint, by partition: it contains the effects of every record below, and of none from there on.
   */
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
  readonly onProgress?: ((progress: SavepointProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The ends to be written beside paused entities; asked after the moment that the savepoint shows. Ends of entities that were not paused then are left out. */
  readonly pauseEnds?: (() => readonly PauseEnd[]) | undefined;
}

export interface RestoreOptions {
  readonly expectedChecksum?: string | undefined;
  /** The savepoint's name in the era that begins. */
  readonly name?: string | undefined;
  /**
   * Called when nothing new is admitted any more and before anything is replaced, to take a savepoint of the present. When it rejects, so
   * does the restore.
   */
  readonly before?: (() => Promise<void>) | undefined;
  /** Called when everything was read and before anything is replaced. When it rejects, so does the restore. */
  readonly pauseEnds?: ((restored: RestoredPauseEnds) => Promise<void>) | undefined;
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
   * From the call on it refuses what would be lost (ENGINE_RESTORING). It stops dispatch, replaces everything or nothing, and goes on from
   * the savepoint in a new era. The bindings in force and the journal stay.
   */
  restoreSavepoint(path: string, options?: RestoreOptions): Promise<{ readonly epoch: number }>;
  /** In rising order; empty before the first restore. The journal still has the time before, as far back as it reaches. */
  eras(): readonly Era[];
}

export const savepointsMethods = [
  "takeSavepoint",
  "checkSavepoint",
  "restoreSavepoint",
  "eras",
] as const satisfies readonly (keyof Savepoints)[];
