/**
 * StoreHome: where the partition's store lives and how another one takes its place. A restore fills the next store and adopts it in one
 * step. Legal faults: a crash at any point leaves the old store or the new one in use, both whole; creating and adopting may reject.
 */
import type { Store } from "./store.ts";

export interface NextStore {
  readonly store: Store;
  /**
   * Resolves: from here on it is the one in use, also after a crash. Rejects: the old one is, for certain, also after a crash.
   * While neither is certain it stays open, however long that takes: the engine acknowledges nothing meanwhile.
   */
  adopt(): Promise<void>;
}

export interface StoreHome {
  openCurrent(): Promise<Store>;
  createNext(): Promise<NextStore>;
  /** Removes stores that are not in use. */
  removeStale(): Promise<void>;
  close(): void;
}
