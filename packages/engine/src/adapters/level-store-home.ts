/** LevelStoreHome: stores on disk inside the data directory (data-directory.ts keeps which one is in use). */
import type { StoreHome } from "../ports/store-home.ts";
import { openDataDirectory } from "./data-directory.ts";
import { openLevelStore } from "./store-level.ts";

export async function openLevelStoreHome(path: string): Promise<StoreHome> {
  const directory = await openDataDirectory(path);
  return {
    openCurrent: () => openLevelStore(directory.current()),
    async createNext() {
      const next = directory.createNext();
      return { store: await openLevelStore(next), adopt: () => directory.switchTo(next) };
    },
    removeStale: () => directory.removeStale(),
    close: () => directory.close(),
  };
}
