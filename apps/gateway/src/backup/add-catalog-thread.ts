/**
 * The thread of add-catalog.ts: it copies the catalog of one moment into the savepoint's file and returns that file's checksum.
 */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import type { AddCatalogJob } from "./add-catalog.ts";
import { writeCatalog } from "./backup-catalog.ts";

// add-catalog.ts gave this object, so its shape is known.
const { savepointPath, catalogPath, scratchPath } = workerData as AddCatalogJob;
if (catalogPath !== undefined) {
  try {
    copyCatalog(catalogPath);
    const file = new Database(savepointPath);
    writeCatalog(file, readFileSync(scratchPath));
    file.close();
  } finally {
    rmSync(scratchPath, { force: true });
  }
}
const hash = createHash("sha256");
await pipeline(createReadStream(savepointPath), hash);
parentPort?.postMessage(hash.digest("hex"));

/** Copies the catalog in a transaction of its own, which holds up nobody who writes meanwhile. */
function copyCatalog(path: string): void {
  rmSync(scratchPath, { force: true });
  const catalog = new Database(path, { readonly: true, fileMustExist: true });
  try {
    catalog.prepare("VACUUM INTO ?").run(scratchPath);
  } finally {
    catalog.close();
  }
  const copy = new Database(scratchPath);
  copy.exec('DELETE FROM "Session"; DELETE FROM "Savepoint"; VACUUM');
  copy.close();
}
