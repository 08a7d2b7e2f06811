/**
 * Savepoint rows inspection: checks the columns, the cells and the keys of one table of a savepoint file against
 * savepoint-tables.ts, and names the row at fault. Part of savepoint-inspect.ts.
 */
import { isUtf8 } from "node:buffer";
import type Database from "better-sqlite3";
import { splitTypeName } from "@signalbox/runtime/model/address";
import { quoted, type SavepointColumn, type SavepointTable } from "./savepoint-tables.ts";
import { savepointDocs, unreadable } from "./savepoint-unreadable.ts";

/** The engine writes no larger value: a value came in one reply, and all replies together hold no more than this. */
const valueBytesMax = 128 * 1024 * 1024;
/** The size of ids, names, keys and the JSON of a failure. */
const textBytesMax = 1024 * 1024;

/** A table as the file has it; `found` are its columns in lower case. */
export interface FoundTable {
  readonly database: Database.Database;
  readonly path: string;
  readonly table: SavepointTable;
  readonly found: readonly string[];
}

/** Undefined when there is no such table (a view does not count). Refuses a table that lacks a required column. */
export function findTable(database: Database.Database, path: string, table: SavepointTable): FoundTable | undefined {
  const names: unknown[] = database
    .prepare(
      "SELECT info.name FROM sqlite_schema AS entry, pragma_table_info(entry.name) AS info WHERE entry.type = 'table' AND entry.name = ? COLLATE NOCASE",
    )
    .pluck()
    .all(table.name);
  if (names.length === 0) return undefined;
  const found = names.map((name) => String(name).toLowerCase());
  const needed = table.columns.filter((column) => !column.optional || belongsToFound(column, found));
  const missing = needed.filter((column) => !found.includes(column.name)).map((column) => column.name);
  if (missing.length === 0) return { database, path, table, found };
  throw unreadable(`${path}, table ${table.name} lacks ${missing.join(", ")}`, `add the column as ${savepointDocs} says`);
}

/** Columns that are checked together must all be there, because half an address is no address. */
function belongsToFound({ check }: SavepointColumn, found: readonly string[]): boolean {
  return check?.kind === "sql" && check.needs.some((name) => found.includes(name));
}

/** Checks the type and the condition of every cell, and that keys are unique. Returns the number of rows. */
export function inspectRows(source: FoundTable): number {
  const { database, path, table, found } = source;
  const there = table.columns.filter((column) => found.includes(column.name));
  database.function("is_utf8", { deterministic: true, directOnly: true }, (bytes: unknown) =>
    bytes instanceof Uint8Array && isUtf8(bytes) ? 1 : 0,
  );
  // The size is checked first, because nothing else may read a cell that is too large.
  const faults = [
    ...there.map(tooLarge),
    ...there.flatMap((column) => columnFaults(column, found)),
    ...there.filter(({ type }) => type === "TEXT").map(notUnicode),
  ];
  // One pass checks everything; only a file with a fault costs a pass per column to find the place.
  const anyFault: unknown = database
    .prepare(`SELECT 1 FROM ${table.name} WHERE ${faults.map((fault) => `(${fault.where})`).join(" OR ")} LIMIT 1`)
    .get();
  for (const fault of anyFault === undefined ? [] : faults) {
    const [row] = firstTexts(database, `SELECT ${keyText(source)} FROM ${table.name} WHERE ${fault.where} LIMIT 1`);
    if (row !== undefined) throw unreadable(`${path}, table ${table.name}, row ${row}: ${fault.column} ${fault.says}`, fault.cure);
  }
  for (const column of table.columns)
    if (column.check?.kind === "function-type" && found.includes(column.name)) inspectFunctionTypes(source, column.name);
  if (table.key.length > 0) {
    const [twice] = firstTexts(
      database,
      `SELECT ${keyText(source)} FROM ${table.name} GROUP BY ${keyColumns(table, found)} HAVING count(*) > 1 LIMIT 1`,
    );
    if (twice !== undefined)
      throw unreadable(
        `${path}, table ${table.name}: row ${twice} is there more than once`,
        `keep one of them; PRIMARY KEY (${table.key.join(", ")}) prevents it`,
      );
  }
  return Number(database.prepare(`SELECT count(*) FROM ${table.name}`).pluck().get());
}

