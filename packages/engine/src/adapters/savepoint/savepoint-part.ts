/**
 * Savepoint part: the SQLite file of a savepoint while it is written. Each statement inserts many rows. All are one transaction, without a
 * journal and unsynced until `finish`, because an unfinished part is worthless. Synchronous: savepoint-part-thread.ts owns it.
 */
import { closeSync, fsyncSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import {
  savepointFormatVersion,
  savepointRowKinds,
  type SavepointHeader,
  type SavepointRow,
  type SavepointRowKind,
} from "../../model/savepoint-rows.ts";
import { headerCells, toCells, type Cell } from "./savepoint-cells.ts";
import { createTableStatements, headerColumns, headerTableName, savepointApplicationId, savepointTables } from "./savepoint-tables.ts";

const pageCacheKiB = 16 * 1024;
/** Many rows per statement halve the time per row (measured: 1.7 µs one by one, 0.9 µs from 50 on). */
const insertRowsMax = 100;

type Insert = Database.Statement<[readonly Cell[]]>;

interface TableInserts {
  readonly one: Insert;
  readonly many: Insert;
  readonly columns: number;
  /** Cells of the rows that wait for the next statement, row after row. */
  waiting: Cell[];
}

export class SavepointPart {
  private readonly path: string;
  private readonly database: Database.Database;
  private readonly inserts: Readonly<Record<SavepointRowKind, TableInserts>>;

  constructor(path: string, header: Omit<SavepointHeader, "formatVersion">) {
    this.path = path;
    this.database = new Database(path);
    this.database.pragma("journal_mode = OFF");
    this.database.pragma("synchronous = OFF");
    this.database.pragma("locking_mode = EXCLUSIVE");
    this.database.pragma("page_size = 8192");
    this.database.pragma(`cache_size = -${pageCacheKiB}`);
    this.database.pragma(`application_id = ${savepointApplicationId}`);
    this.database.pragma(`user_version = ${savepointFormatVersion}`);
    this.database.exec("BEGIN");
    for (const statement of createTableStatements()) this.database.exec(statement);
    insertInto(this.database, { table: headerTableName, columns: headerColumns.length, rows: 1 }).run(
      headerCells({ ...header, formatVersion: savepointFormatVersion }),
    );
    this.inserts = tableInserts(this.database);
  }

  add(row: SavepointRow): void {
    const inserts = this.inserts[row.kind];
    for (const cell of toCells(row)) inserts.waiting.push(cell);
    if (inserts.waiting.length < insertRowsMax * inserts.columns) return;
    inserts.many.run(inserts.waiting);
    inserts.waiting = [];
  }

  /** Writes the rows that wait for a full statement, so that nothing is kept in memory. */
  flush(): void {
    for (const kind of savepointRowKinds) {
      const { waiting, one, columns } = this.inserts[kind];
      for (let at = 0; at < waiting.length; at += columns) one.run(waiting.slice(at, at + columns));
      this.inserts[kind].waiting = [];
    }
  }

  finish(): void {
    this.flush();
    this.database.exec("COMMIT");
    this.database.close();
    const file = openSync(this.path, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  close(): void {
    this.database.close();
  }
}

function insertInto(database: Database.Database, { table, columns, rows }: { table: string; columns: number; rows: number }): Insert {
  const cells = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
  return database.prepare(`INSERT INTO ${table} VALUES ${Array.from({ length: rows }, () => cells).join(", ")}`);
}

function tableInserts(database: Database.Database): Readonly<Record<SavepointRowKind, TableInserts>> {
  const entries = savepointRowKinds.map((kind): [SavepointRowKind, TableInserts] => {
    const { name: table, columns } = savepointTables[kind];
    const one = insertInto(database, { table, columns: columns.length, rows: 1 });
    const many = insertInto(database, { table, columns: columns.length, rows: insertRowsMax });
    return [kind, { one, many, columns: columns.length, waiting: [] }];
  });
  return Object.fromEntries(entries) as Record<SavepointRowKind, TableInserts>;
}
