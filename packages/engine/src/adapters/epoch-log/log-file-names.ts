/** The names of an epoch log's files in the folder of a store. Used by disk-log-files.ts, which writes them, and disk-log-bytes.ts. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const filePattern = /^(\d{8})\.epochs$/;

/** Inside the store's folder; LevelDB does not mind it. */
export function logFolderOf(storeFolder: string): string {
  return join(storeFolder, "epochs");
}

export function logFileName(generation: number): string {
  return `${String(generation).padStart(8, "0")}.epochs`;
}

/** In rising order. */
export function generationsIn(logFolder: string): number[] {
  if (!existsSync(logFolder)) return [];
  return readdirSync(logFolder)
    .flatMap((name) => filePattern.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}
