/**
 * Savepoint inspection: reads a whole savepoint file and says what is in it, or refuses it with the place and the cure. Nothing of a file
 * is used before it has passed. It is long and synchronous, so it runs in savepoint-inspect-worker.ts.
 */
import { statSync } from "node:fs";
import Database from "better-sqlite3";
import { partitionsMax } from "../../model/partition-place.ts";
import { savepointFormatVersion, savepointRowKinds, type SavepointHeader, type SavepointRowKind } from "../../model/savepoint-rows.ts";
import type { SavepointFileCounts } from "../../ports/savepoint-files.ts";
import { inspectBytes, refuseOpenJournal } from "./savepoint-inspect-bytes.ts";
import { findTable, inspectRows, selectStatement } from "./savepoint-inspect-rows.ts";
import { headerColumns, headerTableName, savepointTables, type SavepointTable } from "./savepoint-tables.ts";
import { asUnreadable, savepointDocs, unreadable } from "./savepoint-unreadable.ts";

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

export function countsOf(path: string, inspection: SavepointInspection): SavepointFileCounts {
  return {
    path,
    epoch: inspection.header.epoch,
    entities: inspection.entities,
    messages: inspection.rows.message,
    delayedMessages: inspection.rows.delayed,
    egressRecords: inspection.rows.egress,
    sizeBytes: inspection.sizeBytes,
    checksum: inspection.checksum,
  };
}

/** The engine counts on from these numbers one by one; beyond twice this limit doubles cannot represent each number. */
const countMax = 2 ** 52;

const headerTable: SavepointTable = { name: headerTableName, key: [], columns: headerColumns };

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

/** Opens the file so that a foreign schema can run no code. */
export function openSavepointDatabase(path: string): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  database.pragma("trusted_schema = OFF");
  database.pragma("cell_size_check = ON");
  database.pragma("query_only = ON");
  return database;
}

const schemaEntriesMax = 200;

/** Refuses everything but tables and indexes, because other parts of a schema (triggers, views) can run code when they are touched. */
function refuseOddSchema(database: Database.Database, path: string): void {
  const entries = database
    .prepare("SELECT type, name, substr(sql, 1, 200) FROM sqlite_schema LIMIT ?")
    .raw()
    .all(schemaEntriesMax + 1);
  if (entries.length > schemaEntriesMax)
    throw unreadable(`${path} has more than ${schemaEntriesMax} tables and indexes`, "keep those of the format");
  for (const [type, name, sql] of entries as unknown[][]) {
    const kind = type === "table" && /^\s*CREATE\s+VIRTUAL/i.test(String(sql)) ? "virtual table" : String(type);
    if (kind === "table" || kind === "index") continue;
    throw unreadable(
      `${path} has a ${kind} ${String(name).slice(0, 80)}`,
      `remove it: a savepoint holds tables only, as ${savepointDocs} says`,
    );
  }
  const hidden = database
    .prepare(
      "SELECT entry.name || '.' || info.name FROM sqlite_schema AS entry, pragma_table_xinfo(entry.name) AS info WHERE entry.type = 'table' AND info.hidden <> 0 LIMIT 1",
    )
    .pluck()
    .get();
  if (typeof hidden === "string")
    throw unreadable(`${path} has a column that is computed: ${hidden.slice(0, 160)}`, "store its values in an ordinary column");
}

/** Refuses encodings other than UTF-8: invalid UTF-16 is read as other characters, so that two ids could become one. */
function refuseOtherEncoding(database: Database.Database, path: string): void {
  const encoding: unknown = database.pragma("encoding", { simple: true });
  if (encoding === "UTF-8") return;
  throw unreadable(`${path} has its texts in ${String(encoding)}`, "make it anew after PRAGMA encoding = 'UTF-8'");
}

