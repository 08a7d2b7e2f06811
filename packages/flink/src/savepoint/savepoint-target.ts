/**
 * SavepointTarget: a savepoint file (docs/savepoint-format.md) while it is filled from Flink. Rows come in the order of Flink's key groups:
 * they are laid aside and sorted once at the end, which is faster than a tree that grows at random, and gives messages their sequence.
 */
import { closeSync, fsyncSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import type { RegisteredState } from "./state-spec.ts";

export interface StateCells {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly typename: string;
  readonly value: Uint8Array;
  readonly writtenMs: number | undefined;
  readonly expiresMs: number | undefined;
}

export interface MessageCells {
  /** Of an entity's messages, those of a lower stage come first; delayed messages have no stage. */
  readonly stage: number;
  readonly dueMs: number;
  readonly callerType: string | undefined;
  readonly callerId: string | undefined;
  readonly targetType: string;
  readonly targetId: string;
  readonly typename: string;
  readonly value: Uint8Array | undefined;
  readonly token: string;
}

type Cell = string | number | Uint8Array | null;

const rowsPerStatement = 50;
const stateColumns = 7;
const tables = `
  CREATE TABLE savepoint (format_version INTEGER NOT NULL, next_sequence INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE state (type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, typename TEXT NOT NULL, value BLOB NOT NULL,
    written_ms INTEGER, expires_ms INTEGER, PRIMARY KEY (type, id, name)) STRICT, WITHOUT ROWID;
  CREATE TABLE message (sequence INTEGER PRIMARY KEY, caller_type TEXT, caller_id TEXT, target_type TEXT NOT NULL, target_id TEXT NOT NULL,
    typename TEXT NOT NULL, value BLOB) STRICT;
  CREATE TABLE delayed_message (sequence INTEGER PRIMARY KEY, caller_type TEXT NOT NULL, caller_id TEXT NOT NULL, target_type TEXT NOT NULL,
    target_id TEXT NOT NULL, typename TEXT NOT NULL, value BLOB, due_ms INTEGER NOT NULL, token TEXT NOT NULL) STRICT;
  CREATE TABLE state_spec (type TEXT NOT NULL, name TEXT NOT NULL, typename TEXT NOT NULL, expiration_mode TEXT NOT NULL,
    expire_after_ms INTEGER NOT NULL, PRIMARY KEY (type, name)) STRICT, WITHOUT ROWID;
  CREATE TEMP TABLE came_state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB, written_ms INTEGER, expires_ms INTEGER);
  CREATE TEMP TABLE came_message (arrival INTEGER PRIMARY KEY, stage INTEGER, due_ms INTEGER, caller_type TEXT, caller_id TEXT, target_type TEXT,
    target_id TEXT, typename TEXT, value BLOB, token TEXT)`;

export class SavepointTarget {
  readonly #path: string;
  readonly #database: Database.Database;
  readonly #one: Database.Statement<[readonly Cell[]]>;
  readonly #many: Database.Statement<[readonly Cell[]]>;
  readonly #message: Database.Statement<[readonly Cell[]]>;
  #waiting: Cell[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#database = new Database(path);
    for (const setting of [
      "journal_mode = OFF",
      "synchronous = OFF",
      "locking_mode = EXCLUSIVE",
      "page_size = 8192",
      "cache_size = -65536",
      "temp_store = FILE",
    ])
      this.#database.pragma(setting);
    this.#database.exec("BEGIN");
    this.#database.exec(tables);
    const cells = `(${Array.from({ length: stateColumns }, () => "?").join(", ")})`;
    this.#one = this.#database.prepare(`INSERT INTO came_state VALUES ${cells}`);
    this.#many = this.#database.prepare(
      `INSERT INTO came_state VALUES ${Array.from({ length: rowsPerStatement }, () => cells).join(", ")}`,
    );
    this.#message = this.#database.prepare("INSERT INTO came_message VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }

  state({ type, id, name, typename, value, writtenMs, expiresMs }: StateCells): void {
    this.#waiting.push(type, id, name, typename, value, writtenMs ?? null, expiresMs ?? null);
    if (this.#waiting.length >= rowsPerStatement * stateColumns) this.#write();
  }

  message({ stage, dueMs, callerType, callerId, targetType, targetId, typename, value, token }: MessageCells): void {
    this.#message.run([stage, dueMs, callerType ?? null, callerId ?? null, targetType, targetId, typename, value ?? null, token]);
  }

  /** What came since is held by nobody else any more: bytes of a chunk may be reused. */
  flush(): void {
    for (let at = 0; at < this.#waiting.length; at += stateColumns) this.#one.run(this.#waiting.slice(at, at + stateColumns));
    this.#waiting = [];
  }

  /** Sorts, syncs and closes the file. `delayedStage` is the stage of messages that wait for their time. */
  finish({ createdMs, specs, delayedStage }: { createdMs: number; specs: readonly RegisteredState[]; delayedStage: number }): void {
    this.flush();
    const database = this.#database;
    database.exec("INSERT INTO state SELECT * FROM came_state ORDER BY type, id, name");
    database
      .prepare(
        `INSERT INTO message SELECT row_number() OVER (ORDER BY stage, arrival), caller_type, caller_id, target_type, target_id, typename, value
         FROM came_message WHERE stage <> ? ORDER BY stage, arrival`,
      )
      .run(delayedStage);
    const messages = Number(database.prepare("SELECT count(*) FROM message").pluck().get());
    database
      .prepare(
        `INSERT INTO delayed_message SELECT ? + row_number() OVER (ORDER BY due_ms, arrival), caller_type, caller_id, target_type, target_id, typename,
         value, due_ms, token FROM came_message WHERE stage = ? ORDER BY due_ms, arrival`,
      )
      .run(messages, delayedStage);
    const next = messages + Number(database.prepare("SELECT count(*) FROM delayed_message").pluck().get()) + 1;
    database.prepare("INSERT INTO savepoint VALUES (3, ?, ?)").run(next, createdMs);
    const spec = database.prepare<[string, string, string, string, number]>("INSERT OR REPLACE INTO state_spec VALUES (?, ?, ?, ?, ?)");
    for (const { type, name, typename, mode, afterMs } of specs) spec.run(type, name, typename, mode, afterMs);
    database.exec("DROP TABLE came_state; DROP TABLE came_message; COMMIT");
    database.close();
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

  #write(): void {
    this.#many.run(this.#waiting);
    this.#waiting = [];
  }
}
