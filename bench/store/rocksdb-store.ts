/**
 * RocksDB (npm @nxtedition/rocksdb) behind the shape of our Store port, with caches as large as those of our own store. This is the binding
 * with synchronous reads, which the port needs, and prebuilt binaries; it writes and syncs on the calling thread.
 */
import type { CheckedStore } from "./checked-store.ts";
import { allocatedBytes } from "./lmdb-store.ts";

interface RocksModule {
  readonly RocksLevel: new (path: string, options: object) => RocksDatabase;
}

interface RocksDatabase {
  open(options: object): Promise<void>;
  batch(): RocksBatch;
  _getManySync(keys: readonly Buffer[], options: object): readonly (Buffer | undefined)[];
  close(): Promise<void>;
}

interface RocksBatch {
  put(key: string, value: Uint8Array): void;
  del(key: string): void;
  write(options: { sync: boolean }): Promise<void>;
}

const mebibyte = 1024 * 1024;

export async function open(loaded: unknown, path: string): Promise<CheckedStore> {
  const { RocksLevel } = loaded as RocksModule;
  const database = new RocksLevel(path, { keyEncoding: "utf8", valueEncoding: "buffer" });
  await database.open({ createIfMissing: true, cacheSize: 32 * mebibyte, memtableMemoryBudget: 64 * mebibyte, compaction: "level" });
  return {
    get: (key) => database._getManySync([Buffer.from(key)], {})[0],
    async writeSynced(writes) {
      const batch = database.batch();
      for (const { key, value } of writes) {
        if (value === undefined) batch.del(key);
        else batch.put(key, value);
      }
      await batch.write({ sync: true });
    },
    sizeBytes: () => Promise.resolve(allocatedBytes(path)),
    close: () => database.close(),
  };
}
