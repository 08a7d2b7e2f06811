/**
 * RollupRows: the rows of rollups in SQLite: one table with a column for each value of shared/rollup-values.ts, clustered by step, key and
 * time, so that a chart is one range scan. Times are whole seconds. Neighbour: rollup-store.ts decides what is written, read and removed.
 */
import type { Database, Statement } from "better-sqlite3";
import { rollupValueNames, type RollupStep } from "../shared/rollup-values.ts";
import { decodeSketch, encodeSketch } from "./latency-sketch.ts";
import type { Rollup, RollupKey, RollupKind } from "./rollup.ts";

const columns = rollupValueNames.map((name) => `"${name}"`);

export interface RollupPlace {
  readonly step: RollupStep;
  readonly key: RollupKey;
  readonly atMs: number;
}

export class RollupRows {
  readonly #database: Database;
  readonly #put: Statement;
  readonly #get: Statement;
  readonly #scan: Statement;
  readonly #remove: Statement;
  readonly #ids = new Map<RollupKey, number>();

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS run (began INTEGER PRIMARY KEY, seen INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS mark (at INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS key (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS rollup (step INTEGER, key INTEGER, at INTEGER, latency BLOB NOT NULL, PRIMARY KEY (step, key, at)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS mark_at ON mark (at);
    `);
    const there = new Set(
      database
        .prepare<[], { name: string }>("SELECT name FROM pragma_table_info('rollup')")
        .all()
        .map(({ name }) => name),
    );
    // A value that a new release brings gets a column of zeros for the past.
    for (const name of rollupValueNames)
      if (!there.has(name)) database.exec(`ALTER TABLE rollup ADD COLUMN "${name}" REAL NOT NULL DEFAULT 0`);
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO rollup (step, key, at, latency, ${columns.join(", ")}) VALUES (?, ?, ?, ?${", ?".repeat(columns.length)})`,
    );
    this.#get = database.prepare(`SELECT latency, ${columns.join(", ")} FROM rollup WHERE step = ? AND key = ? AND at = ?`).raw();
    this.#remove = database.prepare("DELETE FROM rollup WHERE step = ? AND key = ? AND at < ?");
    this.#scan = database
      .prepare(`SELECT at, latency, ${columns.join(", ")} FROM rollup WHERE step = ? AND key = ? AND at >= ? AND at < ? ORDER BY at`)
      .raw();
  }

  put({ step, key, atMs }: RollupPlace, { values, latency }: Rollup): void {
    this.#put.run(step, this.#idOf(key), atMs / 1_000, encodeSketch(latency), ...values);
  }

  get({ step, key, atMs }: RollupPlace): Rollup | undefined {
    const row = this.#get.get(step, this.#idOf(key), atMs / 1_000) as [Uint8Array, ...number[]] | undefined;
    return row === undefined ? undefined : rollupOf(row);
  }

  /** Gives the rows in order of time that begin at or after fromMs and before toMs. */
  *scan({ step, key }: Omit<RollupPlace, "atMs">, fromMs: number, toMs: number): Generator<{ atMs: number; rollup: Rollup }> {
    const rows = this.#scan.iterate(step, this.#idOf(key), Math.ceil(fromMs / 1_000), Math.ceil(toMs / 1_000));
    for (const row of rows as Iterable<[number, Uint8Array, ...number[]]>) {
      const [at, ...rest] = row;
      yield { atMs: at * 1_000, rollup: rollupOf(rest) };
    }
  }

  keys(): RollupKey[] {
    const rows = this.#database.prepare<[], { name: RollupKey }>("SELECT name FROM key").all();
    return rows.map(({ name }) => name);
  }

  /** Lists the keys with the most messages first. */
  busiest(kind: RollupKind, fromMs: number, toMs: number): RollupKey[] {
    const rows = this.#database
      .prepare<[string, number, number], { name: RollupKey; sum: number }>(
        `SELECT key.name AS name, SUM("in" + invocations + failures) AS sum FROM key JOIN rollup ON rollup.key = key.id
         WHERE key.name GLOB ? AND step = 60000 AND at >= ? AND at < ? GROUP BY key.id ORDER BY sum DESC, name`,
      )
      .all(`${kind}:*`, Math.floor(fromMs / 60_000) * 60, Math.ceil(toMs / 1_000));
    return rows.map(({ name }) => name);
  }

  oldestMs(): number | null {
    const row = this.#database
      .prepare<[number], { at: number | null }>("SELECT MIN(at) AS at FROM rollup WHERE step = 60000 AND key = ?")
      .get(this.#idOf(""));
    return typeof row?.at === "number" ? row.at * 1_000 : null;
  }

  /** Removes a range of one key, which is one scan from the front of its cluster. */
  remove(step: RollupStep, key: RollupKey, beforeMs: number): void {
    this.#remove.run(step, this.#idOf(key), beforeMs / 1_000);
  }

  /** Removes the names of types that have no row any more, so that names that came once do not stay for ever. */
  removeKeysWithoutRows(): void {
    this.#database.exec("DELETE FROM key WHERE name <> '' AND NOT EXISTS (SELECT 1 FROM rollup WHERE step = 60000 AND key = key.id)");
    this.#ids.clear();
  }

  #idOf(key: RollupKey): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#database.prepare("INSERT OR IGNORE INTO key (name) VALUES (?)").run(key);
    const row = this.#database.prepare<[string], { id: number }>("SELECT id FROM key WHERE name = ?").get(key);
    const id = row?.id ?? 0;
    this.#ids.set(key, id);
    return id;
  }
}

function rollupOf([latency, ...values]: readonly (Uint8Array | number)[]): Rollup {
  return { values: values as number[], latency: decodeSketch(latency as Uint8Array) };
}
