/**
 * savepointFiles: the SavepointFiles port as the engine uses it: SQLite files, written by threads (savepoint-thread.ts,
 * savepoint-erase-thread.ts). Part of the composition root (open-engine.ts), because those need the core and an adapter may not.
 */
import { createSavepointErase } from "./adapters/savepoint/savepoint-erase.ts";
import { checkSavepointFile, readSavepointFile } from "./adapters/savepoint/savepoint-read.ts";
import { createSavepointWrite } from "./adapters/savepoint/savepoint-write.ts";
import type { SavepointFiles } from "./ports/savepoint-files.ts";

export const savepointFiles: SavepointFiles = {
  write: createSavepointWrite(new URL("./savepoint-thread.ts", import.meta.url)),
  read: readSavepointFile,
  check: checkSavepointFile,
  erase: createSavepointErase(new URL("./savepoint-erase-thread.ts", import.meta.url)),
};
