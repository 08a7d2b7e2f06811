/**
 * StoreHome: where the stores of the partitions live and how others take their place. A restore fills the next stores and adopts them in one
 * step. Legal faults: a crash at any point leaves the old stores or the new ones in use, all whole; creating and adopting may reject.
 */
import type { Store } from "./store.ts";

/** One store a partition, in the order of their places. */
export interface NextStores {
  readonly stores: readonly Store[];
  /**
   * Resolves: from here on they are the ones in use, also after a crash. Rejects: the old ones are, for certain, also after a crash.
   * While neither is certain it stays open, however long that takes: the engine acknowledges nothing meanwhile.
   */
  adopt(): Promise<void>;
}

export interface StoreHome {
  /** As many as there are; `partitions` counts only where there is nothing yet. */
  openCurrent(partitions: number): Promise<readonly Store[]>;
  createNext(partitions: number): Promise<NextStores>;
  /** Removes stores that are not in use. */
  removeStale(): Promise<void>;
  close(): void;
}
