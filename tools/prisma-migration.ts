/**
 * Writes the next migration of the catalog for both databases: `node tools/prisma-migration.ts <name>` after editing
 * prisma/schema.prisma. Compares the schema with prisma/migrations/schema.prisma, so it needs no database.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SchemaEngine } from "@prisma/schema-engine-wasm";
import { migratedSchemaPath, migrationsFolder, readSchema, schemaFor, schemaProviders, type SchemaProvider } from "./prisma-schema.ts";

/** Returns the SQL that leads from one schema to the other; empty when nothing changes. */
export async function schemaDifference(provider: SchemaProvider, before: string | undefined, after: string): Promise<string> {
  const engine = await SchemaEngine.new({ datamodels: [["schema.prisma", schemaFor(provider, after)]] }, () => {}, noDatabase(provider));
  try {
    const difference = await engine.diff({
      from: before === undefined ? { tag: "empty" } : target(provider, before),
      to: target(provider, after),
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    // The operator chooses the schema to work in (`?schema=` in the URL), so a migration must not need the right to make one.
    const sql = (difference.stdout ?? "").replace('-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n', "");
    return /^\s*(-- This is an empty migration\.\s*)?$/.test(sql) ? "" : sql;
  } finally {
    engine.free();
  }
}

function target(provider: SchemaProvider, schema: string) {
  return { tag: "schemaDatamodel" as const, files: [{ path: "schema.prisma", content: schemaFor(provider, schema) }] };
}

/** Comparing two texts needs no database, but the engine opens one first, so it gets an empty connection that keeps nothing. */
function noDatabase(provider: SchemaProvider): object {
  const name = { provider: provider === "postgresql" ? "postgres" : provider, adapterName: "none" };
  const answer = (value: unknown) => async () => ({ ok: true, value });
  const connection = {
    ...name,
    queryRaw: answer({ columnNames: [], columnTypes: [], rows: [] }),
    executeRaw: answer(0),
    executeScript: answer(undefined),
    getConnectionInfo: () => ({ ok: true, value: { supportsRelationJoins: false } }),
    dispose: answer(undefined),
  };
  return { ...name, connect: answer(connection), connectToShadowDb: answer(connection), errorRegistry: { consumeError: () => undefined } };
}

async function writeMigration(name: string): Promise<void> {
  const after = readSchema();
  const before = existsSync(migratedSchemaPath) ? readFileSync(migratedSchemaPath, "utf8") : undefined;
  const scripts = await Promise.all(schemaProviders.map((provider) => schemaDifference(provider, before, after)));
  if (scripts.every((sql) => sql === "")) {
    console.log("prisma/schema.prisma changes no table since the last migration; nothing was written");
    return;
  }
  const stamp = new Date()
    .toISOString()
    .replaceAll(/[^0-9]/g, "")
    .slice(0, 14);
  for (const [index, provider] of schemaProviders.entries()) {
    const folder = join(migrationsFolder, provider, `${stamp}_${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "migration.sql"), scripts[index] ?? "");
    writeFileSync(join(migrationsFolder, provider, "migration_lock.toml"), `provider = "${provider}"\n`);
    console.log(`wrote ${folder}/migration.sql`);
  }
  writeFileSync(migratedSchemaPath, after);
}

if (import.meta.main) {
  const name = process.argv[2] ?? "";
  if (!/^[a-z][a-z0-9_]{0,60}$/.test(name))
    throw new Error("name the migration: node tools/prisma-migration.ts add_users (a-z, 0-9 and _)");
  await writeMigration(name);
}
