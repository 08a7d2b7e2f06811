/**
 * StoreHome: where the partition's store lives and how another one takes its place. A restore fills the next store and adopts it in one
 * step. Legal faults: a crash at any point leaves the old store or the new one in use, both whole.
 */
import type { Store } from "./store.ts";

export interface NextStore {
  readonly store: Store;
  /** From here on it is the one in use, also after a crash. */
  adopt(): Promise<void>;
}

export interface StoreHome {
  openCurrent(): Promise<Store>;
  createNext(): Promise<NextStore>;
  /** Removes stores that are not in use. */
  removeStale(): Promise<void>;
  close(): void;
}
