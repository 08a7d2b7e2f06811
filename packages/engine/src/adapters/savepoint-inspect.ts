/**
 * Savepoint inspection: reads a whole savepoint file and says what is in it, or refuses it with the place and the cure.
 * Nothing of a file is used before it passed. Long and synchronous: it runs in savepoint-inspect-worker.ts.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { parseTypeName } from "../model/address.ts";
import { EngineError } from "../model/engine-error.ts";
import { savepointFormatVersion, savepointRowKinds, type SavepointHeader, type SavepointRowKind } from "../model/savepoint-rows.ts";
import { headerColumns, headerTableName, quoted, savepointTables, type SavepointColumn, type SavepointTable } from "./savepoint-tables.ts";

export interface SavepointInspection {
  readonly header: SavepointHeader;
  /** Rows of each kind. */
  readonly rows: Readonly<Record<SavepointRowKind, number>>;
  /** Addresses with state, a mailbox or a status. */
  readonly entities: number;
  readonly sizeBytes: number;
  /** sha256 in hex. */
  readonly checksum: string;
  /** The columns that the file has, for each table that it has. */
  readonly columns: Readonly<Partial<Record<SavepointRowKind, readonly string[]>>>;
}

const readBytesMax = 1024 * 1024;
const magic = "SQLite format 3\0";
const docs = "docs/savepoint-format.md";

export function inspectSavepointFile(path: string, expectedChecksum: string | undefined): SavepointInspection {
  const file = inspectBytes(path);
  if (expectedChecksum !== undefined && expectedChecksum.toLowerCase() !== file.checksum) {
    throw unreadable(
      `${path} has the sha256 ${file.checksum}; its record says ${expectedChecksum}`,
      "the file was changed or damaged after it was taken: use another savepoint, or one copied again from where it was taken",
    );
  }
  refuseOpenJournal(path);
  let database: Database.Database | undefined;
  try {
    database = openSavepointDatabase(path);
    return { ...inspectDatabase(database, path), ...file };
  } catch (error) {
    throw asUnreadable(error, path);
  } finally {
    database?.close();
  }
}

/** A foreign schema may call nothing and run nothing. */
export function openSavepointDatabase(path: string): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  database.pragma("trusted_schema = OFF");
  database.pragma("cell_size_check = ON");
  return database;
}

export function asUnreadable(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  return unreadable(
    `${path} cannot be read as SQLite: ${error.message}`,
    "the file is damaged or held by another program: close that program, or use another savepoint",
  );
}

