/**
 * OpenLevelData: opens the store of a data directory of one partition as the engine would, for programs that write or read it without the
 * engine.
 */
import { openDataDirectory } from "../../packages/engine/src/adapters/leveldb/data-directory.ts";
import { levelStoreHome } from "../../packages/engine/src/adapters/leveldb/level-store-home.ts";
import type { Store } from "@signalbox/engine";

export interface LevelData {
  readonly store: Store;
  close(): Promise<void>;
}

export async function openLevelData(folder: string): Promise<LevelData> {
  const home = levelStoreHome(await openDataDirectory(folder));
  const [store] = await home.openCurrent(1);
  if (store === undefined) throw new Error(`${folder} has no store`);
  return {
    store,
    close: async () => {
      await store.close();
      home.close();
    },
  };
}
