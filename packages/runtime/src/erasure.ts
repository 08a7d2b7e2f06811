/**
 * Erasure: the values of entities go, from what is kept and from the bytes on disk; what stays says when. Guarantees: it is reported once no
 * file of the store holds the bytes any more (G9); a crash on the way leaves it to the next start.
 */
import type { ErasureCounts, ErasureRequest, ErasureTarget } from "./model/erasure.ts";

export interface Erasure {
  /**
   * Stops dispatch, removes, and goes on; meanwhile refuses what would be lost (ENGINE_RESTORING). What comes for the same addresses afterwards is
   * new and stays. Breakpoints end.
   */
  erase(request: ErasureRequest): Promise<ErasureCounts>;
  /** What an erasure would remove now; changes nothing. */
  countErasable(targets: readonly ErasureTarget[]): Promise<ErasureCounts>;
}

export const erasureMethods = ["erase", "countErasable"] as const satisfies readonly (keyof Erasure)[];
