/**
 * LevelStoreHome: stores on disk inside the data directory (data-directory.ts keeps which folder is in use, partition-folders.ts how the
 * partitions lie in it).
 */
import type { Store } from "../../ports/store.ts";
import type { StoreHome } from "../../ports/store-home.ts";
import type { DataDirectory } from "./data-directory.ts";
import { partitionFolders } from "./partition-folders.ts";
import { openDiskStore } from "../disk-store.ts";

/** `opening`: the current ones, where somebody opens them already. */
export function levelStoreHome(directory: DataDirectory, opening?: Promise<readonly Store[]>): StoreHome {
  return {
    openCurrent: (partitions) => opening ?? openAll(partitionFolders(directory.current(), partitions)),
    async createNext(partitions) {
      const next = directory.createNext();
      return { stores: await openAll(partitionFolders(next, partitions)), adopt: () => directory.switchTo(next) };
    },
    removeStale: () => directory.removeStale(),
    close: () => directory.close(),
  };
}

/** All or none stay open. */
export async function openAll(paths: readonly string[]): Promise<Store[]> {
  const opened = await Promise.allSettled(paths.map((path) => openDiskStore(path, { partitions: paths.length })));
  const stores = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = opened.find((one) => one.status === "rejected");
  if (failed === undefined) return stores;
  for (const store of stores) await store.close();
  throw failed.reason;
}
