/**
 * backupCatalog: the catalog as a value inside a savepoint's file, which makes the file a backup: add-catalog.ts writes it,
 * restore-backup.ts reads it.
 * Any tool that reads savepoints also reads a backup, because one more table does not disturb it.
 */
import type Database from "better-sqlite3";

/**
 * The table holds a SQLite file as bytes: the catalog without sessions (browsers have to sign in again) and without the records of
 * savepoints, whose files are not in the backup.
 */
const catalogTable = "signalbox_catalog";

export function writeCatalog(file: Database.Database, bytes: Uint8Array): void {
  file.exec(`CREATE TABLE ${catalogTable} (format INTEGER NOT NULL, bytes BLOB NOT NULL)`);
  file.prepare(`INSERT INTO ${catalogTable} VALUES (1, ?)`).run(bytes);
}

/** Returns undefined when the file carries no catalog. */
export function readCatalog(file: Database.Database): Uint8Array | undefined {
  const there = file.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(catalogTable);
  if (there === undefined) return undefined;
  const row = file.prepare<[], { bytes: Uint8Array }>(`SELECT bytes FROM ${catalogTable} WHERE format = 1`).get();
  return row?.bytes;
}
