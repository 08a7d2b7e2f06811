/** The thread of add-catalog.ts: copies the catalog as it is at one moment, puts it into the savepoint's file, and says that file's checksum. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import type { AddCatalogJob } from "./add-catalog.ts";
import { writeCatalog } from "./backup-catalog.ts";

// As add-catalog.ts gave it.
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

/** In a transaction of its own; whoever writes meanwhile is not held up. */
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
