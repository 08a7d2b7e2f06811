/**
 * openCatalog: connects to the database that DATABASE_URL names, brings its tables up to date and returns the Catalog.
 * Migrating and serving use one connection after the other, so this process never has one SQLite file open twice.
 */
import { auditCatalog } from "./audit-catalog.ts";
import { CallWatch } from "./call-watch.ts";
import { alertRuleCatalog, causeCatalog } from "./cause-catalog.ts";
import type { Catalog, CatalogOptions } from "./catalog.ts";
import { CatalogError } from "./catalog-error.ts";
import type { CatalogHold } from "./catalog-hold.ts";
import { connectDatabase } from "./database-client.ts";
import { databaseFailure, placeOf, refusingAsCatalog } from "./database-failure.ts";
import { databaseTarget, type DatabaseTarget } from "./database-url.ts";
import { erasureCatalog } from "./erasure-catalog.ts";
import { identityCatalog } from "./identity-catalog.ts";
import { invariantCatalog } from "./invariant-catalog.ts";
import { openSqliteForMigration } from "./migration-database-sqlite.ts";
import { makeFolders } from "./make-folders.ts";
import { migrate, readMigrations, type MigrationDatabase } from "./migrator.ts";
import { moduleCatalog } from "./module-catalog.ts";
import { filterCatalog } from "./filter-catalog.ts";
import { pauseCatalog } from "./pause-catalog.ts";
import { descriptorSetCatalog, savedMessageCatalog } from "./people-catalogs.ts";
import { savepointCatalog } from "./savepoint-catalog.ts";
import { secretCatalog } from "./secret-catalog.ts";

const defaultAuditEntriesMax = 100_000;
const defaultAuditAgeMsMax = 400 * 24 * 60 * 60 * 1_000;

export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const target = databaseTarget(options.databaseUrl);
  const hold = await heldAlone(target, options.alone);
  try {
    return await openHeld(target, options, hold);
  } catch (error) {
    await hold?.release();
    throw error;
  }
}

async function heldAlone(target: DatabaseTarget, alone: CatalogOptions["alone"]): Promise<CatalogHold | undefined> {
  if (alone === undefined) return undefined;
  try {
    if (target.kind === "sqlite") {
      const { holdSqliteFile } = await import("./sqlite-hold.ts");
      return await holdSqliteFile(target, alone.waitMs);
    }
    const { holdCatalog } = await import("./catalog-hold.ts");
    return await holdCatalog(target, alone);
  } catch (error) {
    throw error instanceof CatalogError ? error : unreachable(target, error);
  }
}

async function openHeld(target: DatabaseTarget, options: CatalogOptions, hold: CatalogHold | undefined): Promise<Catalog> {
  await bringUpToDate(target);
  const client = await connectDatabase(target, options.lockedMsMax);
  const ping = async (): Promise<void> => {
    await client.module.findFirst({ select: { name: true } });
  };
  try {
    await ping();
  } catch (error) {
    await client.$disconnect();
    throw unreachable(target, error);
  }
  const calls = new CallWatch();
  const auditLimits = {
    auditEntriesMax: options.auditEntriesMax ?? defaultAuditEntriesMax,
    auditAgeMsMax: options.auditAgeMsMax ?? defaultAuditAgeMsMax,
  };
  return {
    provider: target.kind,
    modules: refusingAsCatalog(target, moduleCatalog(client), calls),
    savepoints: refusingAsCatalog(target, savepointCatalog(client), calls),
    savedFilters: refusingAsCatalog(target, filterCatalog(client), calls),
    savedMessages: refusingAsCatalog(target, savedMessageCatalog(client), calls),
    descriptorSets: refusingAsCatalog(target, descriptorSetCatalog(client), calls),
    audit: refusingAsCatalog(target, auditCatalog(client, auditLimits), calls),
    causes: refusingAsCatalog(target, causeCatalog(client), calls),
    invariants: refusingAsCatalog(target, invariantCatalog(client), calls),
    erasures: refusingAsCatalog(target, erasureCatalog(client), calls),
    alertRules: refusingAsCatalog(target, alertRuleCatalog(client), calls),
    secrets: refusingAsCatalog(target, secretCatalog(client), calls),
    pauses: refusingAsCatalog(target, pauseCatalog(client), calls),
    identity: refusingAsCatalog(target, identityCatalog(client), calls),
    ping: () => refusingAsCatalog(target, { ping }, calls).ping(),
    oldestCallSinceMs: () => calls.oldestSinceMs(),
    close: async () => {
      await client.$disconnect();
      await hold?.release();
    },
  };
}

async function bringUpToDate(target: DatabaseTarget): Promise<void> {
  const database = await openForMigration(target);
  try {
    await migrate(database, readMigrations(target.kind), Date.now);
  } catch (error) {
    throw error instanceof CatalogError ? error : unreachable(target, error);
  } finally {
    await database.close();
  }
}

async function openForMigration(target: DatabaseTarget): Promise<MigrationDatabase> {
  try {
    if (target.kind === "postgresql") {
      const { openPostgresqlForMigration } = await import("./migration-database-postgresql.ts");
      return await openPostgresqlForMigration(target);
    }
    makeFolders(target.folder);
    return openSqliteForMigration(target.path);
  } catch (error) {
    throw unreachable(target, error);
  }
}

/** At the start, a database that fails without a fault of its own is reported as one that cannot be reached. */
function unreachable(target: DatabaseTarget, error: unknown): CatalogError {
  const failure = databaseFailure(target, error);
  if (failure.code !== "DATABASE_FAILED") return failure;
  return new CatalogError("DATABASE_UNREACHABLE", {
    message: `The catalog's ${target.kind === "sqlite" ? "SQLite" : "PostgreSQL"} database ${placeOf(target)} cannot be used: ${reasonOf(error)}.`,
    cure:
      target.kind === "sqlite"
        ? "Check that the folder can be written and the file is a SQLite database, or set DATABASE_URL to another."
        : "Check that the server runs and that DATABASE_URL has the right host, port, user, password and database.",
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
