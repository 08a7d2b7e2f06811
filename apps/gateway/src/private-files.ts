/**
 * Private files: what is in a data directory belongs to the gateway's user alone (files 0600, folders 0700). New ones are made so by the
 * process's mask (run-gateway.ts); this narrows what an earlier version, or a copy, has left open. Only what is the gateway's: a data
 * directory may be a folder with other things in it. Links are left alone.
 */
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What the gateway makes in a data directory: folders, and files beside them. A new one comes here (e2e/deploy/data-files.test.ts finds it). */
const ourFolders = /^(engine|savepoints|backups|bootstrap|invariants|flink[a-z-]*)$/;
const ourFiles = /^((catalog|rollups)\.db(-wal|-shm|-journal)?|(restored-backup|tape|timeline)\.json(\.part)?)$/;
const othersMask = 0o077;

export interface PrivatePlaces {
  readonly dataDir: string;
  /** The catalog's SQLite file, wherever it is. */
  readonly catalogPath: string | undefined;
}

/** The places that were narrowed, the first ones of them. What may not be changed (another owner) is left to its owner. */
export function narrowFiles({ dataDir, catalogPath }: PrivatePlaces): { readonly count: number; readonly first: readonly string[] } {
  const narrowed: string[] = [];
  const names = readdirSync(dataDir);
  for (const name of names) if (ourFolders.test(name) || ourFiles.test(name)) narrowTree(join(dataDir, name), narrowed);
  if (catalogPath !== undefined) for (const suffix of ["", "-wal", "-shm", "-journal"]) narrow(catalogPath + suffix, narrowed);
  if (names.every((name) => ourFolders.test(name) || ourFiles.test(name))) narrow(dataDir, narrowed);
  return { count: narrowed.length, first: narrowed.slice(0, 3) };
}

function narrowTree(path: string, narrowed: string[]): void {
  if (narrow(path, narrowed) !== "folder") return;
  for (const name of namesIn(path)) narrowTree(join(path, name), narrowed);
}

/** A store that is out of use may be removed meanwhile. */
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
      // Another user's: the store or the catalog will say so if they cannot work with it.
    }
  }
  return stat.isDirectory() ? "folder" : "file";
}
