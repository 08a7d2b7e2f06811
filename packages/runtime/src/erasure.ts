/**
 * Erasure: removes the values of entities from the data and from the bytes on disk; what stays says when. Guarantees: it is reported once
 * no file of the store holds the bytes any more (G9); after a crash the next start continues it.
 */
import type { ErasureCounts, ErasureRequest, ErasureTarget, SavepointErasureRequest } from "./model/erasure.ts";
import type { SavepointSummary } from "./savepoints.ts";

export interface Erasure {
  /**
   * Stops dispatch, removes the values, and goes on; until then it refuses what would be lost (ENGINE_RESTORING). Later messages to the
   * same addresses are new and stay. Breakpoints end.
   */
  erase(request: ErasureRequest): Promise<ErasureCounts>;
  /** What an erasure would remove now; changes nothing. */
  countErasable(targets: readonly ErasureTarget[]): Promise<ErasureCounts>;
  /**
   * Rejects with SAVEPOINT_UNREADABLE when the file is damaged, and with SAVEPOINT_FAILED or a disk error when the copy cannot be written.
   */
  eraseInSavepoint(request: SavepointErasureRequest): Promise<SavepointErasure>;
}

export interface SavepointErasure {
  readonly counts: ErasureCounts;
  /** The copy that was written and checked; undefined when no row had to change, or rows were only counted. */
  readonly written: SavepointSummary | undefined;
}

export const erasureMethods = ["erase", "countErasable", "eraseInSavepoint"] as const satisfies readonly (keyof Erasure)[];
