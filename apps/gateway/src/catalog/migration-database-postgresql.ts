/**
 * MigrationDatabase over one PostgreSQL connection. The lock is the advisory lock that Prisma's own tools take, so a `prisma migrate
 * deploy` and a starting gateway take turns too; the server frees it when the connection ends.
 */
import pg from "pg";
import { CatalogError } from "./catalog-error.ts";
import type { DatabaseTarget } from "./database-url.ts";
import { migrationLockWaitMs, type AppliedMigration, type MigrationDatabase } from "./migrator.ts";

const prismaMigrationLock = 72_707_369;
const lockNotAvailable = "55P03";
export const connectTimeoutMs = 10_000;

const table = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

export async function openPostgresqlForMigration(
  target: Extract<DatabaseTarget, { kind: "postgresql" }>,
  lockWaitMs: number = migrationLockWaitMs,
): Promise<MigrationDatabase> {
  const client = new pg.Client({ connectionString: target.connectionString, connectionTimeoutMillis: connectTimeoutMs });
  // A connection that breaks while it is idle reports it here. The next query rejects anyway, and that rejection is what counts.
  client.on("error", () => {});
  await client.connect();
  return {
    async locked(work) {
      await takeLock(client, target.place, lockWaitMs);
      try {
        await client.query("SET client_min_messages = warning");
        await useSchema(client, target.schema);
        if ((await client.query("SELECT to_regclass('_prisma_migrations') AS found")).rows[0]?.found === null) await client.query(table);
        return await work();
      } finally {
        await client.query("SELECT pg_advisory_unlock($1)", [prismaMigrationLock]);
      }
    },
    async applied() {
      const found = await client.query("SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL");
      return found.rows.map(appliedRow);
    },
    async apply(migration, row) {
      await client.query("BEGIN");
      try {
        await client.query(migration.sql);
        const { id, startedMs, finishedMs } = row();
        await client.query(
          `INSERT INTO _prisma_migrations (id, checksum, started_at, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, $3, $4, $5, 1)`,
          [id, migration.checksum, new Date(startedMs), new Date(finishedMs), migration.name],
        );
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      }
    },
    close: () => client.end(),
  };
}

/**
 * Makes the schema only when it is missing, because making one needs rights on the database, which a role with a schema of its own may not
 * have.
 */
async function useSchema(client: pg.Client, schema: string): Promise<void> {
  const there = await client.query("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", [schema]);
  if (there.rows.length === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  await client.query(`SET search_path = "${schema}"`);
}

async function takeLock(client: pg.Client, place: string, lockWaitMs: number): Promise<void> {
  try {
    await client.query(`SET lock_timeout = ${Math.trunc(lockWaitMs)}`);
    await client.query("SELECT pg_advisory_lock($1)", [prismaMigrationLock]);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== lockNotAvailable) throw error;
    throw new CatalogError("MIGRATION_LOCKED", {
      message: `Another process migrates the catalog ${place}.`,
      cure: "Wait for it to end, or stop it, and start again.",
      cause: error,
    });
  }
}

function appliedRow(row: unknown): AppliedMigration {
  const { migration_name, checksum, finished_at } = row as { migration_name: string; checksum: string; finished_at: Date | null };
  return { name: migration_name, checksum, finished: finished_at !== null };
}
