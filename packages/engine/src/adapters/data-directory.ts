/**
 * Data directory: where a gateway keeps its engine's stores. Holds the lock that keeps a second gateway out, and the
 * file CURRENT that names the store folder in use. A restore fills the next folder and switches with one rename:
 * killed at any instant, the directory names either the old store or the new one, both whole. Nobody is told which one
 * it is before that is certain on disk.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { EngineError } from "../model/engine-error.ts";

export interface DataDirectory {
  readonly path: string;
  /** The store folder in use; it exists. */
  current(): string;
  /** A new, empty store folder that is not in use yet. */
  createNext(): string;
  /**
   * Makes a folder of createNext() the one in use. Resolves: it is, durably. Rejects: the folder before stays in use.
   * Renamed but not synced it could be either after a power cut: then this goes on trying until the disk has answered.
   */
  switchTo(storePath: string): Promise<void>;
  /** Removes store folders that are not in use; only when no store outside current() is open. */
  removeStale(): Promise<void>;
  /** Lets go of the lock, as does dropping the last reference to this object: keep it as long as a store is open. */
  close(): void;
}

const pointerName = "CURRENT";
const lockName = "gateway.lock";
const settleRetryMs = 250;
const storeFolderPattern = /^store-([1-9]\d{0,14})$/;

export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const root = resolve(path);
  asStoreFailure(root, () => mkdirSync(root, { recursive: true }));
  const lock = acquireLock(root);
  const closing = new AbortController();
  try {
    let current = asStoreFailure(root, () => readPointer(root) ?? createFirst(root));
    return {
      path: root,
      current: () => join(root, current),
      createNext: () => asStoreFailure(root, () => join(root, createFolder(root))),
      async switchTo(storePath) {
        const name = basename(storePath);
        if (dirname(resolve(storePath)) !== root || !storeFolders(root).includes(name)) {
          throw new EngineError("STORE_FAILED", `${storePath} is no store folder of ${root}`, "switch to a folder that createNext() gave");
        }
        asStoreFailure(root, () => renamePointer(root, name));
        current = name;
        await settlePointer(root, closing.signal);
      },
      async removeStale() {
        for (const name of storeFolders(root)) if (name !== current) await rm(join(root, name), { recursive: true, force: true });
      },
      close() {
        closing.abort();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** SQLite's file lock: the system lets go of it when the process ends, however it ends. The file stays empty. */
function acquireLock(root: string): Database.Database {
  const file = join(root, lockName);
  const lock = asStoreFailure(root, () => new Database(file, { timeout: 0 }));
  try {
    // No journal beside the file: nothing is ever written.
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) {
      throw new EngineError(
        "DATA_IN_USE",
        `the data directory ${root} is held by another gateway`,
        "stop the other gateway, or set SIGNALBOX_DATA_DIR to a directory of its own",
      );
    }
    throw new EngineError(
      "STORE_FAILED",
      `cannot lock ${file}: ${String(error)}`,
      `remove ${file} if it is not empty, and check permissions and free space`,
    );
  }
}

/** Undefined: the directory was never used. */
function readPointer(root: string): string | undefined {
  const file = join(root, pointerName);
  const folders = storeFolders(root);
  if (!existsSync(file)) {
    const used = folders.find((name) => readdirSync(join(root, name)).length > 0);
    if (used === undefined) return undefined;
    throw new EngineError(
      "DATA_CORRUPT",
      `${root} holds the store ${used} and its file ${pointerName} is missing`,
      `write the name of the newest complete store folder into ${file}`,
    );
  }
  const name = readFileSync(file, "utf8").trimEnd();
  if (folders.includes(name)) return name;
  throw new EngineError(
    "DATA_CORRUPT",
    `${file} names "${name}", and there is no such store folder`,
    `write one of these into it: ${folders.join(", ") || "(no store folder is left; restore a savepoint into an empty directory)"}`,
  );
}

function createFirst(root: string): string {
  const name = storeFolders(root).at(-1) ?? createFolder(root);
  writePointer(root, name);
  return name;
}

function createFolder(root: string): string {
  const last = storeFolders(root).at(-1);
  const number = last === undefined ? 0 : folderNumber(last);
  const name = `store-${number + 1}`;
  mkdirSync(join(root, name));
  syncFolder(root);
  return name;
}

function writePointer(root: string, name: string): void {
  renamePointer(root, name);
  syncFolder(root);
}

/** When it throws, the pointer is the one before. */
function renamePointer(root: string, name: string): void {
  const aside = join(root, `${pointerName}.next`);
  const file = openSync(aside, "w");
  try {
    writeSync(file, `${name}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // What the folder holds must be there before the name that leads to it.
  syncFolder(join(root, name));
  renameSync(aside, join(root, pointerName));
}

async function settlePointer(root: string, closing: AbortSignal): Promise<void> {
  for (;;) {
    try {
      syncFolder(root);
      return;
    } catch {
      await delay(settleRetryMs, undefined, { signal: closing });
    }
  }
}

/** In rising order of number. */
function storeFolders(root: string): string[] {
  return readdirSync(root)
    .filter((name) => storeFolderPattern.test(name) && statSync(join(root, name)).isDirectory())
    .toSorted((a, b) => folderNumber(a) - folderNumber(b));
}

function folderNumber(name: string): number {
  return Number(storeFolderPattern.exec(name)?.[1] ?? 0);
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function asStoreFailure<T>(root: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(
      "STORE_FAILED",
      `cannot use the data directory ${root}: ${error instanceof Error ? error.message : String(error)}`,
      "check that the path is a folder this user may write, and that the disk has space",
    );
  }
}
