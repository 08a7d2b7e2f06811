/**
 * attachSources: makes the sources of a bootstrap tables of DuckDB. Files of rows become views that DuckDB reads as it needs them; SQLite
 * is read through better-sqlite3 and PostgreSQL through pg (sqlite-source.ts, postgres-source.ts), because DuckDB's own extensions for them
 * are downloads.
 */
import { statSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { quotedName, quotedText, type DuckDb } from "../duckdb/open-duckdb.ts";
import type { BootstrapSource, FileSourceKind } from "./bootstrap-job.ts";
import { asRefused, bootstrapRefused } from "./bootstrap-refused.ts";
import { copyPostgres } from "./postgres-source.ts";
import { attachSqlite } from "./sqlite-source.ts";

/** Names that the SQL of a bootstrap uses itself. */
const taken = ["state", "main", "temp", "system", "information_schema", "pg_catalog"];
const namePattern = /^[a-z_][a-z0-9_]{0,62}$/i;

export interface Attaching {
  readonly duckDb: DuckDb;
  readonly connection: DuckDBConnection;
  readonly sources: readonly BootstrapSource[];
  /** The statements; of a PostgreSQL database only the tables that they name are read. */
  readonly sql: string;
}

export async function attachSources({ duckDb, connection, sources, sql }: Attaching): Promise<void> {
  refuseNames(sources);
  for (const source of sources) {
    refuseAbsent(source);
    try {
      if (source.kind === "postgresql") await copyPostgres({ duckDb, connection, source, sql });
      else if (source.kind === "sqlite") await attachSqlite({ duckDb, connection, source });
      else await connection.run(`CREATE VIEW ${quotedName(source.name)} AS SELECT * FROM ${reader(source.kind, source.path)}`);
    } catch (error) {
      throw asRefused(error, `source ${source.name}`, `Name a ${shown[source.kind]} that can be read.`);
    }
  }
}

const shown: Readonly<Record<BootstrapSource["kind"], string>> = {
  csv: "CSV file",
  jsonl: "file with a JSON object on each line",
  parquet: "Parquet file",
  sqlite: "SQLite file",
  postgresql: "PostgreSQL database",
};

function reader(kind: Exclude<FileSourceKind, "sqlite">, path: string): string {
  switch (kind) {
    case "csv":
      return `read_csv(${quotedText(path)})`;
    case "jsonl":
      return `read_json(${quotedText(path)}, format = 'newline_delimited')`;
    case "parquet":
      return `read_parquet(${quotedText(path)})`;
  }
}

/** Said first: DuckDB, which may read the named files only, takes one that is not there for one that it may not read. */
function refuseAbsent(source: BootstrapSource): void {
  if (source.kind === "postgresql" || statSync(source.path, { throwIfNoEntry: false })?.isFile() === true) return;
  throw bootstrapRefused(`source ${source.name}`, `${source.path} is no file`, "Correct the path, or put the file there.");
}

function refuseNames(sources: readonly BootstrapSource[]): void {
  const seen = new Set<string>();
  for (const { name } of sources) {
    const lower = name.toLowerCase();
    if (!namePattern.test(name) || taken.includes(lower))
      throw bootstrapRefused(
        `source ${name.slice(0, 80)}`,
        "this cannot be the name of a source",
        `Write letters, digits and _, and none of ${taken.join(", ")}.`,
      );
    if (seen.has(lower)) throw bootstrapRefused(`source ${name}`, "two sources have this name", "Name them differently.");
    seen.add(lower);
  }
}