function firstTexts(database: Database.Database, sql: string): string[] {
  return database.prepare(sql).pluck().all().map(String);
}

interface CellFault {
  readonly column: string;
  readonly where: string;
  readonly says: string;
  readonly cure: string;
}

function columnFaults(column: SavepointColumn, found: readonly string[]): CellFault[] {
  const name = quoted(column.name);
  const allowed = column.optional || column.nullable ? `'${column.type.toLowerCase()}', 'null'` : `'${column.type.toLowerCase()}'`;
  const ofWrongType = {
    column: column.name,
    where: `typeof(${name}) NOT IN (${allowed})`,
    says: `is not ${column.type}`,
    cure: wrongTypeCure(column),
  };
  const check = column.check;
  if (check?.kind !== "sql" || !check.needs.every((needed) => found.includes(needed))) return [ofWrongType];
  return [ofWrongType, { column: column.name, where: `NOT (${check.holds})`, says: "is not acceptable", cure: check.says }];
}

/** SQLite knows the size from the cell's header, without reading the cell. */
function tooLarge(column: SavepointColumn): CellFault {
  const bytesMax = column.type === "TEXT" ? textBytesMax : valueBytesMax;
  return {
    column: column.name,
    where: `octet_length(${quoted(column.name)}) > ${bytesMax}`,
    says: `has more than ${bytesMax} bytes`,
    cure: "store less in it, or leave the row out",
  };
}

/**
 * Two texts with different invalid bytes would be read as the same text, because both get the replacement character. SQLite itself
 * recognises printable ASCII, which most cells are; length() stops at a NUL, octet_length() does not.
 */
function notUnicode({ name: column }: SavepointColumn): CellFault {
  const name = quoted(column);
  const suspicious = `(octet_length(${name}) <> length(${name}) OR ${name} GLOB '*[^ -~]*')`;
  return {
    column,
    where: `typeof(${name}) = 'text' AND ${suspicious} AND is_utf8(CAST(${name} AS BLOB)) = 0`,
    says: "is not well-formed text",
    cure: "write it as UTF-8",
  };
}

function inspectFunctionTypes({ database, path, table }: FoundTable, column: string): void {
  for (const type of database
    .prepare(`SELECT DISTINCT ${quoted(column)} FROM ${table.name} WHERE ${quoted(column)} IS NOT NULL`)
    .pluck()
    .iterate()) {
    const parsed = splitTypeName(String(type));
    if (parsed.kind === "error")
      throw unreadable(
        `${path}, table ${table.name}, column ${column}: ${parsed.reason}`,
        "write <namespace>/<name>, for example shop/cart",
      );
  }
}

/** The columns of the key that the file has; an old file may lack some. */
function keyOf(table: SavepointTable, found: readonly string[]): readonly string[] {
  return table.key.filter((name) => found.includes(name));
}

/** Keys are compared by bytes, whatever collation a hand-written table declares. */
function keyColumns(table: SavepointTable, found: readonly string[]): string {
  return keyOf(table, found)
    .map((name) => `${quoted(name)} COLLATE BINARY`)
    .join(", ");
}

function keyText({ table, found }: Pick<FoundTable, "table" | "found">): string {
  if (table.key.length === 0) return "'1'";
  return keyOf(table, found)
    .map((name) => `coalesce(quote(${quoted(name)}), 'NULL')`)
    .join(" || ' / ' || ");
}

function wrongTypeCure(column: SavepointColumn): string {
  switch (column.type) {
    case "BLOB":
      return `write it as x'…' or CAST(… AS BLOB)`;
    case "INTEGER":
      return "write a whole number without quotes";
    case "TEXT":
      return "write a text in single quotes";
  }
}

/** Columns that a hand-written table leaves out read as NULL. */
export function selectStatement(table: SavepointTable, found: readonly string[]): string {
  const cells = table.columns.map((column) => (found.includes(column.name) ? quoted(column.name) : "NULL"));
  const order = table.key.length === 0 ? "" : ` ORDER BY ${keyColumns(table, found)}`;
  return `SELECT ${cells.join(", ")} FROM ${table.name}${order}`;
}
