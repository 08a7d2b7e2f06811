/**
 * Private files: only the gateway's user may read what is in a data directory (files 0600, folders 0700). New files are made so by the
 * process's mask (run-gateway.ts); this narrows what an earlier version, or a copy, has left open. It touches only the gateway's own files,
 * because a data directory may hold other things, and it leaves links alone.
 */
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * What the gateway makes in a data directory: folders, and files beside them. A new one must be added here (e2e/deploy/data-files.test.ts
 * finds it).
 */
const ourFolders = /^(engine|savepoints|backups|bootstrap|invariants|flink[a-z-]*)$/;
const ourFiles = /^((catalog|rollups)\.db(\.hold)?(-wal|-shm|-journal)?|(restored-backup|tape|timeline)\.json(\.part)?)$/;
/** The ends of the names of the catalog's own files, wherever they are. */
const besideCatalog = ["", "-wal", "-shm", "-journal", ".hold", ".hold-journal"] as const;
const othersMask = 0o077;

export interface PrivatePlaces {
  readonly dataDir: string;
  /** The path of the catalog's SQLite file, wherever it is. */
  readonly catalogPath: string | undefined;
}

/** Returns how many places were narrowed, and the first of them. What may not be changed (another owner) stays as it is. */
export function narrowFiles({ dataDir, catalogPath }: PrivatePlaces): { readonly count: number; readonly first: readonly string[] } {
  const narrowed: string[] = [];
  const names = readdirSync(dataDir);
  for (const name of names) if (ourFolders.test(name) || ourFiles.test(name)) narrowTree(join(dataDir, name), narrowed);
  if (catalogPath !== undefined) for (const suffix of besideCatalog) narrow(catalogPath + suffix, narrowed);
  if (names.every((name) => ourFolders.test(name) || ourFiles.test(name))) narrow(dataDir, narrowed);
  return { count: narrowed.length, first: narrowed.slice(0, 3) };
}

function narrowTree(path: string, narrowed: string[]): void {
  if (narrow(path, narrowed) !== "folder") return;
  for (const name of namesIn(path)) narrowTree(join(path, name), narrowed);
}

/** Returns nothing for a folder that was removed meanwhile, as a store that is out of use may be. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function narrow(path: string, narrowed: string[]): "folder" | "file" | "other" {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !(stat.isDirectory() || stat.isFile())) return "other";
  if ((stat.mode & othersMask) !== 0) {
    try {
      chmodSync(path, stat.mode & 0o700);
      narrowed.push(path);
    } catch {
      // The file belongs to another user. The store or the catalog will report it if they cannot work with it.
    }
  }
  return stat.isDirectory() ? "folder" : "file";
}
