/**
 * Migrator: brings the catalog's tables to what this version needs, at start. It applies the checked-in migrations
 * (prisma/migrations/<provider>) in order and keeps Prisma's own _prisma_migrations table, so `prisma migrate deploy` agrees.
 * One transaction a migration, under a lock over all processes; an edited or foreign history is refused and nothing is changed.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CatalogProvider } from "./catalog.ts";
import { CatalogError } from "./catalog-error.ts";

export const migrationLockWaitMs = 10_000;
const migrationsFolder = resolve(import.meta.dirname, "../../../../prisma/migrations");

export interface Migration {
  /** The folder's name: a time and a word, which sorts in the order of application. */
  readonly name: string;
  readonly sql: string;
  /** The sha256 of the file in hex, as Prisma computes it. */
  readonly checksum: string;
}

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  /** False when somebody began the migration and did not end it. */
  readonly finished: boolean;
}

export interface FinishedMigration {
  readonly id: string;
  readonly migration: Migration;
  readonly startedMs: number;
  readonly finishedMs: number;
}

/** A connection of its own, used for migrating only. */
export interface MigrationDatabase {
  /** Holds the lock while `work` runs, and makes _prisma_migrations where it is missing. Rejects with MIGRATION_LOCKED. */
  locked<T>(work: () => Promise<T>): Promise<T>;
  applied(): Promise<AppliedMigration[]>;
  /** Runs the script and writes its row, in one transaction. */
  apply(migration: Migration, row: () => FinishedMigration): Promise<void>;
  close(): Promise<void>;
}

export function readMigrations(provider: CatalogProvider, folder: string = migrationsFolder): Migration[] {
  const providerFolder = join(folder, provider);
  const names = existsSync(providerFolder) ? readdirSync(providerFolder, { withFileTypes: true }) : [];
  const migrations = names.filter((entry) => entry.isDirectory()).map((entry) => readMigration(providerFolder, entry.name));
  if (migrations.length === 0) {
    throw new CatalogError("MIGRATION_UNKNOWN", {
      message: `No migrations lie in ${providerFolder}.`,
      cure: "This installation is incomplete: check it out again.",
    });
  }
  return migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function readMigration(folder: string, name: string): Migration {
  const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
  return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
}

/** Returns the names of the migrations that it applied. */
export async function migrate(database: MigrationDatabase, migrations: readonly Migration[], nowMs: () => number): Promise<string[]> {
  return database.locked(async () => {
    const pending = pendingMigrations(migrations, await database.applied());
    for (const migration of pending) await applyOne(database, migration, nowMs);
    return pending.map((migration) => migration.name);
  });
}

function pendingMigrations(migrations: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = known.get(row.name);
    if (migration === undefined) {
      throw new CatalogError("MIGRATION_UNKNOWN", {
        message: `The catalog's database has the migration ${row.name}, which this version does not know.`,
        cure: "It was opened by a newer version: start that one, or point DATABASE_URL at another database.",
      });
    }
    if (!row.finished) {
      throw new CatalogError("MIGRATION_FAILED", {
        message: `The migration ${row.name} of the catalog's database began once and did not end.`,
        cure: "Restore a backup, or mend the tables by hand and resolve it with `npx prisma migrate resolve`.",
      });
    }
    if (row.checksum !== migration.checksum) {
      throw new CatalogError("MIGRATION_EDITED", {
        message: `The migration ${row.name} was edited after it had been applied to this database.`,
        cure: "Put its migration.sql back as it was and write a new migration for the change.",
      });
    }
  }
  const done = new Set(applied.map((row) => row.name));
  return migrations.filter((migration) => !done.has(migration.name));
}

async function applyOne(database: MigrationDatabase, migration: Migration, nowMs: () => number): Promise<void> {
  const startedMs = nowMs();
  try {
    await database.apply(migration, () => ({ id: randomUUID(), migration, startedMs, finishedMs: nowMs() }));
  } catch (error) {
    throw new CatalogError("MIGRATION_FAILED", {
      message: `The migration ${migration.name} of the catalog failed and was undone: ${error instanceof Error ? error.message : String(error)}.`,
      cure: "The database is as before. If its tables were changed by hand, undo that; else report this.",
      cause: error,
    });
  }
}
