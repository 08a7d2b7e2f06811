/**
 * Level scrub: reads the tables that a start left unread against their checksums, in a thread of its own, so that a large store opens at
 * once. Neighbours: store-level-check.ts says which, store-level-scrub-worker.ts reads; store-level.ts refuses writes after a defect.
 */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { corrupt, type TableFile } from "./store-level-check.ts";
import type { StoreError } from "@signalbox/runtime/model/engine-error";

/** The scrub begins this long after the start, which needs the cores itself; old tables can wait. */
const scrubAfterMs = 2000;

export interface Scrub {
  /** The defect of a table that is still in use; undefined when none was found so far. */
  readonly defect: StoreError | undefined;
  close(): Promise<void>;
}

export function startScrub(tables: readonly TableFile[]): Scrub {
  if (tables.length === 0) return { defect: undefined, close: () => Promise.resolve() };
  let defect: StoreError | undefined;
  let worker: Worker | undefined;
  const begin = (): void => {
    worker = startWorker(tables, ({ path, what }) => {
      // Compaction deletes tables at any moment, also while they are read.
      if (existsSync(path)) defect ??= corrupt(path, what);
    });
  };
  const beginning = setTimeout(begin, scrubAfterMs).unref();
  return {
    get defect() {
      return defect;
    },
    close: async () => {
      clearTimeout(beginning);
      await worker?.terminate();
    },
  };
}

function startWorker(tables: readonly TableFile[], found: (defect: { path: string; what: string }) => void): Worker {
  const worker = new Worker(new URL("store-level-scrub-worker.ts", import.meta.url), { workerData: tables });
  worker.unref();
  worker.on("message", found);
  // A file that cannot be read now is noticed when LevelDB reads it.
  worker.on("error", () => undefined);
  return worker;
}
