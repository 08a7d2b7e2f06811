/**
 * addCatalog: makes a backup of a savepoint's file, in a thread of its own: the catalog may have megabytes, and the file gigabytes to hash.
 * Neighbours: services/backups calls it, add-catalog-thread.ts does it, backup-catalog.ts says the form.
 */
import { Worker } from "node:worker_threads";

export interface AddCatalogJob {
  readonly savepointPath: string;
  /** undefined: the catalog is elsewhere, and the file is only hashed. */
  readonly catalogPath: string | undefined;
  /** For the copy of the catalog; removed. */
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
