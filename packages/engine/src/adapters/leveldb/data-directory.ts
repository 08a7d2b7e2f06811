/**
 * Data directory: where a gateway keeps its engine's stores. Holds the lock that keeps a second gateway out, and the file CURRENT that
 * names the store folder in use. A restore fills the next folder and switches with one rename: after a kill at any instant the directory
 * names either the old store or the new one, and both are whole. The switch is reported only once it is certain on disk.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { EngineError, StoreError } from "@signalbox/runtime/model/engine-error";
import { diskFault, diskFaultCode } from "./disk-fault.ts";

export interface DataDirectory {
  readonly path: string;
  /** The store folder in use; it exists. */
  current(): string;
  /** A new, empty store folder that is not in use yet. */
  createNext(): string;
  /**
   * Makes a folder of createNext() the one in use. Resolves when that is durable. Rejects when the old folder stays in use. A pointer that
   * is renamed but not synced could be either after a power cut, so this tries on until the disk has answered.
   */
  switchTo(storePath: string): Promise<void>;
  /** Removes store folders that are not in use; only when no store outside current() is open. */
  removeStale(): Promise<void>;
  /** Releases the lock. Losing the last reference to this object does so too: keep it as long as a store is open. */
  close(): void;
}

const pointerName = "CURRENT";
const lockName = "gateway.lock";
/** The file with the process id of the holder; only for the message that a second gateway prints. */
const holderName = "gateway.pid";
const settleRetryMs = 250;
const storeFolderPattern = /^store-([1-9]\d{0,14})$/;

/** `whenLocked` is called when no other process can be at work in the directory, and before a first store is made in it. */
export async function openDataDirectory(path: string, whenLocked?: () => Promise<void>): Promise<DataDirectory> {
  const root = resolve(path);
  asStoreFailure(root, () => makeFolder(root));
  const lock = acquireLock(root);
  const closing = new AbortController();
  try {
    await whenLocked?.();
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

/** Makes one folder after the other, because mkdir's `recursive` never ends where the system refuses folders with ENOENT (/proc). */
function makeFolder(path: string): void {
  const isFolder = (): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it in between.
    if (isFolder()) return;
    if (diskFaultCode(error) !== "STORE_FAILED") throw error;
    throw diskFault(error, {
      what: `cannot make the folder ${path}`,
      place: path,
      cure: "Name a folder that can be made with SIGNALBOX_DATA_DIR, or make it by hand, and start again.",
    });
  }
}

/** The lock is SQLite's file lock, which the system releases when the process ends in any way. The file stays empty. */
function acquireLock(root: string): Database.Database {
  const file = join(root, lockName);
  const lock = asStoreFailure(root, () => new Database(file, { timeout: 0 }));
  try {
    // Nothing is ever written, so no journal file is needed.
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
    writeHolder(root);
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) throw inUse(root);
    if (error instanceof Database.SqliteError && error.code === "SQLITE_NOTADB") {
      throw new StoreError("DATA_CORRUPT", {
        message: `the lock ${file} is no longer an empty file`,
        place: file,
        cure: "remove it; it holds no data",
      });
    }
    throw diskFault(error, { what: `cannot lock ${file}`, place: file });
  }
}

function inUse(root: string): StoreError {
  const pid = holderOf(root);
  const holder = pid === undefined ? "another gateway" : `another gateway, process ${pid}`;
  return new StoreError("DATA_IN_USE", {
    message: `the data directory ${root} is held by ${holder}`,
    place: root,
    cure: "stop the other gateway, or set SIGNALBOX_DATA_DIR to a directory of its own",
  });
}

function holderOf(root: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(root, holderName), "utf8"), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function writeHolder(root: string): void {
  try {
    writeFileSync(join(root, holderName), `${process.pid}\n`);
  } catch {
    // The disk is full. The lock holds without this file; the message then names no process.
  }
}

/** Undefined when the directory was never used. */
function readPointer(root: string): string | undefined {
  const file = join(root, pointerName);
  const folders = storeFolders(root);
  if (!existsSync(file)) {
    const used = folders.find((name) => readdirSync(join(root, name)).length > 0);
    if (used === undefined) return undefined;
    throw new StoreError("DATA_CORRUPT", {
      message: `${root} holds the store ${used} and its file ${pointerName} is missing`,
      place: file,
      cure: `write the name of the newest complete store folder into ${file}`,
    });
  }
  const name = readFileSync(file, "utf8").trimEnd();
  if (folders.includes(name)) return name;
  const restore = `no store folder is left: move ${root} aside, make an empty folder in its place, start, and restore the newest savepoint`;
  throw new StoreError("DATA_CORRUPT", {
    message: `${file} names ${JSON.stringify(name.slice(0, 64))}, and there is no such store folder`,
    place: file,
    cure: folders.length === 0 ? restore : `put the folder back, or write one of these into the file: ${folders.join(", ")}`,
  });
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

/** When it throws, the pointer is unchanged. */
function renamePointer(root: string, name: string): void {
  const aside = join(root, `${pointerName}.next`);
  const file = openSync(aside, "w");
  try {
    writeSync(file, `${name}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // The contents of the folder must be on disk before the pointer to it.
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
    throw diskFault(error, { what: `cannot use the data directory ${root}`, place: root });
  }
}
