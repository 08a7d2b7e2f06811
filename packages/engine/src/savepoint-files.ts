/**
 * savepointFiles: the SavepointFiles port as the engine uses it: SQLite files, written by a thread (savepoint-thread.ts).
 * Part of the composition root (open-engine.ts), because that thread needs the core and an adapter may not.
 */
import { checkSavepointFile, readSavepointFile } from "./adapters/savepoint/savepoint-read.ts";
import { createSavepointWrite } from "./adapters/savepoint/savepoint-write.ts";
import type { SavepointFiles } from "./ports/savepoint-files.ts";

export const savepointFiles: SavepointFiles = {
  write: createSavepointWrite(new URL("./savepoint-thread.ts", import.meta.url)),
  read: readSavepointFile,
  check: checkSavepointFile,
};
