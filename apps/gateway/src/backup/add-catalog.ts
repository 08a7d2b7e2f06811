/**
 * addCatalog: makes a backup of a savepoint's file, in a thread of its own: the catalog may have megabytes, and the hashed file gigabytes.
 * Neighbours: services/backups calls it, add-catalog-thread.ts does it, backup-catalog.ts defines the form.
 */
import { Worker } from "node:worker_threads";

export interface AddCatalogJob {
  readonly savepointPath: string;
  /** Undefined when the catalog is not a SQLite file; then the savepoint's file is only hashed. */
  readonly catalogPath: string | undefined;
  /** Where the copy of the catalog is made; it is removed afterwards. */
  readonly scratchPath: string;
}

const heapMegabytesMax = 512;

/** Resolves with the file's sha256 in hex. */
export async function addCatalog(job: AddCatalogJob, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("add-catalog-thread.ts", import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("it was given up"));
  signal.addEventListener("abort", abort, { once: true });
  worker.on("message", (checksum: string) => resolve(checksum));
  worker.on("error", reject);
  worker.on("exit", () => reject(new Error("the thread that copies the catalog ended before it was done")));
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", abort);
    await worker.terminate();
  }
}
