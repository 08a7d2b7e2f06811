/**
 * LevelStoreHome: stores on disk inside the data directory (data-directory.ts keeps which folder is in use, partition-folders.ts how the
 * partitions lie in it).
 */
import type { Store } from "../../ports/store.ts";
import type { StoreHome } from "../../ports/store-home.ts";
import type { DataDirectory } from "./data-directory.ts";
import { partitionFolders } from "./partition-folders.ts";
import { openDiskStore } from "../disk-store.ts";

export interface LevelStoreHomeOptions {
  /** The current stores, if they are being opened already. */
  readonly opening?: Promise<readonly Store[]> | undefined;
  /** As in disk-store.ts. */
  readonly readsThread?: URL | undefined;
}

export function levelStoreHome(directory: DataDirectory, { opening, readsThread }: LevelStoreHomeOptions = {}): StoreHome {
  return {
    openCurrent: (partitions) => opening ?? openAll(partitionFolders(directory.current(), partitions), readsThread),
    async createNext(partitions) {
      const next = directory.createNext();
      return { stores: await openAll(partitionFolders(next, partitions), readsThread), adopt: () => directory.switchTo(next) };
    },
    removeStale: () => directory.removeStale(),
    close: () => directory.close(),
  };
}

/** Opens all stores or none. Only a single store gets a thread for stored reads, because several partitions have threads of their own. */
export async function openAll(paths: readonly string[], readsThread?: URL): Promise<Store[]> {
  const options = { partitions: paths.length, readsThread: paths.length === 1 ? readsThread : undefined };
  const opened = await Promise.allSettled(paths.map((path) => openDiskStore(path, options)));
  const stores = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = opened.find((one) => one.status === "rejected");
  if (failed === undefined) return stores;
  for (const store of stores) await store.close();
  throw failed.reason;
}
