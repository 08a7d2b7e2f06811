/**
 * DataLock: the data directory, held by this process, and its store, which is already being opened. After a crash LevelDB works through its
 * log for some tenths of a second, in a thread of its own: a process that holds its data before it loads anything else does both at once.
 * openEngine takes it over and closes it. Loads the adapters of the disk and nothing else (bootstrap.ts).
 */
import { openDataDirectory, type DataDirectory } from "./adapters/leveldb/data-directory.ts";
import { openAll } from "./adapters/leveldb/level-store-home.ts";
import { partitionFolders } from "./adapters/leveldb/partition-folders.ts";
import type { Store } from "./ports/store.ts";

export const storedReadsThread = new URL("./stored-reads-thread.ts", import.meta.url);

export interface DataLock {
  readonly directory: DataDirectory;
  /** For a data directory that is new, and from the next restore on for one that is not. */
  readonly partitions: number;
  /** There is one partition. The threads of several open their stores themselves. */
  readonly opening: Promise<readonly Store[]> | undefined;
}

/**
 * Rejects with EngineError: DATA_IN_USE, DATA_CORRUPT, STORE_FAILED, or as `whenLocked` does, which is called before a first store is made.
 * What opening the store finds is told by openEngine.
 */
export async function lockData(dataDir: string, partitions = 1, whenLocked?: () => Promise<void>): Promise<DataLock> {
  const directory = await openDataDirectory(dataDir, whenLocked);
  try {
    const folders = partitionFolders(directory.current(), partitions);
    const opening = folders.length === 1 ? openAll(folders, storedReadsThread) : undefined;
    // Told when openEngine asks for them.
    opening?.catch(() => undefined);
    return { directory, partitions, opening };
  } catch (error) {
    directory.close();
    throw error;
  }
}
