/**
 * Catalogs of released versions are opened by this one with all their content. A catalog of a newer version is refused with a reason and
 * stays as it is.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CatalogError } from "../../src/catalog/catalog-error.ts";
import { openSqliteForMigration } from "../../src/catalog/migration-database-sqlite.ts";
import { migrate, readMigrations } from "../../src/catalog/migrator.ts";
import { openCatalog } from "../../src/catalog/open-catalog.ts";
import { readCatalog } from "./sample-catalog.ts";

const recordedFolder = join(import.meta.dirname, "recorded");
const recorded = readdirSync(recordedFolder).flatMap((file) => (file.endsWith(".sql") ? [file.slice(0, -4)] : []));
const last = recorded.toSorted().at(-1) ?? expect.fail("no catalog was recorded");

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-recorded-"));
  path = join(folder, "catalog.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function unpack(name: string, more = ""): void {
  const database = new Database(path);
  // Foreign keys are off, as for the catalog's own file, because the tables of a dump come in any order.
  database.pragma("foreign_keys = OFF");
  database.exec(readFileSync(join(recordedFolder, `${name}.sql`), "utf8") + more);
  database.close();
}

describe("a catalog of", () => {
  test.each(recorded)("%s is brought up to date and keeps its content", async (name) => {
    unpack(name);
    const catalog = await openCatalog({ databaseUrl: `file:${path}` });
    try {
      expect(await readCatalog(catalog)).toMatchObject(JSON.parse(readFileSync(join(recordedFolder, `${name}.json`), "utf8")) as object);
    } finally {
      await catalog.close();
    }
  });

  test("any migration before the last becomes a current one", async () => {
    const all = readMigrations("sqlite");
    for (let known = 1; known < all.length; known++) {
      rmSync(path, { force: true });
      const older = openSqliteForMigration(path, 10);
      await migrate(older, all.slice(0, known), () => 1_000);
      await older.close();
      const catalog = await openCatalog({ databaseUrl: `file:${path}` });
      expect(await catalog.modules.list()).toEqual([]);
      await catalog.close();
    }
  });
});

test("a catalog of a newer version is refused with the cure, and nothing in it is changed", async () => {
  const newer = "29991231235959_of_a_newer_version";
  unpack(
    last,
    `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES ('n', 'c', 1, '${newer}', 1, 1);`,
  );
  const before = readFileSync(path);
  const error: unknown = await openCatalog({ databaseUrl: `file:${path}` }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CatalogError);
  expect(error).toMatchObject({
    code: "MIGRATION_UNKNOWN",
    message: expect.stringContaining(newer),
    cure: expect.stringContaining("newer version: start that one"),
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});
