/**
 * SqlTables: the tables of SQL as data: their columns, their parameters, and what they show. Neighbours: sql-query.ts makes table functions
 * of them, services/sql/live-tables.ts reads the live ones, docs/sql.md lists them.
 */

import type { Capability } from "@signalbox/runtime";

/** `json` is a decoded value as JSON text; it is null where no decoder fits. */
export type ColumnKind = "text" | "whole" | "json" | "bytes";

export interface SqlTable {
  readonly name: string;
  readonly about: string;
  /** The names of parameters: `FROM state(type := 'shop/cart', prefix := 'an')`. */
  readonly parameters: readonly string[];
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** What the runtime must be able to do; absent where every runtime has the table. */
  readonly needs?: Capability;
}

const entity = { type: "text", id: "text" } as const;
const value = { typename: "text", value: "json", bytes: "bytes" } as const;

export const liveTables = [
  {
    name: "entities",
    about: "every entity with its status",
    parameters: ["type", "prefix"],
    columns: { ...entity, status: "text", mailbox_depth: "whole" },
  },
  {
    name: "state",
    about: "state values, decoded",
    parameters: ["type", "prefix"],
    columns: { ...entity, name: "text", ...value, written_ms: "whole", expires_ms: "whole" },
  },
  {
    name: "mailboxes",
    about: "messages that wait, the first hundred of an entity",
    // Who cannot act on what waits does not hold it: Flink keeps the mailboxes to itself.
    needs: "entity-actions",
    parameters: ["type", "prefix"],
    columns: { ...entity, sequence: "whole", trace: "whole", caller_type: "text", caller_id: "text", ...value, at_ms: "whole" },
  },
  {
    name: "journal",
    about: "what happened, newest first, as far as the journal reaches",
    needs: "journal",
    parameters: [],
    columns: {
      sequence: "whole",
      ...entity,
      outcome: "text",
      trace: "whole",
      messages: "whole",
      sent: "whole",
      delayed: "whole",
      egress_records: "whole",
      state_changes: "whole",
      attempts: "whole",
      started_ms: "whole",
      ended_ms: "whole",
      epoch: "whole",
      endpoint: "text",
      failure_code: "text",
      failure: "text",
    },
  },
  {
    name: "failures",
    about: "entities that are parked, paused or backing off, the newest thousand",
    parameters: [],
    columns: {
      ...entity,
      status: "text",
      mailbox_depth: "whole",
      attempts: "whole",
      since_ms: "whole",
      retry_ms: "whole",
      failure_code: "text",
      failure: "text",
    },
  },
  {
    name: "egress",
    about: "records that were not delivered or fetched",
    parameters: [],
    columns: { egress: "text", sequence: "whole", trace: "whole", from_type: "text", from_id: "text", ...value, at_ms: "whole" },
  },
  {
    name: "savepoints",
    about: "savepoints of this gateway",
    parameters: [],
    columns: {
      id: "text",
      created_ms: "whole",
      status: "text",
      origin: "text",
      epoch: "whole",
      entities: "whole",
      messages: "whole",
      delayed_messages: "whole",
      egress_records: "whole",
      size_bytes: "whole",
    },
  },
] as const satisfies readonly SqlTable[];
export type LiveTableName = (typeof liveTables)[number]["name"];

/**
 * The tables of a savepoint file, which a query names by the savepoint's id: `FROM savepoint_state('20261128-…')`. The name of the table in
 * the file follows the first underscore.
 */
export const savepointTables = [
  {
    name: "savepoint_state",
    about: "state values of a savepoint",
    parameters: ["id"],
    columns: { ...entity, name: "text", ...value, written_ms: "whole", expires_ms: "whole" },
  },
  {
    name: "savepoint_message",
    about: "mailboxes of a savepoint",
    parameters: ["id"],
    columns: {
      sequence: "whole",
      trace: "whole",
      caller_type: "text",
      caller_id: "text",
      target_type: "text",
      target_id: "text",
      ...value,
    },
  },
  {
    name: "savepoint_delayed_message",
    about: "delayed messages of a savepoint",
    parameters: ["id"],
    columns: {
      sequence: "whole",
      trace: "whole",
      caller_type: "text",
      caller_id: "text",
      target_type: "text",
      target_id: "text",
      ...value,
      due_ms: "whole",
      token: "text",
    },
  },
  {
    name: "savepoint_egress_record",
    about: "egress records of a savepoint",
    parameters: ["id"],
    columns: { sequence: "whole", egress: "text", from_type: "text", from_id: "text", ...value, at_ms: "whole" },
  },
] as const satisfies readonly SqlTable[];

/** A cell as it travels: the columns value and bytes are sent once, as bytes, and decoded where they arrive. */
export type SqlCell = string | number | bigint | Uint8Array | null;
export type SqlRow = readonly SqlCell[];
