/**
 * SavepointDatabase: a savepoint file (docs/savepoint-format.md) opened to be read: hand-written ones lack tables and columns, which read
 * as their documented defaults. The file was checked as a restore would check it before it comes here (the gateway's savepoints are). Calls
 * are left out of every table: their addresses and answers mean something to the engine alone that wrote them (calls()).
 */
import { callType, callTypes } from "@signalbox/runtime";
import Database from "better-sqlite3";

export type Rows = IterableIterator<readonly unknown[]>;

/** Columns in the order in which they are selected, each with its value where it is missing. */
const tables = {
  state: ["type", "id", "name", "typename", "value", "written_ms", "expires_ms"],
  message: ["sequence", "caller_type", "caller_id", "target_type", "target_id", "typename", "value", "headers"],
  delayed_message: ["sequence", "caller_type", "caller_id", "target_type", "target_id", "typename", "value", "due_ms", "token", "headers"],
  egress_record: ["sequence", "egress"],
  entity: ["type", "id", "status"],
  state_spec: ["type", "name", "typename", "expiration_mode", "expire_after_ms"],
  producer: ["producer"],
  idempotency_key: ["key"],
} as const;
export type SavepointTableName = keyof typeof tables;

/** The column by which a row belongs to an entity. */
const owners: Readonly<Partial<Record<SavepointTableName, string>>> = {
  state: "type",
  entity: "type",
  state_spec: "type",
  message: "target_type",
  delayed_message: "target_type",
};
const callTypeList = [...callTypes].map((type) => `'${type}'`).join(", ");

const readCacheKiB = 64 * 1024;

export class SavepointDatabase {
  readonly createdMs: number;
  readonly database: Database.Database;

  constructor(path: string) {
    this.database = new Database(path, { readonly: true, fileMustExist: true });
    for (const setting of ["trusted_schema = OFF", `cache_size = -${readCacheKiB}`, "temp_store = FILE"]) this.database.pragma(setting);
    this.createdMs = this.#columns("savepoint").has("created_ms")
      ? Number(this.database.prepare("SELECT created_ms FROM savepoint").pluck().get() ?? 0)
      : 0;
  }

  /** The table as a subquery that has all of its columns; an empty one where the file has no such table. */
  table(name: SavepointTableName): string {
    const there = this.#columns(name);
    const columns = tables[name].map((column) => (there.has(column) ? column : `NULL AS ${column}`));
    const owner = owners[name];
    const others = owner === undefined ? "" : ` WHERE ${owner} NOT IN (${callTypeList})`;
    return there.size === 0 ? `(SELECT ${columns.join(", ")} WHERE 0)` : `(SELECT ${columns.join(", ")} FROM ${name}${others})`;
  }

  /** Answers that are kept or on their way to a call, and waiting messages whose sender is a call. */
  calls(nowMs: number): { readonly answers: number; readonly underWay: number } {
    const rows = (table: SavepointTableName, where: string): number =>
      this.#columns(table).size === 0 ? 0 : Number(this.database.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get());
    const live = this.#columns("state").has("expires_ms") ? ` AND (expires_ms IS NULL OR expires_ms > ${nowMs})` : "";
    const to = `target_type IN (${callTypeList})`;
    return {
      answers: rows("state", `type = '${callType}'${live}`) + rows("message", to) + rows("delayed_message", to),
      underWay: this.count("message", `caller_type IN (${callTypeList})`),
    };
  }

  count(name: SavepointTableName, where = "1"): number {
    return Number(
      this.database
        .prepare(`SELECT count(*) FROM ${this.table(name)} WHERE ${where}`)
        .pluck()
        .get(),
    );
  }

  rows(sql: string, ...parameters: readonly (string | number)[]): Rows {
    return this.database
      .prepare<(string | number)[], readonly unknown[]>(sql)
      .raw()
      .iterate(...parameters);
  }

  all(sql: string, ...parameters: readonly (string | number)[]): (readonly unknown[])[] {
    return this.database
      .prepare<(string | number)[], readonly unknown[]>(sql)
      .raw()
      .all(...parameters);
  }

  close(): void {
    this.database.close();
  }

  #columns(table: string): ReadonlySet<string> {
    return new Set(this.database.prepare<[string], string>("SELECT lower(name) FROM pragma_table_info(?)").pluck().all(table));
  }
}

export function textOf(cell: unknown): string {
  return typeof cell === "string" ? cell : "";
}

export function optionalText(cell: unknown): string | undefined {
  return typeof cell === "string" ? cell : undefined;
}

export function numberOf(cell: unknown): number | undefined {
  return typeof cell === "number" ? cell : undefined;
}

export function bytesOf(cell: unknown): Uint8Array | undefined {
  return cell instanceof Uint8Array ? cell : undefined;
}
