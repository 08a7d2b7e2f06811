/**
 * The catalog's schema in its two forms. prisma/schema.prisma (SQLite) is the one people edit; the PostgreSQL form is derived and never
 * stored. prisma-generate.ts makes the clients from both, prisma-migration.ts the migrations.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./stale-step.ts";

export const schemaProviders = ["sqlite", "postgresql"] as const;
export type SchemaProvider = (typeof schemaProviders)[number];

export const schemaPath = join(repositoryRoot, "prisma/schema.prisma");
export const migrationsFolder = join(repositoryRoot, "prisma/migrations");
/** The schema that the checked-in migrations add up to. */
export const migratedSchemaPath = join(migrationsFolder, "schema.prisma");

export function readSchema(): string {
  return readFileSync(schemaPath, "utf8");
}

/** Returns the schema for one database. Throws when the text does not have exactly one place to replace. */
export function schemaFor(provider: SchemaProvider, schema: string, clientFolder?: string): string {
  const forProvider = replaceOnce(schema, 'provider = "sqlite"', `provider = "${provider}"`);
  if (clientFolder === undefined) return forProvider;
  return replaceOnce(forProvider, '"../apps/gateway/src/catalog/generated/sqlite"', JSON.stringify(clientFolder));
}

function replaceOnce(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`prisma/schema.prisma must contain ${from} exactly once (found ${parts.length - 1})`);
  return parts.join(to);
}
