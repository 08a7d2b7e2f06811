/**
 * Target savepoint: files that someone hands to a restore: an engine's own file with bytes changed, and files on which SQL of all sorts was
 * run. A file is refused with its place and a cure, or all of its rows come out, make a store that recovers, and leave room for new
 * sequences.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { EngineError } from "@signalbox/runtime";
import { defaultLimits } from "@signalbox/engine";
import { fromCells } from "../../../packages/engine/src/adapters/savepoint/savepoint-cells.ts";
import { inspectSavepointFile, openSavepointDatabase } from "../../../packages/engine/src/adapters/savepoint/savepoint-inspect.ts";
import { selectStatement } from "../../../packages/engine/src/adapters/savepoint/savepoint-inspect-rows.ts";
import { readSavepointFile } from "../../../packages/engine/src/adapters/savepoint/savepoint-read.ts";
import { savepointTables } from "../../../packages/engine/src/adapters/savepoint/savepoint-tables.ts";
import { asUnreadable } from "../../../packages/engine/src/adapters/savepoint/savepoint-unreadable.ts";
import { createMemoryStore } from "../../../packages/engine/src/adapters/store-memory.ts";
import { recover } from "../../../packages/engine/src/core/recovery.ts";
import { savepointRowKinds, type SavepointRow } from "../../../packages/engine/src/model/savepoint-rows.ts";
import { readTables } from "../../../packages/engine/src/runtime/processor/recovery-reader.ts";
import { RowWriter } from "../../../packages/engine/src/runtime/savepoints/savepoint-rows.ts";
import { savepointFiles } from "../../../packages/engine/src/savepoint-files.ts";
import { savepointEntries } from "../../../packages/engine/src/testing/oracles/savepoint-entries.ts";
import { edited, edits } from "../bytes.ts";
import { must, mustBeCoded, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";
import { executeSql } from "../sqlite-file.ts";
import { mustReadBack } from "../stored-row.ts";

export interface SavepointCase {
  /** "engine": strict tables as the engine writes them; "hand": without types and keys; "empty": no tables. */
  readonly base: "engine" | "hand" | "empty";
  readonly sql: readonly string[];
  readonly edits: Parameters<typeof edited>[1];
  readonly checksum: "none" | "right" | "wrong";
  /** True when it is read in the worker thread, as a restore does. */
  readonly inWorker: boolean;
}

const tables = [
  ...Object.values(savepointTables),
  { name: "savepoint", columns: ["format_version", "epoch", "next_sequence", "created_ms", "engine_version"].map((name) => ({ name })) },
];
const literal = fc.oneof(
  fc.constantFrom(
    "NULL",
    "0",
    "1",
    "-1",
    "7",
    "1.5",
    "1e308",
    "-9223372036854775808",
    "9223372036854775807",
    "9007199254740991",
    "9007199254740992",
    "'9'",
    "''",
    "'a/b'",
    "'shop/cart'",
    "'no-slash'",
    "'a/b/c'",
    "'/'",
  ),
  fc.constantFrom(
    "x''",
    "x'ff'",
    "CAST(x'fffe' AS TEXT)",
    "CAST(x'eda080' AS TEXT)",
    "CAST(x'6100' AS TEXT)",
    "char(0)",
    "char(65279) || 'bom'",
    "zeroblob(100000)",
    "hex(zeroblob(50000))",
    "'paused'",
    "'parked'",
    "'after-write'",
    "'{}'",
    "'{\"code\":1}'",
    "'[[['",
    "'null'",
    "'PARKED '",
  ),
  fc.string({ maxLength: 8 }).map((text) => `'${text.replaceAll("'", "''")}'`),
);
const column = fc.constantFrom(...tables.flatMap(({ name, columns }) => columns.map((one) => ({ table: name, column: one.name }))));
const table = fc.constantFrom(...tables);

