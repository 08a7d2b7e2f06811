/**
 * LMDB (npm lmdb) behind the shape of our Store port. Its package is installed on demand (bench/rivals/stores), so the types that are used
 * are declared here. A write resolves once it is on disk, which is what our port promises.
 */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CheckedStore } from "./checked-store.ts";

interface Lmdb {
  open(options: object): LmdbDatabase;
}

interface LmdbDatabase {
  readonly flushed: PromiseLike<unknown>;
  getBinary(key: Buffer): Buffer | undefined;
  put(key: Buffer, value: Uint8Array): Promise<boolean>;
  remove(key: Buffer): Promise<boolean>;
  batch(run: () => void): Promise<boolean>;
  close(): Promise<void>;
}

export async function open(loaded: unknown, path: string): Promise<CheckedStore> {
  mkdirSync(path, { recursive: true });
  const lmdb = loaded as Lmdb;
  const database = lmdb.open({ path: join(path, "data.mdb"), keyEncoding: "binary", encoding: "binary", noSubdir: true });
  return {
    get: (key) => database.getBinary(Buffer.from(key)),
    async writeSynced(writes) {
      await database.batch(() => {
        for (const { key, value } of writes) {
          // The promise of the batch covers those of its writes.
          if (value === undefined) void database.remove(Buffer.from(key));
          else void database.put(Buffer.from(key), value);
        }
      });
      await database.flushed;
    },
    sizeBytes: () => Promise.resolve(allocatedBytes(path)),
    close: () => database.close(),
  };
}

/** Returns the bytes that the files take on disk, because LMDB's files may have holes. */
export function allocatedBytes(path: string): number {
  return readdirSync(path).reduce((sum, name) => {
    try {
      return sum + statSync(join(path, name)).blocks * 512;
    } catch {
      return sum; // Compaction deletes files at any moment.
    }
  }, 0);
}
