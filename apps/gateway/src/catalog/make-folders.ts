/**
 * makeFolders: a folder with all above it that are missing, one after the other. Neighbours: data-folder.ts, open-catalog.ts and restore-backup.ts, whose paths a person
 * chose. `recursive` of Node tries for ever where a folder that is there says that it is not (/proc, a mount that is made on demand).
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

export function makeFolders(path: string, mode?: number): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolders(above, mode);
  mkdirSync(path, mode === undefined ? {} : { mode });
}
