/**
 * StoreHome: where the stores of the partitions live and how new ones replace them. A restore fills the next stores and adopts them in one
 * step. Legal faults: a crash at any point leaves the old stores or the new ones in use, all whole; creating and adopting may reject.
 */
import type { Store } from "./store.ts";

/** One store per partition, in the order of the partitions. */
export interface NextStores {
  readonly stores: readonly Store[];
  /**
   * Resolves when the new stores are certainly the ones in use, also after a crash. Rejects when the old ones certainly are. While neither
   * is certain it stays pending, however long that takes, and the engine acknowledges nothing meanwhile.
   */
  adopt(): Promise<void>;
}

export interface StoreHome {
  /** Opens all stores that exist; `partitions` counts only when there are none yet. */
  openCurrent(partitions: number): Promise<readonly Store[]>;
  createNext(partitions: number): Promise<NextStores>;
  /** Removes stores that are not in use. */
  removeStale(): Promise<void>;
  close(): void;
}
