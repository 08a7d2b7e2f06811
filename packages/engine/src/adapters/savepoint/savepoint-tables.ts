/**
 * Savepoint tables: the schema of a savepoint file, stated once (docs/savepoint-format.md says it for people).
 * savepoint-write.ts creates the tables from it, savepoint-inspect.ts checks a file against it and savepoint-read.ts
 * selects by it; savepoint-cells.ts holds the order of the columns for rows.
 */
import type { SavepointRowKind } from "../../model/savepoint-rows.ts";

export type ColumnType = "TEXT" | "INTEGER" | "BLOB";

export interface SavepointColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** May be missing or NULL; the reader then puts in the documented default. */
  readonly optional: boolean;
  /** May be NULL, with a meaning that no value of the type has. */
  readonly nullable?: true;
  readonly check: CellCheck | undefined;
}

export type CellCheck =
  /** A condition over the row in SQL, the columns it needs, and its text for people. */
  | { readonly kind: "sql"; readonly holds: string; readonly needs: readonly string[]; readonly says: string }
  | { readonly kind: "function-type" };

export interface SavepointTable {
  readonly name: string;
  /** The columns of the unique key; rows are read in their order. */
  readonly key: readonly string[];
  readonly columns: readonly SavepointColumn[];
}

/** What `file` and SQLite tools show as the owner of the file: "SBSP". */
export const savepointApplicationId = 0x53425350;
export const headerTableName = "savepoint";

/** SQLite stores 64 bits; the engine's numbers end here. */
const integerMax = Number.MAX_SAFE_INTEGER;

function text(name: string): SavepointColumn {
  return { name, type: "TEXT", optional: false, check: undefined };
}

function functionType(name: string): SavepointColumn {
  return { ...text(name), check: { kind: "function-type" } };
}

/** The store marks absent values by a first NUL (core/store/record-parts.ts). */
function valueType(name: string): SavepointColumn {
  const holds = `substr(hex(${name}), 1, 2) <> '00'`;
  return { ...text(name), check: { kind: "sql", holds, needs: [name], says: "write a type name that does not begin with NUL" } };
}

function oneOf(name: string, words: readonly string[]): SavepointColumn {
  return {
    ...text(name),
    check: {
      kind: "sql",
      holds: `${name} IN (${words.map((word) => `'${word}'`).join(", ")})`,
      needs: [name],
      says: `write one of ${words.join(", ")}`,
    },
  };
}

function integer(name: string): SavepointColumn {
  return {
    name,
    type: "INTEGER",
    optional: false,
    check: {
      kind: "sql",
      holds: `${name} BETWEEN 0 AND ${integerMax}`,
      needs: [name],
      says: `write a whole number from 0 to ${integerMax}`,
    },
  };
}

function blob(name: string): SavepointColumn {
  return { name, type: "BLOB", optional: false, check: undefined };
}

function optional(column: SavepointColumn): SavepointColumn {
  return { ...column, optional: true };
}

/** NULL: no value. */
const messageValue: SavepointColumn = { ...blob("value"), nullable: true };

export const headerColumns: readonly SavepointColumn[] = [
  integer("format_version"),
  optional(integer("epoch")),
  optional(integer("next_sequence")),
  optional(integer("created_ms")),
  optional(text("engine_version")),
  { ...optional(text("partition_ends")), nullable: true },
];

const callerTogether: CellCheck = {
  kind: "sql",
  holds: "(caller_type IS NULL) = (caller_id IS NULL)",
  needs: ["caller_type", "caller_id"],
  says: "write both caller_type and caller_id, or NULL in both",
};
/** The headers of a message, a delayed message or an egress record; the last column of each of these tables. */
const headers: SavepointColumn = {
  ...optional(text("headers")),
  check: {
    kind: "sql",
    holds: "json_valid(headers)",
    needs: ["headers"],
    says: "write the JSON text of pairs of a name and a value, or NULL",
  },
};
const failureJson: CellCheck = {
  kind: "sql",
  holds: "json_valid(failure)",
  needs: ["failure"],
  says: "write the JSON text of a failure, or NULL",
};

export const savepointTables: Readonly<Record<SavepointRowKind, SavepointTable>> = {
  state: {
    name: "state",
    key: ["type", "id", "name"],
    columns: [
      functionType("type"),
      text("id"),
      text("name"),
      valueType("typename"),
      blob("value"),
      optional(integer("written_ms")),
      optional(integer("expires_ms")),
    ],
  },
  message: {
    name: "message",
    key: ["sequence"],
    columns: [
      integer("sequence"),
      optional(integer("trace")),
      optional(functionType("caller_type")),
      { ...optional(text("caller_id")), check: callerTogether },
      functionType("target_type"),
      text("target_id"),
      valueType("typename"),
      messageValue,
      optional(integer("at_ms")),
      headers,
    ],
  },
  delayed: {
    name: "delayed_message",
    key: ["sequence"],
    columns: [
      integer("sequence"),
      optional(integer("trace")),
      functionType("caller_type"),
      text("caller_id"),
      functionType("target_type"),
      text("target_id"),
      valueType("typename"),
      messageValue,
      integer("due_ms"),
      optional(text("token")),
      headers,
    ],
  },
  egress: {
    name: "egress_record",
    key: ["sequence"],
    columns: [
      integer("sequence"),
      optional(integer("trace")),
      text("egress"),
      functionType("from_type"),
      text("from_id"),
      valueType("typename"),
      messageValue,
      optional(integer("at_ms")),
      headers,
    ],
  },
  entity: {
    name: "entity",
    key: ["type", "id"],
    columns: [
      functionType("type"),
      text("id"),
      oneOf("status", ["paused", "parked"]),
      { ...optional(text("failure")), check: failureJson },
      optional(integer("attempts")),
      optional(integer("since_ms")),
      optional(integer("until_ms")),
      optional(text("paused_by")),
    ],
  },
  spec: {
    name: "state_spec",
    key: ["type", "name"],
    columns: [
      functionType("type"),
      text("name"),
      valueType("typename"),
      optional(oneOf("expiration_mode", ["none", "after-write", "after-invoke"])),
      optional(integer("expire_after_ms")),
    ],
  },
  producer: { name: "producer", key: ["producer"], columns: [text("producer"), integer("sequence"), optional(text("position"))] },
  idempotency: {
    name: "idempotency_key",
    key: ["key", "target_type", "target_id"],
    columns: [
      text("key"),
      optional(text("target_type")),
      optional(text("target_id")),
      integer("message_id"),
      integer("trace_id"),
      optional(integer("at_ms")),
      optional(integer("value_digest")),
    ],
  },
};

export function quoted(name: string): string {
  return `"${name}"`;
}

/** The tables as the engine writes them. They are STRICT, so that SQLite itself checks what SQL tools insert later. */
export function createTableStatements(): string[] {
  const header = `CREATE TABLE ${headerTableName} (${headerColumns.map((column) => `${column.name} ${column.type}${column.nullable === true ? "" : " NOT NULL"}`).join(", ")}) STRICT`;
  const tables = Object.values(savepointTables).map((table) => {
    const columns = table.columns.map(
      (column) => `${quoted(column.name)} ${column.type}${column.optional || column.nullable ? "" : " NOT NULL"}`,
    );
    return `CREATE TABLE ${table.name} (${columns.join(", ")}, PRIMARY KEY (${table.key.map(quoted).join(", ")})) STRICT, WITHOUT ROWID`;
  });
  return [header, ...tables];
}
