/**
 * makeFolders: makes a folder and all missing folders above it, one after the other. Neighbours: data-folder.ts, open-catalog.ts and
 * restore-backup.ts, whose paths a person chose. Node's `recursive` tries for ever where an existing folder says that it does not exist
 * (/proc, a mount that is made on demand).
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

export function makeFolders(path: string, mode?: number): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolders(above, mode);
  mkdirSync(path, mode === undefined ? {} : { mode });
}
