/** DiskLogBytes: the files of an epoch log as another thread reads them; each is opened for one read, because its writer renames and removes them. */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { LogBytes } from "./followed-log.ts";
import { generationsIn, logFileName, logFolderOf } from "./log-file-names.ts";

export function diskLogBytes(storeFolder: string): LogBytes {
  const folder = logFolderOf(storeFolder);
  return {
    generations: () => generationsIn(folder),
    readAt(generation, position, bytesMax) {
      const file = openIfThere(join(folder, logFileName(generation)));
      if (file === undefined) return undefined;
      try {
        const bytes = Buffer.allocUnsafe(bytesMax);
        return bytes.subarray(0, readSync(file, bytes, 0, bytesMax, position));
      } finally {
        closeSync(file);
      }
    },
  };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
