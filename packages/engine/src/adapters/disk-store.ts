/**
 * Disk store: the Store of one partition on disk: an epoch log (epoch-log/) that is the commit point, over LevelDB (leveldb/), which
 * lags behind it. Both lie in one folder.
 */
import { formatKey } from "../model/format-key.ts";
import type { Store } from "../ports/store.ts";
import { openDiskLogFiles } from "./epoch-log/disk-log-files.ts";
import { readEpochLog } from "./epoch-log/epoch-log-reading.ts";
import { LogProgress } from "./epoch-log/log-progress.ts";
import { logBytesMax, openLoggedStore } from "./epoch-log/logged-store.ts";
import { openLevelStore, type LevelStoreOptions } from "./leveldb/store-level.ts";
import { ThreadedReads } from "./stored-reads/threaded-reads.ts";

/** The least log of one of many partitions, which share the size that one partition would have. */
const logBytesMin = 2 * 1024 * 1024;

export interface DiskStoreOptions extends LevelStoreOptions {
  /** The module of the thread that answers stored reads (stored-reads-thread.ts); undefined when there is no such thread. */
  readonly readsThread?: URL | undefined;
}

/** Rejects with DATA_CORRUPT, DATA_IN_USE, DISK_FULL, DISK_READ_ONLY, STORE_FAILED. */
export async function openDiskStore(path: string, options: DiskStoreOptions = {}): Promise<Store> {
  const files = openDiskLogFiles(path);
  const reading = readEpochLog(files);
  const progress = new LogProgress();
  const { readsThread: thread } = options;
  const reads = thread === undefined ? undefined : new ThreadedReads({ thread, task: { storeFolder: path, progress: progress.memory } });
  const below = await openLevelStore(path, { ...options, others: reads });
  const bytesMax = Math.max(logBytesMin, Math.floor(logBytesMax / (options.partitions ?? 1)));
  return openLoggedStore({ below, files, reading, defect: below.defect, formatKey, logBytesMax: bytesMax, progress, reads });
}
