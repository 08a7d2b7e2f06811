/**
 * Erasure: the values of entities go, from what is kept and from the bytes on disk; what stays says when. Guarantees: it is reported once no
 * file of the store holds the bytes any more (G9); a crash on the way leaves it to the next start.
 */
import type { ErasureCounts, ErasureRequest, ErasureTarget, SavepointErasureRequest } from "./model/erasure.ts";
import type { SavepointSummary } from "./savepoints.ts";

export interface Erasure {
  /**
   * Stops dispatch, removes, and goes on; meanwhile refuses what would be lost (ENGINE_RESTORING). What comes for the same addresses afterwards is
   * new and stays. Breakpoints end.
   */
  erase(request: ErasureRequest): Promise<ErasureCounts>;
  /** What an erasure would remove now; changes nothing. */
  countErasable(targets: readonly ErasureTarget[]): Promise<ErasureCounts>;
  /** Rejects with SAVEPOINT_UNREADABLE where the file is not whole, with SAVEPOINT_FAILED or a fault of the disk where the other cannot be written. */
  eraseInSavepoint(request: SavepointErasureRequest): Promise<SavepointErasure>;
}

export interface SavepointErasure {
  readonly counts: ErasureCounts;
  /** What was written and checked; undefined: no row of the file has to change, or it was counted alone. */
  readonly written: SavepointSummary | undefined;
}

export const erasureMethods = ["erase", "countErasable", "eraseInSavepoint"] as const satisfies readonly (keyof Erasure)[];
