/** Migrations: each is one transaction, an edited or foreign history is refused, and the checked-in ones fit the schema. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migratedSchemaPath, readSchema, schemaProviders } from "../../../../tools/prisma-schema.ts";
import { schemaDifference } from "../../../../tools/prisma-migration.ts";
import { CatalogError } from "../../src/catalog/catalog-error.ts";
import { databaseTarget } from "../../src/catalog/database-url.ts";
import { openSqliteForMigration } from "../../src/catalog/migration-database-sqlite.ts";
import { migrate, readMigrations } from "../../src/catalog/migrator.ts";
import { openCatalog } from "../../src/catalog/open-catalog.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-migrator-"));
  path = join(folder, "catalog.db");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, "sqlite", name), { recursive: true });
  await writeFile(join(folder, "sqlite", name, "migration.sql"), sql);
}

async function migrateAll(): Promise<string[]> {
  const database = openSqliteForMigration(path, 10);
  try {
    return await migrate(database, readMigrations("sqlite", folder), () => 1000);
  } finally {
    await database.close();
  }
}

function query(sql: string): unknown[] {
  const database = new Database(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) => (error instanceof CatalogError ? error.code : String(error)),
  );
}

describe("the migrator", () => {
  it("applies migrations in order, once, and records them as Prisma does", async () => {
    await writeMigration("2_second", "ALTER TABLE a ADD COLUMN y TEXT;");
    await writeMigration("1_first", "CREATE TABLE a (x TEXT); -- one; two\nCREATE TABLE b (x TEXT);");
    expect(await migrateAll()).toEqual(["1_first", "2_second"]);
    expect(await migrateAll()).toEqual([]);
    expect(
      query("SELECT migration_name, length(checksum) AS length, finished_at, applied_steps_count FROM _prisma_migrations ORDER BY 1"),
    ).toEqual([
      { migration_name: "1_first", length: 64, finished_at: 1000, applied_steps_count: 1 },
      { migration_name: "2_second", length: 64, finished_at: 1000, applied_steps_count: 1 },
    ]);
  });

  it("undoes a migration that fails half-way, keeps earlier ones, and goes on when it is mended", async () => {
    await writeMigration("1_first", "CREATE TABLE a (x TEXT);");
    await writeMigration("2_second", "CREATE TABLE b (x TEXT); INSERT INTO nowhere VALUES (1);");
    await expect(migrateAll()).rejects.toThrow(/2_second of the catalog failed and was undone: no such table: nowhere/);
    expect(query("SELECT name FROM sqlite_master WHERE name IN ('a', 'b')")).toEqual([{ name: "a" }]);
    await writeMigration("2_second", "CREATE TABLE b (x TEXT);");
    expect(await migrateAll()).toEqual(["2_second"]);
  });

  it("refuses a migration that leaves dangling references", async () => {
    await writeMigration(
      "1_first",
      "CREATE TABLE a (x TEXT PRIMARY KEY); CREATE TABLE b (x TEXT REFERENCES a(x)); INSERT INTO b VALUES ('gone');",
    );
    expect(await codeOf(migrateAll())).toBe("MIGRATION_FAILED");
    expect(query("SELECT name FROM sqlite_master WHERE name IN ('a', 'b')")).toEqual([]);
  });

  it("refuses an edited, an unknown and an unfinished migration, and changes nothing", async () => {
    await writeMigration("1_first", "CREATE TABLE a (x TEXT);");
    await migrateAll();
    await writeMigration("2_second", "CREATE TABLE b (x TEXT);");
    await writeMigration("1_first", "CREATE TABLE a (x TEXT, y TEXT);");
    expect(await codeOf(migrateAll())).toBe("MIGRATION_EDITED");
    await rm(join(folder, "sqlite/1_first"), { recursive: true });
    expect(await codeOf(migrateAll())).toBe("MIGRATION_UNKNOWN");
    await writeMigration("1_first", "CREATE TABLE a (x TEXT);");
    const database = new Database(path);
    database.exec("UPDATE _prisma_migrations SET finished_at = NULL");
    database.close();
    expect(await codeOf(migrateAll())).toBe("MIGRATION_FAILED");
    expect(query("SELECT name FROM sqlite_master WHERE name = 'b'")).toEqual([]);
  });

  it("says so when another process holds the database", async () => {
    await writeMigration("1_first", "CREATE TABLE a (x TEXT);");
    const holder = new Database(path);
    holder.exec("BEGIN EXCLUSIVE");
    try {
      expect(await codeOf(migrateAll())).toBe("MIGRATION_LOCKED");
    } finally {
      holder.close();
    }
    expect(await migrateAll()).toEqual(["1_first"]);
  });
});

describe("the checked-in migrations", () => {
  it("add up to prisma/schema.prisma on both databases", async () => {
    const migrated = await readFile(migratedSchemaPath, "utf8");
    for (const provider of schemaProviders) {
      const from = "write a migration with `node tools/prisma-migration.ts <name>`";
      expect({ provider, missing: await schemaDifference(provider, migrated, readSchema()), from }).toEqual({
        provider,
        missing: "",
        from,
      });
    }
  });

  it("exist under the same names for both databases", () => {
    const names = schemaProviders.map((provider) => readMigrations(provider).map(({ name }) => name));
    expect(names[0]).toEqual(names[1]);
    expect(names[0]?.length).toBeGreaterThan(0);
  });
});

describe("DATABASE_URL", () => {
  it("names a SQLite file or a PostgreSQL database with an optional schema", () => {
    expect(databaseTarget("file:/data/catalog.db")).toEqual({ kind: "sqlite", path: "/data/catalog.db", folder: "/data" });
    expect(databaseTarget("file:///data/a%20b.db")).toMatchObject({ path: "/data/a b.db" });
    expect(databaseTarget("postgresql://me:secret@db:5433/box?schema=signal&sslmode=disable")).toEqual({
      kind: "postgresql",
      connectionString: "postgresql://me:secret@db:5433/box?sslmode=disable",
      schema: "signal",
      place: "db:5433/box",
    });
  });

  it("of another kind is refused with the cure, and never shows a password", async () => {
    expect(() => databaseTarget("mysql://a@b/c")).toThrow(/unknown kind \(mysql:\)\. Use file:<path>/);
    expect(() => databaseTarget("file::memory:")).toThrow(/names no file/);
    expect(() => databaseTarget('postgresql://a@b/c?schema=x";drop')).toThrow(/not a plain name/);
    const error = await openCatalog({ databaseUrl: "postgresql://me:secret@127.0.0.1:21199/box" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      message: expect.stringContaining("PostgreSQL database 127.0.0.1:21199/box cannot be used"),
    });
    expect(String(error)).not.toContain("secret");
  });

  it("of a file that is not a database is refused and leaves the file as it is", async () => {
    await writeFile(path, "this is no database, but a text of some length ".repeat(40));
    const before = await readFile(path, "utf8");
    expect(await codeOf(openCatalog({ databaseUrl: `file:${path}` }))).toBe("DATABASE_DAMAGED");
    expect(await readFile(path, "utf8")).toBe(before);
  });
});
