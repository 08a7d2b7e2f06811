/**
 * backupCatalog: the catalog as a value inside a savepoint's file, which makes a backup of it: written by add-catalog.ts, read again by
 * restore-backup.ts. Any tool that reads savepoints reads a backup too: a table more is no matter to it.
 */
import type Database from "better-sqlite3";

/** bytes: a SQLite file, the catalog without sessions (a browser of then is not signed in) and without the records of savepoints, whose files stay behind. */
const catalogTable = "signalbox_catalog";

export function writeCatalog(file: Database.Database, bytes: Uint8Array): void {
  file.exec(`CREATE TABLE ${catalogTable} (format INTEGER NOT NULL, bytes BLOB NOT NULL)`);
  file.prepare(`INSERT INTO ${catalogTable} VALUES (1, ?)`).run(bytes);
}

/** undefined: it carries none. */
export function readCatalog(file: Database.Database): Uint8Array | undefined {
  const there = file.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(catalogTable);
  if (there === undefined) return undefined;
  const row = file.prepare<[], { bytes: Uint8Array }>(`SELECT bytes FROM ${catalogTable} WHERE format = 1`).get();
  return row?.bytes;
}