const statement = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(column, literal).map(([at, value]) => `UPDATE ${at.table} SET "${at.column}" = ${value}`) },
  {
    weight: 8,
    arbitrary: table.chain(({ name, columns }) =>
      fc
        .tuple(...columns.map(() => literal))
        .map((values) => `INSERT INTO ${name} (${columns.map((one) => `"${one.name}"`).join(", ")}) VALUES (${values.join(", ")})`),
    ),
  },
  { weight: 2, arbitrary: table.map(({ name }) => `INSERT INTO ${name} SELECT * FROM ${name}`) },
  { weight: 2, arbitrary: table.map(({ name }) => `DROP TABLE ${name}`) },
  { weight: 1, arbitrary: table.map(({ name }) => `DELETE FROM ${name}`) },
  { weight: 2, arbitrary: column.map((at) => `ALTER TABLE ${at.table} DROP COLUMN "${at.column}"`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(column, column)
      .map(([from, to]) => `ALTER TABLE ${from.table} RENAME COLUMN "${from.column}" TO "${to.column.toUpperCase()}"`),
  },
  { weight: 1, arbitrary: fc.tuple(table, table).map(([from, to]) => `ALTER TABLE ${from.name} RENAME TO ${to.name}x`) },
  {
    weight: 2,
    arbitrary: fc.tuple(table, table).map(([from, to]) => `DROP TABLE ${from.name}; CREATE VIEW ${from.name} AS SELECT * FROM ${to.name}`),
  },
  {
    weight: 1,
    arbitrary: table.map(({ name }) => `DROP TABLE ${name}; CREATE VIRTUAL TABLE ${name} USING fts5(type, id, name, typename, value)`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(table, table)
      .map(([on, from]) => `CREATE TRIGGER t AFTER INSERT ON ${on.name} BEGIN DELETE FROM ${from.name}; END`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(table, column)
      .map(([{ name }, at]) => `DROP TABLE ${name}; CREATE TABLE ${name} ("${at.column}" COLLATE NOCASE, value AS (randomblob(10)))`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "PRAGMA journal_mode = WAL",
      "PRAGMA user_version = 99",
      "PRAGMA encoding = 'UTF-16'",
      "VACUUM",
      "CREATE TABLE other (x)",
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE state (x)' WHERE name = 'state'",
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2",
      "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
    ),
  },
);

const cases: fc.Arbitrary<SavepointCase> = fc.oneof(
  fc.record({
    base: fc.constantFrom("engine" as const, "engine" as const, "hand" as const),
    sql: fc.constant([]),
    edits,
    checksum: fc.constantFrom("none" as const, "none" as const, "right" as const, "wrong" as const),
    inWorker: fc.oneof({ weight: 400, arbitrary: fc.constant(false) }, fc.constant(true)),
  }),
  fc.record({
    base: fc.oneof(
      { weight: 6, arbitrary: fc.constant("engine" as const) },
      { weight: 9, arbitrary: fc.constant("hand" as const) },
      fc.constant("empty" as const),
    ),
    sql: fc.array(statement, { minLength: 1, maxLength: 3 }),
    edits: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, edits),
    checksum: fc.constant("none" as const),
    inWorker: fc.constant(false),
  }),
);

export const savepoint: FuzzTarget<SavepointCase> = {
  name: "savepoint",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases,
  open: async () => {
    // Each case writes a file, in memory where there is such a place.
    const root = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
    const folder = mkdtempSync(join(root, "signalbox-fuzz-"));
    return new Files(folder, { engine: await engineFile(folder), hand: handFile(folder), empty: emptyFile(folder) });
  },
};

class Files implements FuzzSession<SavepointCase> {
  readonly #folder: string;
  readonly #bases: Readonly<Record<SavepointCase["base"], Uint8Array>>;

  constructor(folder: string, bases: Readonly<Record<SavepointCase["base"], Uint8Array>>) {
    this.#folder = folder;
    this.#bases = bases;
  }

  async run(fuzzCase: SavepointCase): Promise<string> {
    const path = join(this.#folder, "case.savepoint");
    // Some filesystems flush a file that is cut and filled again, but not a new one.
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
    writeFileSync(path, this.#bases[fuzzCase.base]);
    if (fuzzCase.sql.length > 0) executeSql(path, fuzzCase.sql);
    if (fuzzCase.edits.length > 0) {
      const changed = edited(readFileSync(path), fuzzCase.edits);
      rmSync(path);
      writeFileSync(path, changed);
    }
    const expectedChecksum = checksumOf(fuzzCase, path);
    try {
      const rows = fuzzCase.inWorker ? await rowsByReader(path, expectedChecksum) : rowsInThread(path, expectedChecksum);
      await mustRecover(rows);
      return "ok";
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      must(error.message.includes(path), () => `the refusal does not name the file: ${error.message}`);
      must(error.message.length < 4000, () => `the refusal has ${error.message.length} characters`);
      return `${mustBeCoded(error, "the reader")}: ${reasonOf(error.message, path)}`;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Returns the kind of refusal without names and numbers, for the table at the end. */
function reasonOf(message: string, path: string): string {
  return message
    .replace(path, "")
    .replaceAll(/row .*: (\w+ is)/gs, "row …: $1")
    .replaceAll(/"[^"]*"|'[^']*'|[\d.]+/g, "…")
    .replace(/[,:]? (table|column) .*?(:|lacks|has)/, " table …$2")
    .slice(0, 44);
}

function checksumOf({ checksum }: SavepointCase, path: string): string | undefined {
  if (checksum === "none") return undefined;
  if (checksum === "wrong") return "0".repeat(64);
  try {
    return inspectSavepointFile(path, undefined).checksum;
  } catch {
    return undefined;
  }
}

interface Contents {
  readonly nextSequence: number;
  readonly rows: readonly SavepointRow[];
}

function rowsInThread(path: string, expectedChecksum: string | undefined): Contents {
  const inspection = inspectSavepointFile(path, expectedChecksum);
  const database = openSavepointDatabase(path);
  try {
    const rows = savepointRowKinds.flatMap((kind) => {
      const columns = inspection.columns[kind];
      if (columns === undefined) return [];
      const cells = database.prepare<[], unknown[]>(selectStatement(savepointTables[kind], columns)).raw().all();
      return cells.map((row) => fromCells(kind, row, inspection.header));
    });
    return { nextSequence: inspection.header.nextSequence, rows };
  } catch (error) {
    throw asUnreadable(error, path);
  } finally {
    database.close();
  }
}

async function rowsByReader(path: string, expectedChecksum: string | undefined): Promise<Contents> {
  const file = await readSavepointFile(path, { expectedChecksum });
  try {
    return { nextSequence: file.header.nextSequence, rows: [...file.rows] };
  } finally {
    file.close();
  }
}

/** Does what a restore does: rows become a store, and an engine starts from it. */
async function mustRecover({ nextSequence, rows }: Contents): Promise<void> {
  const writer = new RowWriter(1);
  for (const row of rows) writer.add(row);
  const writes = [...writer.take(), ...writer.finish({ epoch: 1, nextSequence, journalBytes: 0 })];
  const keys = new Set<string>();
  for (const { key, value } of writes) {
    must(!keys.has(key), () => `two rows have the key ${JSON.stringify(key)}`);
    keys.add(key);
    if (value !== undefined) mustReadBack(key, value);
  }
  const store = createMemoryStore();
  await store.writeSynced(writes);
  const empty = { limits: defaultLimits, place: { index: 0, count: 1 }, bindings: { endpoints: [], egresses: [] }, nowMs: 0 };
  recover(empty, await readTables(store));
  must(nextSequence + 1_000_000 < Number.MAX_SAFE_INTEGER, () => `no room for sequences after ${nextSequence}`);
}

async function engineFile(folder: string): Promise<Uint8Array> {
  const path = join(folder, "engine.savepoint");
  const header = { epoch: 9, nextSequence: 100, createdMs: 1000, engineVersion: "0.1.0" };
  await savepointFiles.write({ path, header, scans: [savepointEntries(sampleRows)] });
  // Small pages have fewer bytes in which a change means nothing.
  executeSql(path, ["PRAGMA page_size = 512", "VACUUM"]);
  return readFileSync(path);
}

/** The same tables without types, keys and defaults, as a person may write them. */
function handFile(folder: string): Uint8Array {
  const path = join(folder, "hand.savepoint");
  const create = Object.values(savepointTables).map(
    ({ name, columns }) => `CREATE TABLE ${name} (${columns.map((one) => `"${one.name}"`).join(", ")})`,
  );
  executeSql(path, [
    "PRAGMA page_size = 512",
    "CREATE TABLE savepoint (format_version, epoch, next_sequence, created_ms, engine_version)",
    "INSERT INTO savepoint VALUES (1, NULL, NULL, NULL, NULL)",
    ...create,
    "INSERT INTO state VALUES ('shop/cart', 'anna', 'count', 'n/v', x'0807', NULL, NULL)",
  ]);
  return readFileSync(path);
}

function emptyFile(folder: string): Uint8Array {
  const path = join(folder, "empty.savepoint");
  executeSql(path, ["CREATE TABLE other (x)"]);
  return readFileSync(path);
}

const anna = { type: "shop/cart", id: "anna" };
const value = { typename: "n/v", bytes: Uint8Array.of(1, 2, 3) };
const sampleRows: readonly SavepointRow[] = [
  { kind: "state", type: anna.type, id: anna.id, name: "count", ...value, writtenMs: 5, expiresMs: 9 },
  { kind: "message", sequence: 3, trace: 3, caller: undefined, target: anna, value, atMs: 4 },
  { kind: "message", sequence: 4, trace: 3, caller: { type: "shop/stock", id: "x" }, target: anna, value, atMs: 4 },
  { kind: "delayed", sequence: 5, trace: 3, caller: anna, target: anna, value, dueMs: 2000, token: "later" },
  { kind: "egress", sequence: 6, trace: 3, egress: "shop/out", from: anna, value, atMs: 4 },
  { kind: "entity", address: anna, status: "parked", failure: undefined, attempts: 3, sinceMs: 4 },
  { kind: "spec", type: anna.type, spec: { name: "count", typename: "n/v", expiration: { mode: "after-write", afterMs: 4 } } },
  { kind: "producer", producer: "till", sequence: 12, position: "shop/0 @ 12" },
  { kind: "idempotency", key: "once", target: { type: "shop/cart", id: "anna" }, digest: 7, messageId: 3, traceId: 3, atMs: 4 },
];
