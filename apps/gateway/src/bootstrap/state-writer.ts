/**
 * StateWriter: writes state values into a savepoint file, a new one or one that is merged into (docs/savepoint-format.md). Neighbour:
 * run-bootstrap.ts feeds it. What becomes of an entity that the file holds already is decided once, at its first row, by what the file held
 * before the bootstrap began.
 * Guarantee: no state value is written twice; messages, timers and everything else in the file stay as they are.
 */
import { closeSync, fsyncSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import type { WhenThere } from "./bootstrap-job.ts";
import { bootstrapRefused } from "./bootstrap-refused.ts";

export interface StateRow {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly typename: string;
  readonly bytes: Uint8Array;
  readonly writtenMs: number | undefined;
  readonly expiresMs: number | undefined;
}

export type Written =
  | { readonly kind: "written" }
  | { readonly kind: "skipped" }
  | { readonly kind: "error"; readonly problem: string; readonly cure: string };

type Verdict = "new" | "skip" | "replace" | "fail";
type Key = [type: string, id: string];

const created = `
  CREATE TABLE savepoint (format_version INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE state (type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, typename TEXT NOT NULL, value BLOB NOT NULL,
    written_ms INTEGER, expires_ms INTEGER, PRIMARY KEY (type, id, name)) STRICT, WITHOUT ROWID`;
/** The columns in the order of a row's cells; a file that was written by hand may lack the last two. */
const stateColumns = ["type", "id", "name", "typename", "value", "written_ms", "expires_ms"];
const twice: Written = {
  kind: "error",
  problem: "this state value came already",
  cure: "give each type, id and name once: GROUP BY, or DISTINCT ON (id)",
};
const there: Written = {
  kind: "error",
  problem: "this entity is there already",
  cure: "leave it out, or say what becomes of such entities: skip or replace",
};

export class StateWriter {
  skippedEntities = 0;
  replacedEntities = 0;
  newEntities = 0;
  readonly #path: string;
  readonly #database: Database.Database;
  readonly #nowMs: number;
  readonly #insert: Database.Statement<[readonly unknown[]]>;
  /** For each column of the file, its place in stateColumns. */
  readonly #cells: readonly number[];
  readonly #verdicts: Verdicts | undefined;

  constructor({ path, merge, nowMs }: { path: string; merge: WhenThere | undefined; nowMs: number }) {
    this.#path = path;
    this.#nowMs = nowMs;
    this.#database = new Database(path, { fileMustExist: merge !== undefined });
    for (const setting of ["trusted_schema = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = FILE"])
      this.#database.pragma(setting);
    if (merge === undefined) this.#create();
    else refuseOdd(this.#database);
    this.#database.exec("BEGIN");
    const has = columnsOf(this.#database, "state");
    const columns = stateColumns.filter((name) => has.includes(name));
    this.#cells = columns.map((name) => stateColumns.indexOf(name));
    this.#insert = this.#database.prepare(
      `INSERT OR IGNORE INTO state (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    );
    this.#verdicts = merge === undefined ? undefined : new Verdicts(this.#database, merge);
  }

  /** Reads the types that the file's functions registered. */
  registered(): { type: string; name: string; typename: string }[] {
    if (columnsOf(this.#database, "state_spec").length === 0) return [];
    return this.#database
      .prepare<[], { type: string; name: string; typename: string }>("SELECT type, name, typename FROM state_spec")
      .all();
  }

  put(row: StateRow): Written {
    switch (this.#verdict([row.type, row.id])) {
      case "fail":
        return there;
      case "skip":
        return { kind: "skipped" };
      default: {
        const cells = [row.type, row.id, row.name, row.typename, row.bytes, row.writtenMs ?? this.#nowMs, row.expiresMs ?? null];
        return this.#insert.run(this.#cells.map((at) => cells[at])).changes === 1 ? { kind: "written" } : twice;
      }
    }
  }

  /** Finishes the file and syncs it. */
  finish(): void {
    if (this.#verdicts === undefined)
      this.newEntities = Number(this.#database.prepare("SELECT count(*) FROM (SELECT DISTINCT type, id FROM state)").pluck().get());
    this.#database.exec("COMMIT");
    this.#database.close();
    const file = openSync(this.#path, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  close(): void {
    this.#database.close();
  }

  #create(): void {
    this.#database.pragma("page_size = 8192");
    this.#database.exec(created);
    this.#database.prepare("INSERT INTO savepoint VALUES (3, ?)").run(this.#nowMs);
  }

  #verdict(key: Key): Verdict {
    if (this.#verdicts === undefined) return "new";
    const { verdict, first } = this.#verdicts.of(key);
    if (first && verdict === "skip") this.skippedEntities++;
    if (first && verdict === "new") this.newEntities++;
    if (first && verdict === "replace") {
      this.replacedEntities++;
      this.#database.prepare<Key>("DELETE FROM state WHERE type = ? AND id = ?").run(...key);
    }
    return verdict;
  }
}

/** Remembers on disk what was decided for each entity, because there may be as many entities as rows. */
class Verdicts {
  readonly #merge: WhenThere;
  readonly #find: Database.Statement<Key, Verdict>;
  readonly #keep: Database.Statement<[...Key, Verdict]>;
  readonly #isThere: Database.Statement<[...Key, ...Key], number>;
  #last: Key = ["", ""];
  #lastVerdict: Verdict | undefined;

  constructor(database: Database.Database, merge: WhenThere) {
    this.#merge = merge;
    database.exec("CREATE TEMP TABLE verdict (type TEXT, id TEXT, verdict TEXT, PRIMARY KEY (type, id)) WITHOUT ROWID");
    database.exec("CREATE TEMP TABLE beside_state (type TEXT, id TEXT, PRIMARY KEY (type, id)) WITHOUT ROWID");
    for (const [table, columns] of [
      ["message", "target_type, target_id"],
      ["entity", "type, id"],
    ] as const)
      if (columnsOf(database, table).length > 0) database.exec(`INSERT OR IGNORE INTO beside_state SELECT ${columns} FROM ${table}`);
    this.#find = database.prepare<Key, Verdict>("SELECT verdict FROM verdict WHERE type = ? AND id = ?").pluck();
    this.#keep = database.prepare("INSERT INTO verdict VALUES (?, ?, ?)");
    this.#isThere = database
      .prepare<[...Key, ...Key], number>(
        "SELECT EXISTS (SELECT 1 FROM state WHERE type = ? AND id = ?) OR EXISTS (SELECT 1 FROM beside_state WHERE type = ? AND id = ?)",
      )
      .pluck();
  }

  of(key: Key): { verdict: Verdict; first: boolean } {
    if (this.#lastVerdict !== undefined && key[0] === this.#last[0] && key[1] === this.#last[1])
      return { verdict: this.#lastVerdict, first: false };
    const known = this.#find.get(...key);
    const verdict = known ?? (this.#isThere.get(...key, ...key) === 1 ? this.#merge : "new");
    if (known === undefined) this.#keep.run(...key, verdict);
    this.#last = key;
    this.#lastVerdict = verdict;
    return { verdict, first: known === undefined };
  }
}

function columnsOf(database: Database.Database, table: string): string[] {
  return database.prepare<[string], string>("SELECT lower(name) FROM pragma_table_info(?)").pluck().all(table);
}

/** Refuses a file with views or triggers: somebody else wrote the file that is merged into, and nothing in it may run. */
function refuseOdd(database: Database.Database): void {
  const odd = database
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%' ESCAPE '\\' LIMIT 1",
    )
    .pluck()
    .get();
  if (odd !== undefined || columnsOf(database, "state").length === 0)
    throw bootstrapRefused(
      "the savepoint to merge into",
      odd === undefined ? "it has no table state" : `it has ${odd}, which is no table`,
      "Name a savepoint; docs/savepoint-format.md says what one holds.",
    );
  database.exec("CREATE UNIQUE INDEX IF NOT EXISTS bootstrap_key ON state (type, id, name)");
}
