/**
 * MigrationDatabase over one SQLite file. The lock is SQLite's own exclusive lock, which locking_mode keeps over all transactions of the
 * run, so two starting gateways take turns and a crash frees it.
 */
import Database from "better-sqlite3";
import { CatalogError } from "./catalog-error.ts";
import { damagedDatabase } from "./database-failure.ts";
import { migrationLockWaitMs, type AppliedMigration, type MigrationDatabase } from "./migrator.ts";

const table = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT,
  "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

export function openSqliteForMigration(path: string, lockWaitMs: number = migrationLockWaitMs): MigrationDatabase {
  const database = new Database(path, { timeout: lockWaitMs });
  return {
    async locked(work) {
      takeLock(database, path);
      try {
        return await work();
      } finally {
        database.pragma("locking_mode = NORMAL");
        // SQLite releases the lock only at the next use of the file.
        database.prepare("SELECT 1 FROM sqlite_master").get();
      }
    },
    applied: async () =>
      database
        .prepare(`SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`)
        .all()
        .map(appliedRow),
    async apply(migration, row) {
      database.exec("BEGIN");
      try {
        database.exec(migration.sql);
        if (database.pragma("foreign_key_check", { simple: true }) !== undefined) throw new Error("it leaves rows that refer to nothing");
        const { id, startedMs, finishedMs } = row();
        database
          .prepare(
            `INSERT INTO "_prisma_migrations" (id, checksum, started_at, finished_at, migration_name, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)`,
          )
          .run(id, migration.checksum, startedMs, finishedMs, migration.name);
        database.exec("COMMIT");
      } catch (error) {
        if (database.inTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    async close() {
      database.close();
    },
  };
}

function takeLock(database: Database.Database, path: string): void {
  // Scripts that rebuild a table switch foreign keys off themselves, but that has no effect inside a transaction, so it is done here.
  database.pragma("foreign_keys = OFF");
  database.pragma("locking_mode = EXCLUSIVE");
  try {
    database.exec("BEGIN EXCLUSIVE");
    // SQLite checks a page only when it needs it. The catalog is small enough to check all pages once at each start.
    const verdict = database.pragma("quick_check(1)", { simple: true });
    if (verdict !== "ok") throw damagedDatabase(path, String(verdict));
    database.exec(table);
    database.exec("COMMIT");
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith("SQLITE_BUSY")) throw error;
    throw new CatalogError("MIGRATION_LOCKED", {
      message: `Another process holds the catalog ${path}.`,
      cure: "Wait for it to end, or stop it, and start again.",
      cause: error,
    });
  }
}

function appliedRow(row: unknown): AppliedMigration {
  const { migration_name, checksum, finished_at } = row as { migration_name: string; checksum: string; finished_at: unknown };
  return { name: migration_name, checksum, finished: finished_at !== null };
}
