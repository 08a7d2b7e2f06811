/** sql: read-only SQL over live data and savepoints (docs/sql.md). */
import { z } from "zod";
import { mutation, nothing, query } from "../operation.ts";
import { capabilityNames } from "../overview/runtime.ts";

const ask = z.object({
  sql: z.string().min(1).max(100_000),
  /** The most rows of the result; when there are more, the answer says so. */
  rowsMax: z.int().min(1).max(100_000).default(1_000),
  timeoutMs: z.int().min(100).max(300_000).default(30_000),
  /** Says how the query would run and which tables it would read, and reads nothing. */
  explain: z.boolean().default(false),
});
export type SqlAsk = z.output<typeof ask>;

const columns = z.array(z.strictObject({ name: z.string(), type: z.string() }));

const answer = z.strictObject({
  /** The columns; an EXPLAIN has them too. */
  columns,
  /** The types of $1, $2, …, when the query names any; such a query can only be explained. */
  parameters: z.array(z.string()),
  /** Cells as JSON; whole numbers beyond 32 bits, decimals and times are texts with every digit. */
  rows: z.array(z.array(z.json())),
  /** True when there are more rows than were asked for, or than fit into an answer. */
  truncated: z.boolean(),
  /** The number of rows of each table that were read; an EXPLAIN lists only the tables. */
  read: z.array(z.strictObject({ table: z.string(), rows: z.number() })),
  plan: z.string().nullable(),
  elapsedMs: z.number(),
  /** The moment from which on the data was read; a long query sees later rows too. */
  asOfMs: z.number(),
});
export type SqlAnswer = z.output<typeof answer>;

const tableView = z.strictObject({
  name: z.string(),
  about: z.string(),
  parameters: z.array(z.string()),
  columns,
  /** What the runtime must be able to do for this table (GET /v1/runtime); null: every runtime has it. */
  needs: z.enum(capabilityNames).nullable(),
});
export type SqlTableView = z.output<typeof tableView>;

export const sql = {
  query: mutation({
    summary: "Read by SQL: entities, state, mailboxes, journal, failures, egress, savepoints",
    access: "read",
    scope: "namespaces",
    changesNothing: true,
    unmasks: "fields",
    input: ask,
    output: answer,
    problems: ["SQL_REFUSED", "SQL_TOO_MUCH", "SQL_BUSY", "SQL_NOT_INSTALLED", "CAPABILITY_MISSING"],
    http: { method: "POST", path: "/v1/sql" },
    mcp: [{ tool: "sql", about: "DuckDB's SQL; say the type, as in FROM state(type := 'shop/cart', prefix := 'an')." }],
  }),
  tables: query({
    summary: "Tables that SQL can read, with their columns",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(tableView),
    problems: [],
    http: { method: "GET", path: "/v1/sql/tables", under: "tables" },
    mcp: [{ tool: "sql_tables" }],
  }),
} as const;