function inspectDatabase(database: Database.Database, path: string): Pick<SavepointInspection, "header" | "rows" | "entities" | "columns"> {
  const findings: unknown[] = database.prepare("PRAGMA quick_check(3)").pluck().all();
  if (findings.length !== 1 || findings[0] !== "ok") {
    throw unreadable(`${path} is damaged: ${findings.map(String).join("; ")}`, "copy the file again, or use another savepoint");
  }
  refuseOddSchema(database, path);
  refuseOtherEncoding(database, path);
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
    const found = findTable(database, path, table);
    if (found === undefined) {
      // A person may leave tables out. The engine never does, so in its files a missing table means loss.
      if (kind !== "state" && stored.engineVersion === undefined) continue;
      throw unreadable(`${path} has no table ${table.name}`, `create it as ${savepointDocs} says`);
    }
    columns[kind] = found.found;
    rows[kind] = inspectRows(found);
  }
  const highest = highestSequence(database, columns);
  const nextSequence = stored.nextSequence ?? highest + 1;
  if (nextSequence <= highest) {
    throw unreadable(
      `${path}, table ${headerTableName}: next_sequence is ${nextSequence}, but a row has the sequence ${highest}`,
      `set it above ${highest}, or to NULL in a hand-written file`,
    );
  }
  const epoch = stored.epoch ?? 0;
  for (const [name, count] of Object.entries({ epoch, next_sequence: nextSequence })) {
    if (count <= countMax) continue;
    const cure =
      name === "epoch" ? "write a smaller one, or NULL" : `number messages, delayed messages and egress records below ${countMax}`;
    throw unreadable(`${path}, table ${headerTableName}: ${name} is ${count}, which leaves no room to count on`, cure);
  }
  const header: SavepointHeader = {
    formatVersion: stored.formatVersion,
    epoch,
    nextSequence,
    createdMs: stored.createdMs ?? Math.max(0, Math.floor(statSync(path).mtimeMs)),
    engineVersion: stored.engineVersion ?? "",
    ...(stored.partitionEnds === undefined ? {} : { partitionEnds: stored.partitionEnds }),
  };
  return { header, rows, entities: countEntities(database, columns), columns };
}

interface StoredHeader {
  readonly formatVersion: number;
  readonly epoch: number | undefined;
  readonly nextSequence: number | undefined;
  readonly createdMs: number | undefined;
  readonly engineVersion: string | undefined;
  readonly partitionEnds: readonly number[] | undefined;
}

function inspectHeader(database: Database.Database, path: string): StoredHeader {
  const found = findTable(database, path, headerTable);
  if (found === undefined)
    throw unreadable(
      `${path} is a SQLite file without the table ${headerTableName}`,
      `name a savepoint file; ${savepointDocs} says how to write one`,
    );
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
  inspectRows(found);
  const cells = database.prepare(selectStatement(headerTable, found.found)).raw().get();
  const [, epoch, nextSequence, createdMs, engineVersion, partitionEnds]: unknown[] = Array.isArray(cells) ? cells : [];
  const numberOrNone = (cell: unknown): number | undefined => (typeof cell === "number" ? cell : undefined);
  return {
    formatVersion: version,
    epoch: numberOrNone(epoch),
    nextSequence: numberOrNone(nextSequence),
    createdMs: numberOrNone(createdMs),
    engineVersion: typeof engineVersion === "string" ? engineVersion : undefined,
    partitionEnds: typeof partitionEnds === "string" ? endsOf(partitionEnds, path) : undefined,
  };
}

function endsOf(json: string, path: string): readonly number[] {
  const ends = numbersIn(json);
  if (ends !== undefined && ends.length > 1 && ends.length <= partitionsMax) return ends;
  throw unreadable(
    `${path}, table ${headerTableName}: partition_ends is no list of 2 to ${partitionsMax} sequences`,
    "write a JSON array of whole numbers, or NULL",
  );
}

/** Undefined when the text is no JSON array of whole numbers. */
function numbersIn(json: string): number[] | undefined {
  try {
    const read: unknown = JSON.parse(json);
    return Array.isArray(read) && read.every((one): one is number => Number.isSafeInteger(one) && one >= 0) ? read : undefined;
  } catch {
    return undefined;
  }
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
  // UNION with ORDER BY merges sorted streams, so the state, which is in order already, is not sorted again.
  return Number(
    database
      .prepare(`SELECT count(*) FROM (${sources.join(" UNION ")} ORDER BY 1, 2)`)
      .pluck()
      .get(),
  );
}
