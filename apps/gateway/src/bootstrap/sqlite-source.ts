/**
 * SqliteSource: the tables of a SQLite file as views `<source>.<table>`, read row by row through better-sqlite3 while DuckDB asks for them,
 * and only the columns that it asks for. The file is opened read-only, and nothing in its schema may call a function.
 */
import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import Database from "better-sqlite3";
import { openRegularFileSync } from "@signalbox/runtime/regular-file";
import { closeSync } from "node:fs";
import { quotedName, type DuckDb } from "../duckdb/open-duckdb.ts";
import { bootstrapRefused } from "./bootstrap-refused.ts";

export interface SqliteAttaching {
  readonly duckDb: DuckDb;
  readonly connection: DuckDBConnection;
  readonly source: { readonly name: string; readonly path: string };
}

const tablesMax = 500;
const rowsPerPull = 2_048;
type SqliteCell = string | number | bigint | Uint8Array | null;
type SqliteKind = "integer" | "real" | "text" | "blob";

interface Column {
  readonly name: string;
  readonly kind: SqliteKind;
}

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** A scan under way. When a query wants no more rows, the scan stays open until the process ends. */
interface Scan {
  readonly columns: readonly Column[];
  readonly rows: IterableIterator<SqliteCell[]>;
  readonly database: Database.Database;
  row: number;
}

export async function attachSqlite({ duckDb, connection, source }: SqliteAttaching): Promise<void> {
  const { name, path } = source;
  // Refuses a pipe or a device before SQLite opens it.
  closeSync(openRegularFileSync(path));
  const database = open(path);
  const tables = tablesOf(database, name);
  database.close();
  await connection.run(`CREATE SCHEMA ${quotedName(name)}`);
  for (const [index, table] of tables.entries()) {
    const reader = `sqlite_${name}_${index}`;
    connection.registerTableFunction(tableFunction(duckDb, { reader, path, table }));
    await connection.run(`CREATE VIEW ${quotedName(name)}.${quotedName(table.name)} AS SELECT * FROM ${quotedName(reader)}()`);
  }
}

function open(path: string): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  database.pragma("trusted_schema = OFF");
  database.pragma("query_only = ON");
  return database;
}

function tablesOf(database: Database.Database, source: string): Table[] {
  const names = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();
  if (names.length > tablesMax)
    throw bootstrapRefused(`source ${source}`, `the file has more than ${tablesMax} tables`, "Copy those that are needed into a file.");
  return names.map((name) => ({
    name,
    columns: database
      .prepare<[string], { name: string; type: string }>("SELECT name, type FROM pragma_table_info(?)")
      .all(name)
      .map((column) => ({ name: column.name, kind: kindOf(column.type) })),
  }));
}

/** Follows SQLite's affinities. A column without one that is known is read as text, so that no date or decimal is guessed. */
function kindOf(declared: string): SqliteKind {
  if (/int|bool/i.test(declared)) return "integer";
  if (/char|clob|text/i.test(declared)) return "text";
  if (/blob/i.test(declared)) return "blob";
  return /real|floa|doub/i.test(declared) ? "real" : "text";
}

function tableFunction(duckDb: DuckDb, { reader, path, table }: { reader: string; path: string; table: Table }) {
  const types: Readonly<Record<SqliteKind, DuckDBType>> = {
    integer: duckDb.BIGINT,
    real: duckDb.DOUBLE,
    text: duckDb.VARCHAR,
    blob: duckDb.BLOB,
  };
  return duckDb.DuckDBTableFunction.create({
    name: reader,
    supportsProjectionPushdown: true,
    bindFunction: (bind) => {
      for (const { name, kind } of table.columns) bind.addResultColumn(name, types[kind]);
    },
    initFunction: (init) => {
      init.setMaxThreads(1);
      init.setInitData(
        beginScan(
          path,
          table,
          init.getColumnIndexes().flatMap((index) => table.columns[index] ?? []),
        ),
      );
    },
    mainFunction: (info, out) => {
      const scan = info.initData as Scan;
      const columns = pull(scan, duckDb, table.name);
      out.rowCount = columns[0]?.length ?? 0;
      if (out.rowCount > 0) out.setColumns(columns.slice(0, out.columnCount));
    },
  });
}

/** Each scan has a connection of its own, because two tables of one file may be read at once. */
function beginScan(path: string, table: Table, columns: readonly Column[]): Scan {
  const database = open(path);
  const cells = columns.length === 0 ? "1" : columns.map(({ name }) => quotedName(name)).join(", ");
  const rows = database
    .prepare<[], SqliteCell[]>(`SELECT ${cells} FROM ${quotedName(table.name)}`)
    .raw()
    .safeIntegers()
    .iterate();
  return { columns, rows, database, row: 0 };
}

function pull(scan: Scan, duckDb: DuckDb, table: string): DuckDBValue[][] {
  const width = Math.max(1, scan.columns.length);
  const columns: DuckDBValue[][] = Array.from({ length: width }, () => []);
  for (let count = 0; count < rowsPerPull; count++) {
    const next = scan.rows.next();
    if (next.done === true) {
      scan.database.close();
      break;
    }
    scan.row++;
    for (let at = 0; at < width; at++) {
      const column = scan.columns[at];
      columns[at]?.push(column === undefined ? null : cellOf(next.value[at], column, { duckDb, where: `${table}, row ${scan.row}` }));
    }
  }
  return columns;
}

/** Converts a cell, which in SQLite may hold anything, whatever its column declares. */
function cellOf(cell: SqliteCell | undefined, { name, kind }: Column, { duckDb, where }: { duckDb: DuckDb; where: string }): DuckDBValue {
  if (cell === null || cell === undefined) return null;
  if (kind === "text") return cell instanceof Uint8Array ? Buffer.from(cell).toString("utf8") : String(cell);
  if (kind === "integer" && typeof cell === "bigint") return cell;
  if (kind === "real" && (typeof cell === "number" || typeof cell === "bigint")) return Number(cell);
  if (kind === "blob" && cell instanceof Uint8Array) return new duckDb.DuckDBBlobValue(cell);
  if (kind === "blob" && typeof cell === "string") return new duckDb.DuckDBBlobValue(Buffer.from(cell));
  throw new Error(`table ${where}: column ${name} is declared ${kind} and holds a ${typeof cell}; mend the row, or leave the column out`);
}
