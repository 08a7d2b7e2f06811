/**
 * PostgresSource: tables of a PostgreSQL database as tables `<source>.<table>` of DuckDB: those that the SQL names, copied before it runs,
 * in one read-only snapshot and by a cursor, so that no more than a page is in memory here. A type without a counterpart in DuckDB is
 * copied as text.
 */
import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { Client, type FieldDef } from "pg";
import { quotedName, type DuckDb } from "../duckdb/open-duckdb.ts";
import { bootstrapRefused } from "./bootstrap-refused.ts";

export interface PostgresCopying {
  readonly duckDb: DuckDb;
  readonly connection: DuckDBConnection;
  readonly source: { readonly name: string; readonly url: string };
  readonly sql: string;
}

const rowsPerPage = 2_048;
const connectMsMax = 10_000;

/** Keeps values as the wire gives them, so that no number loses a digit on the way. */
const rawTexts = { getTypeParser: () => (text: string) => text };

export async function copyPostgres({ duckDb, connection, source, sql }: PostgresCopying): Promise<void> {
  const client = new Client({
    connectionString: source.url,
    connectionTimeoutMillis: connectMsMax,
    application_name: "signalbox bootstrap",
    types: rawTexts,
  });
  try {
    await client.connect();
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await connection.run(`CREATE SCHEMA ${quotedName(source.name)}`);
    const tables = (await tableNames(client)).filter((table) => isNamed(sql, source.name, table));
    if (tables.length === 0)
      throw bootstrapRefused(
        `source ${source.name}`,
        `the SQL names no table of the database as ${source.name}.<table>`,
        "Name one of its tables, or leave the source out.",
      );
    for (const table of tables) await copyTable(client, table, { duckDb, connection, schema: source.name });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Lists the tables that an unqualified name finds. */
async function tableNames(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(oid) AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)",
  );
  return rows.map(({ name }) => name);
}

function isNamed(sql: string, schema: string, table: string): boolean {
  const escaped = table.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\w"])"?${schema}"?\s*\.\s*(?:"${escaped}"|${escaped}(?!\w))`, "i").test(sql);
}

interface Column {
  readonly name: string;
  readonly type: DuckDBType;
  readonly read: (text: string) => DuckDBValue;
}

async function copyTable(
  client: Client,
  table: string,
  { duckDb, connection, schema }: { duckDb: DuckDb; connection: DuckDBConnection; schema: string },
): Promise<void> {
  const name = quotedName(table);
  const { fields } = await client.query(`SELECT * FROM ${name} LIMIT 0`);
  const columns = fields.map((field) => columnOf(field, duckDb));
  const declared = columns.map((column) => `${quotedName(column.name)} ${String(column.type)}`).join(", ");
  await connection.run(`CREATE TABLE ${quotedName(schema)}.${name} (${declared})`);
  const appender = await connection.createAppender(table, schema);
  await client.query(`DECLARE bootstrap NO SCROLL CURSOR FOR SELECT * FROM ${name}`);
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({ text: `FETCH ${rowsPerPage} FROM bootstrap`, rowMode: "array" });
    if (rows.length === 0) break;
    const chunk = duckDb.DuckDBDataChunk.create(
      columns.map(({ type }) => type),
      rows.length,
    );
    chunk.setColumns(columns.map(({ read }, at) => rows.map((row) => (typeof row[at] === "string" ? read(row[at]) : null))));
    appender.appendDataChunk(chunk);
    appender.flushSync();
  }
  appender.closeSync();
  await client.query("CLOSE bootstrap");
}

/** Chooses the column's type by the numbers of pg_type. */
function columnOf({ name, dataTypeID }: FieldDef, duckDb: DuckDb): Column {
  switch (dataTypeID) {
    case 16:
      return { name, type: duckDb.BOOLEAN, read: (text) => text === "t" };
    case 21:
    case 23:
      return { name, type: duckDb.INTEGER, read: Number };
    case 20:
      return { name, type: duckDb.BIGINT, read: BigInt };
    case 700:
      return { name, type: duckDb.FLOAT, read: Number };
    case 701:
      return { name, type: duckDb.DOUBLE, read: Number };
    case 17:
      return { name, type: duckDb.BLOB, read: (text) => new duckDb.DuckDBBlobValue(Buffer.from(text.slice(2), "hex")) };
    default:
      return { name, type: duckDb.VARCHAR, read: (text) => text };
  }
}
