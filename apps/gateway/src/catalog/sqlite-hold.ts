/**
 * holdSqliteFile: one gateway alone works on a catalog in a SQLite file, also where the file lies outside the data directories (which are
 * held themselves). Holds a write lock on a small SQLite file beside it, which the system frees when the process ends in whatever way.
 * Neighbours: catalog-hold.ts does the same in PostgreSQL; open-catalog.ts holds before it migrates.
 * Guarantee: of two gateways that start, one is refused with the name of the other, by whatever path each reaches the file.
 */
import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { CatalogError } from "./catalog-error.ts";
import type { CatalogHold } from "./catalog-hold.ts";
import type { DatabaseTarget } from "./database-url.ts";
import { makeFolders } from "./make-folders.ts";

type SqliteTarget = Extract<DatabaseTarget, { kind: "sqlite" }>;

const waitMsDefault = 10_000;
const lookMs = 100;

/** Rejects with DATABASE_IN_USE. Resolves without a hold where no file can be made: opening the catalog then says why. */
export async function holdSqliteFile(target: SqliteTarget, waitMs = waitMsDefault): Promise<CatalogHold | undefined> {
  const file = openHoldFile(target);
  if (file === undefined) return undefined;
  try {
    const untilMs = performance.now() + waitMs;
    while (!isTaken(file)) {
      if (performance.now() >= untilMs) throw inUse(target, file);
      await delay(lookMs);
    }
    return { release: () => Promise.resolve(void file.close()) };
  } catch (error) {
    file.close();
    throw error;
  }
}

function openHoldFile(target: SqliteTarget): Database.Database | undefined {
  try {
    makeFolders(target.folder);
    const file = new Database(`${realPath(target)}.hold`, { timeout: 0 });
    // What is in it is for messages alone, so nobody waits for the disk.
    file.pragma("synchronous = OFF");
    return file;
  } catch {
    return undefined;
  }
}

/** Two paths to one file, over a link, are one hold. */
function realPath({ path, folder }: SqliteTarget): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(folder), basename(path));
}

/** Writes who holds it, and takes the lock again for as long as the file is open. Others can read meanwhile. */
function isTaken(file: Database.Database): boolean {
  try {
    file.exec("BEGIN IMMEDIATE");
    try {
      file.exec("CREATE TABLE IF NOT EXISTS holder (name TEXT NOT NULL, since INTEGER NOT NULL); DELETE FROM holder");
      file.prepare("INSERT INTO holder (name, since) VALUES (?, ?)").run(`process ${process.pid} on ${hostname()}`, Date.now());
      file.exec("COMMIT");
    } catch (error) {
      if (isLocked(error)) throw error;
      // On a full disk the lock counts without a name.
      if (file.inTransaction) file.exec("ROLLBACK");
    }
    file.exec("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    if (file.inTransaction) file.exec("ROLLBACK");
    if (isLocked(error)) return false;
    throw error;
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}

function inUse(target: SqliteTarget, file: Database.Database): CatalogError {
  return new CatalogError("DATABASE_IN_USE", {
    message: `Another gateway works on the catalog ${target.path}: ${holderIn(file)}.`,
    cure: "Stop that one, or name another file for this one (DATABASE_URL, or another SIGNALBOX_DATA_DIR without it).",
  });
}

function holderIn(file: Database.Database): string {
  try {
    const row = file.prepare("SELECT name, since FROM holder").get() as { name: string; since: number } | undefined;
    return row === undefined ? "it does not say which" : `${row.name}, since ${new Date(row.since).toISOString()}`;
  } catch {
    return "it does not say which";
  }
}
