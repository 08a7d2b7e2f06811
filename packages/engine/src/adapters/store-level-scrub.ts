/**
 * Level scrub: reads the tables that a start left unread against their checksums, in a thread of its own, so that a large store opens at
 * once. Neighbours: store-level-check.ts says which, store-level-scrub-worker.ts reads; store-level.ts refuses writes after a defect.
 */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { corrupt, type TableFile } from "./store-level-check.ts";
import type { StoreError } from "../model/engine-error.ts";

export interface Scrub {
  /** What is wrong with a table that is still in use; undefined: nothing so far. */
  readonly defect: StoreError | undefined;
  close(): Promise<void>;
}

export function startScrub(tables: readonly TableFile[]): Scrub {
  if (tables.length === 0) return { defect: undefined, close: () => Promise.resolve() };
  let defect: StoreError | undefined;
  const worker = new Worker(new URL("store-level-scrub-worker.ts", import.meta.url), { workerData: tables });
  worker.unref();
  worker.on("message", ({ path, what }: { path: string; what: string }) => {
    // Compaction deletes tables at any moment, also while they are read.
    if (existsSync(path)) defect ??= corrupt(path, what);
  });
  // A file that cannot be read now shows when LevelDB reads it.
  worker.on("error", () => undefined);
  return {
    get defect() {
      return defect;
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
