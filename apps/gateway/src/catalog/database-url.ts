/**
 * databaseTarget: which database DATABASE_URL names. file:<path> is SQLite, postgresql:// (or postgres://) is PostgreSQL, whose
 * `?schema=` picks the schema as Prisma's own tools do. Anything else is refused; a password never reaches a message.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CatalogError } from "./catalog-error.ts";

export type DatabaseTarget =
  | { readonly kind: "sqlite"; readonly path: string; readonly folder: string }
  | {
      readonly kind: "postgresql";
      readonly connectionString: string;
      readonly schema: string;
      /** Host, port and database, for messages. */
      readonly place: string;
    };

export function databaseTarget(databaseUrl: string): DatabaseTarget {
  if (databaseUrl.startsWith("file:")) return sqliteTarget(databaseUrl);
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) return postgresqlTarget(databaseUrl);
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(databaseUrl)?.[0] ?? "no scheme";
  throw invalid(`DATABASE_URL names a database of an unknown kind (${scheme}).`);
}

function sqliteTarget(databaseUrl: string): DatabaseTarget {
  const [location = ""] = databaseUrl.slice("file:".length).split("?");
  if (location === "" || location === ":memory:") throw invalid(`DATABASE_URL ${databaseUrl} names no file.`);
  const path = location.startsWith("//") ? filePath(databaseUrl) : resolve(location);
  return { kind: "sqlite", path, folder: dirname(path) };
}

function filePath(databaseUrl: string): string {
  try {
    return fileURLToPath(new URL(databaseUrl));
  } catch {
    throw invalid(`DATABASE_URL ${databaseUrl} is not a file of this machine.`);
  }
}

function postgresqlTarget(databaseUrl: string): DatabaseTarget {
  if (!URL.canParse(databaseUrl)) throw invalid("DATABASE_URL starts as a PostgreSQL URL but cannot be read as one.");
  const url = new URL(databaseUrl);
  const schema = url.searchParams.get("schema") ?? "public";
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(schema))
    throw invalid(`DATABASE_URL asks for the schema "${schema}", which is not a plain name.`);
  url.searchParams.delete("schema");
  return { kind: "postgresql", connectionString: url.href, schema, place: `${url.host}${url.pathname}` };
}

function invalid(message: string): CatalogError {
  return new CatalogError("DATABASE_URL_INVALID", {
    message,
    cure: "Use file:<path> for SQLite or postgresql://user:password@host:5432/database for PostgreSQL (percent-encode signs in the password).",
  });
}