function inspectBytes(path: string): { sizeBytes: number; checksum: string } {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw unreadable(
      `${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
      "check the path and the permissions of the file",
    );
  }
  try {
    const sizeBytes = fstatSync(file).size;
    const hash = createHash("sha256");
    const buffer = Buffer.alloc(readBytesMax);
    let at = 0;
    for (let count = readSync(file, buffer, 0, readBytesMax, 0); count > 0; count = readSync(file, buffer, 0, readBytesMax, at)) {
      if (at === 0) inspectFileHeader(path, buffer.subarray(0, count), sizeBytes);
      hash.update(buffer.subarray(0, count));
      at += count;
    }
    if (at === 0) throw unreadable(`${path} is empty`, "use another savepoint");
    return { sizeBytes, checksum: hash.digest("hex") };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw unreadable(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "name a file, and check the disk",
    );
  } finally {
    closeSync(file);
  }
}

/** The first 100 bytes of a SQLite file say how long it must be (https://sqlite.org/fileformat2.html). */
function inspectFileHeader(path: string, bytes: Buffer, sizeBytes: number): void {
  if (bytes.subarray(0, magic.length).toString("latin1") !== magic) {
    throw unreadable(`${path} is no SQLite file`, `name a savepoint file; ${docs} says how to write one`);
  }
  if (bytes.length < 100)
    throw unreadable(`${path} is cut: it has only ${sizeBytes} bytes`, "copy the file again, or use another savepoint");
  const pageBytes = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  const pageCountIsValid = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  const expectedBytes = bytes.readUInt32BE(28) * pageBytes;
  if (pageCountIsValid && sizeBytes < expectedBytes) {
    throw unreadable(`${path} is cut: it has ${sizeBytes} of ${expectedBytes} bytes`, "copy the file again, or use another savepoint");
  }
}

/** What still lies in a journal beside the file is not in the file, and not in its checksum. */
function refuseOpenJournal(path: string): void {
  for (const suffix of ["-wal", "-journal"]) {
    const bytes = statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes === 0) continue;
    throw unreadable(
      `${path} has unfinished writes in ${path}${suffix}`,
      "open it in the tool that wrote it, run PRAGMA journal_mode = DELETE, and close the tool",
    );
  }
}

function inspectDatabase(database: Database.Database, path: string): Pick<SavepointInspection, "header" | "rows" | "entities" | "columns"> {
  const findings: unknown[] = database.prepare("PRAGMA quick_check(3)").pluck().all();
  if (findings.length !== 1 || findings[0] !== "ok") {
    throw unreadable(`${path} is damaged: ${findings.map(String).join("; ")}`, "copy the file again, or use another savepoint");
  }
  const stored = inspectHeader(database, path);
  const columns: Partial<Record<SavepointRowKind, readonly string[]>> = {};
  const rows: Record<SavepointRowKind, number> = {
    state: 0,
    message: 0,
    delayed: 0,
    egress: 0,
    entity: 0,
    spec: 0,
    producer: 0,
    idempotency: 0,
  };
  for (const kind of savepointRowKinds) {
    const table = savepointTables[kind];
    const found = tableColumns(database, table.name);
    if (found === undefined) {
      // A person may leave tables out; the engine never does, so there it means loss.
      if (kind !== "state" && stored.engineVersion === undefined) continue;
      throw unreadable(`${path} has no table ${table.name}`, `create it as ${docs} says`);
    }
    refuseMissingColumns(path, table.name, table.columns, found);
    columns[kind] = found;
    rows[kind] = inspectRows(database, path, table, found);
  }
  const highest = highestSequence(database, columns);
  const nextSequence = stored.nextSequence ?? highest + 1;
  if (nextSequence <= highest) {
    throw unreadable(
      `${path}, table ${headerTableName}: next_sequence is ${nextSequence}, but a row has the sequence ${highest}`,
      `set it above ${highest}, or to NULL in a hand-written file`,
    );
  }
  const header: SavepointHeader = {
    formatVersion: stored.formatVersion,
    epoch: stored.epoch ?? 0,
    nextSequence,
    createdMs: stored.createdMs ?? Math.max(0, Math.floor(statSync(path).mtimeMs)),
    engineVersion: stored.engineVersion ?? "",
  };
  return { header, rows, entities: countEntities(database, columns), columns };
}

interface StoredHeader {
  readonly formatVersion: number;
  readonly epoch: number | undefined;
  readonly nextSequence: number | undefined;
  readonly createdMs: number | undefined;
  readonly engineVersion: string | undefined;
}

function inspectHeader(database: Database.Database, path: string): StoredHeader {
  const found = tableColumns(database, headerTableName);
  if (found === undefined)
    throw unreadable(
      `${path} is a SQLite file without the table ${headerTableName}`,
      `name a savepoint file; ${docs} says how to write one`,
    );
  refuseMissingColumns(path, headerTableName, headerColumns.slice(0, 1), found);
  const versions: unknown[] = database.prepare(`SELECT format_version FROM ${headerTableName} LIMIT 2`).pluck().all();
  const [version] = versions;
  if (versions.length !== 1)
    throw unreadable(
      `${path}, table ${headerTableName} has ${versions.length === 0 ? "no row" : "more than one row"}`,
      "it must have exactly one",
    );
  if (typeof version === "number" && version > savepointFormatVersion) {
    throw unreadable(
      `${path} has format version ${version}; this engine reads up to ${savepointFormatVersion}`,
      "restore it with the newer release that wrote it, or update this one",
    );
  }
  if (typeof version !== "number" || version < 1)
    throw unreadable(`${path}, table ${headerTableName}: format_version is ${String(version)}`, `write ${savepointFormatVersion}`);
  inspectRows(database, path, { name: headerTableName, key: [], columns: headerColumns }, found);
  const cells = database
    .prepare(selectStatement({ name: headerTableName, key: [], columns: headerColumns }, found))
    .raw()
    .get();
  const [, epoch, nextSequence, createdMs, engineVersion]: unknown[] = Array.isArray(cells) ? cells : [];
  const numberOrNone = (cell: unknown): number | undefined => (typeof cell === "number" ? cell : undefined);
  return {
    formatVersion: version,
    epoch: numberOrNone(epoch),
    nextSequence: numberOrNone(nextSequence),
    createdMs: numberOrNone(createdMs),
    engineVersion: typeof engineVersion === "string" ? engineVersion : undefined,
  };
}

/** Undefined: no such table (a view is none). */
function tableColumns(database: Database.Database, table: string): string[] | undefined {
  const names: unknown[] = database
    .prepare(
      "SELECT info.name FROM sqlite_schema AS entry, pragma_table_info(entry.name) AS info WHERE entry.type = 'table' AND entry.name = ? COLLATE NOCASE",
    )
    .pluck()
    .all(table);
  return names.length === 0 ? undefined : names.map((name) => String(name).toLowerCase());
}

function refuseMissingColumns(path: string, table: string, columns: readonly SavepointColumn[], found: readonly string[]): void {
  const missing = columns.filter((column) => !column.optional && !found.includes(column.name)).map((column) => column.name);
  if (missing.length > 0) throw unreadable(`${path}, table ${table} lacks ${missing.join(", ")}`, `add the column as ${docs} says`);
}

/** Checks the type and the condition of every cell, and that keys are unique. Returns the number of rows. */
function inspectRows(database: Database.Database, path: string, table: SavepointTable, found: readonly string[]): number {
  const faults = table.columns.filter((column) => found.includes(column.name)).flatMap((column) => columnFaults(column, found));
  // One pass for all; only a file with a fault pays for a pass a column to say where it is.
  const anyFault: unknown = database
    .prepare(`SELECT 1 FROM ${table.name} WHERE ${faults.map((fault) => `(${fault.where})`).join(" OR ")} LIMIT 1`)
    .get();
  for (const fault of anyFault === undefined ? [] : faults) {
    const [row] = firstTexts(database, `SELECT ${keyText(table)} FROM ${table.name} WHERE ${fault.where} LIMIT 1`);
    if (row !== undefined) throw unreadable(`${path}, table ${table.name}, row ${row}: ${fault.column} ${fault.says}`, fault.cure);
  }
  for (const column of table.columns)
    if (column.check?.kind === "function-type" && found.includes(column.name)) inspectFunctionTypes(database, path, table, column.name);
  if (table.key.length > 0) {
    const [twice] = firstTexts(
      database,
      `SELECT ${keyText(table)} FROM ${table.name} GROUP BY ${keyColumns(table)} HAVING count(*) > 1 LIMIT 1`,
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
  const allowed = column.optional ? `'${column.type.toLowerCase()}', 'null'` : `'${column.type.toLowerCase()}'`;
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

function inspectFunctionTypes(database: Database.Database, path: string, table: SavepointTable, column: string): void {
  for (const type of database
    .prepare(`SELECT DISTINCT ${quoted(column)} FROM ${table.name} WHERE ${quoted(column)} IS NOT NULL`)
    .pluck()
    .iterate()) {
    const parsed = parseTypeName(String(type));
    if (parsed.kind === "error")
      throw unreadable(
        `${path}, table ${table.name}, column ${column}: ${parsed.reason}`,
        "write <namespace>/<name>, for example shop/cart",
      );
  }
}

/** Compared by bytes, whatever collation a hand-written table declares. */
function keyColumns(table: SavepointTable): string {
  return table.key.map((name) => `${quoted(name)} COLLATE BINARY`).join(", ");
}

function keyText(table: SavepointTable): string {
  if (table.key.length === 0) return "'1'";
  return table.key.map((name) => `coalesce(quote(${quoted(name)}), 'NULL')`).join(" || ' / ' || ");
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
  const order = table.key.length === 0 ? "" : ` ORDER BY ${keyColumns(table)}`;
  return `SELECT ${cells.join(", ")} FROM ${table.name}${order}`;
}

type Columns = SavepointInspection["columns"];

function highestSequence(database: Database.Database, columns: Columns): number {
  let highest = 0;
  for (const kind of ["message", "delayed", "egress"] as const) {
    const found = columns[kind];
    if (found === undefined) continue;
    const max: unknown = database
      .prepare(
        `SELECT max(max(sequence)${found.includes("trace") ? ", coalesce(max(trace), 0)" : ", 0"}) FROM ${savepointTables[kind].name}`,
      )
      .pluck()
      .get();
    if (typeof max === "number") highest = Math.max(highest, max);
  }
  return highest;
}

function countEntities(database: Database.Database, columns: Columns): number {
  const sources = ["SELECT type, id FROM state"];
  if (columns.message !== undefined) sources.push("SELECT target_type, target_id FROM message");
  if (columns.entity !== undefined) sources.push("SELECT type, id FROM entity");
  // UNION with an order merges sorted streams: the state, already in order, is not sorted again.
  return Number(
    database
      .prepare(`SELECT count(*) FROM (${sources.join(" UNION ")} ORDER BY 1, 2)`)
      .pluck()
      .get(),
  );
}

function unreadable(message: string, cure: string): EngineError {
  return new EngineError("SAVEPOINT_UNREADABLE", message, cure);
}
