/**
 * RowQuery: a statement of a bootstrap as a query that gives rows of the table state, with its columns found by name, checked and cast to
 * what row-value.ts reads. Neighbour: run-bootstrap.ts runs it. Any other allowed statement (for a view, a macro, a table of its own) runs
 * unchanged.
 */
import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import { quotedName, type DuckDb } from "../duckdb/open-duckdb.ts";
import { withoutComments, type Statement } from "../duckdb/split-statements.ts";
import { asRefused, bootstrapRefused } from "./bootstrap-refused.ts";

export interface RowQuery {
  /** The query gives the columns type, id, name, typename, value, written_ms, expires_ms. */
  readonly sql: string;
  /** The built-in type that the SQL type of the column `value` stands for, if it stands for one. */
  readonly typename: string | undefined;
}

export type Plan = { readonly kind: "rows"; readonly query: RowQuery } | { readonly kind: "other"; readonly sql: string };

const needed = ["type", "id", "name", "value"] as const;
const optional = ["typename", "written_ms", "expires_ms"] as const;
const insertHead = /^insert\s+into\s+"?state"?\s*(?:\(([^()]*)\)\s*)?(?=\S)/i;

export interface Planning {
  readonly duckDb: DuckDb;
  readonly connection: DuckDBConnection;
  readonly where: string;
}

export async function planStatement({ text }: Statement, planning: Planning): Promise<Plan> {
  const body = withoutComments(text);
  const insert = insertHead.exec(body);
  if (insert !== null) {
    const columns = insert[1] === undefined ? "" : `(${insert[1]})`;
    return { kind: "rows", query: await rowQuery(`FROM (${body.slice(insert[0].length)}\n) AS given${columns}`, planning) };
  }
  const kind = await kindOf(body, planning);
  const { StatementType: types } = planning.duckDb;
  if (kind === types.SELECT) return { kind: "rows", query: await rowQuery(`FROM (${body}\n) AS given`, planning) };
  const harmless = [types.CREATE, types.CREATE_FUNC, types.INSERT, types.UPDATE, types.DELETE, types.DROP];
  if (harmless.includes(kind)) return { kind: "other", sql: body };
  throw bootstrapRefused(
    planning.where,
    `a statement ${types[kind] ?? "of this kind"} is not run here`,
    "Write INSERT INTO state SELECT …, a SELECT, or CREATE TABLE, VIEW or MACRO for what these use.",
  );
}

async function kindOf(sql: string, { connection, where }: Planning): Promise<number> {
  try {
    const prepared = await connection.prepare(sql);
    try {
      return prepared.statementType;
    } finally {
      prepared.destroySync();
    }
  } catch (error) {
    throw asRefused(error, where, sqlCure);
  }
}

const sqlCure = "Correct the statement; docs/bootstrap.md has an example.";

async function rowQuery(from: string, { duckDb, connection, where }: Planning): Promise<RowQuery> {
  const found = await columnsOf(from, { duckDb, connection, where });
  const missing = needed.filter((name) => !found.has(name));
  const unknown = [...found.keys()].filter((name) => ![...needed, ...optional].some((known) => known === name));
  if (missing.length > 0 || unknown.length > 0)
    throw bootstrapRefused(
      where,
      missing.length > 0 ? `the rows lack ${missing.join(", ")}` : `the rows have a column ${unknown.join(", ")}, and state has none`,
      `Name the columns ${needed.join(", ")}, and if need be ${optional.join(", ")}: SELECT 'shop/cart' AS type, customer AS id, …`,
    );
  const { id, value, typename } = duckDbTypes(duckDb, found);
  if (id === "other")
    throw bootstrapRefused(where, "the column id is neither a text nor a whole number", "CAST it: customer::VARCHAR AS id.");
  const time = (name: string): string => (found.has(name) ? `CAST(${name} AS BIGINT)` : "CAST(NULL AS BIGINT)");
  const text = (name: string): string => (found.has(name) ? `CAST(${quotedName(name)} AS VARCHAR)` : "CAST(NULL AS VARCHAR)");
  const columns = [text("type"), text("id"), text("name"), text("typename"), value, time("written_ms"), time("expires_ms")];
  return { sql: `SELECT ${columns.join(", ")} ${from}`, typename };
}

async function columnsOf(from: string, { duckDb, connection, where }: Planning): Promise<Map<string, DuckDBType>> {
  const sql = `SELECT * ${from}`;
  try {
    const prepared = await connection.prepare(sql);
    try {
      if (prepared.statementType !== duckDb.StatementType.SELECT) throw bootstrapRefused(where, "this is no query", sqlCure);
      const columns = new Map<string, DuckDBType>();
      for (let at = 0; at < prepared.columnCount; at++) columns.set(prepared.columnName(at).toLowerCase(), prepared.columnType(at));
      return columns;
    } finally {
      prepared.destroySync();
    }
  } catch (error) {
    throw asRefused(error, where, sqlCure);
  }
}

function duckDbTypes(
  { DuckDBTypeId: ids }: DuckDb,
  found: ReadonlyMap<string, DuckDBType>,
): { id: "text" | "other"; value: string; typename: string | undefined } {
  const whole = [ids.TINYINT, ids.SMALLINT, ids.INTEGER, ids.BIGINT, ids.UTINYINT, ids.USMALLINT, ids.UINTEGER, ids.UBIGINT, ids.HUGEINT];
  const id = found.get("id");
  const isText = id !== undefined && [ids.VARCHAR, ids.UUID, ids.ENUM, ids.SQLNULL, ...whole].includes(id.typeId);
  return { id: isText ? "text" : "other", ...valueColumn(ids, found.get("value")) };
}

const builtIn = "io.statefun.types/";

function valueColumn(ids: DuckDb["DuckDBTypeId"], type: DuckDBType | undefined): { value: string; typename: string | undefined } {
  const as = (name: string): { value: string; typename: string } => ({ value: "value", typename: builtIn + name });
  switch (type?.typeId) {
    case ids.BOOLEAN:
      return as("bool");
    case ids.TINYINT:
    case ids.SMALLINT:
    case ids.INTEGER:
    case ids.UTINYINT:
    case ids.USMALLINT:
      return as("int");
    case ids.UINTEGER:
    case ids.BIGINT:
      return as("long");
    case ids.FLOAT:
      return as("float");
    case ids.DOUBLE:
      return as("double");
    case ids.VARCHAR:
      return type?.alias === "JSON" ? { value: "CAST(value AS VARCHAR)", typename: undefined } : as("string");
    case ids.BLOB:
      return { value: "value", typename: undefined };
    case ids.STRUCT:
    case ids.LIST:
    case ids.ARRAY:
    case ids.MAP:
    case ids.UNION:
      return { value: "CAST(to_json(value) AS VARCHAR)", typename: undefined };
    default:
      return { value: "CAST(value AS VARCHAR)", typename: undefined };
  }
}
