/**
 * `node apps/gateway/test/catalog/record-catalog.ts`: keeps a catalog of the tables in force: their SQL with a row of each kind into
 * recorded/<last migration>.sql, and what is read of them beside it. `npm run release` asks for it, so that each released catalog is opened
 * by every later version (recorded-catalogs.test.ts).
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { readMigrations } from "../../src/catalog/migrator.ts";
import { openCatalog } from "../../src/catalog/open-catalog.ts";
import { fillCatalog, readCatalog } from "./sample-catalog.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-record-catalog-"));
try {
  const path = join(folder, "catalog.db");
  const catalog = await openCatalog({ databaseUrl: `file:${path}` });
  await fillCatalog(catalog);
  const read = await readCatalog(catalog);
  await catalog.close();
  const target = join(import.meta.dirname, "recorded", readMigrations("sqlite").at(-1)?.name ?? "none");
  writeFileSync(`${target}.sql`, dumpOf(path));
  writeFileSync(`${target}.json`, `${JSON.stringify(read, null, 2)}\n`);
  console.log(`recorded ${target}.sql`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes tables first, then their rows, then indexes, so that the SQL makes the same database when it is run in this order. */
function dumpOf(path: string): string {
  const database = new Database(path, { readonly: true });
  try {
    const made = database.prepare("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'").all() as {
      type: string;
      name: string;
      sql: string;
    }[];
    const tables = made.filter(({ type }) => type === "table");
    const rows = tables.flatMap(({ name }) =>
      (database.prepare(`SELECT * FROM "${name}"`).raw().all() as unknown[][]).map(
        (row) => `INSERT INTO "${name}" VALUES (${row.map(literal).join(", ")});`,
      ),
    );
    const rest = made.filter(({ type }) => type !== "table");
    return [...tables.map(({ sql }) => `${sql};`), ...rows, ...rest.map(({ sql }) => `${sql};`), ""].join("\n");
  } finally {
    database.close();
  }
}

function literal(value: unknown): string {
  if (value === null) return "NULL";
  if (Buffer.isBuffer(value)) return `X'${value.toString("hex")}'`;
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new Error(`a catalog holds texts, numbers and bytes, and here is a ${typeof value}`);
}
