/** The verbs of sql: each query in a process of its own, few at once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayError } from "../../contract/problem.ts";
import type { SqlAnswer, SqlAsk, SqlTableView } from "../../contract/sql.ts";
import { sqlLimits } from "../../sql/sql-job.ts";
import { queryInProcess } from "../../sql/sql-process.ts";
import { liveTables as liveTableList, savepointTables, type ColumnKind, type SqlTable } from "../../sql/sql-tables.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { liveTables } from "./live-tables.ts";

type SqlParts = Pick<ServiceParts, "engine" | "savepoints" | "descriptors">;

/** Each has a process with a thread that computes. */
const queriesMax = 2;

export function sqlService(parts: SqlParts): ServiceOf<"sql"> {
  const readTable = liveTables(parts);
  let queries = 0;
  return {
    async query(_principal, ask, { signal }) {
      if (queries >= queriesMax) throw busy();
      queries++;
      try {
        return await run(ask, { parts, readTable, signal });
      } finally {
        queries--;
      }
    },
    tables: () => [...liveTableList, ...savepointTables].map(viewOf),
  };
}

interface Running {
  readonly parts: SqlParts;
  readonly readTable: ReturnType<typeof liveTables>;
  readonly signal: AbortSignal;
}

async function run(ask: SqlAsk, { parts, readTable, signal }: Running): Promise<SqlAnswer> {
  const { sql, rowsMax, explain, timeoutMs } = ask;
  const asOfMs = Date.now();
  const startedMs = performance.now();
  const ready = parts.savepoints.list().filter(({ status }) => status === "ready");
  const scratchFolder = await mkdtemp(join(tmpdir(), "signalbox-sql-"));
  try {
    const descriptorSets = await parts.descriptors.files();
    const savepoints = Object.fromEntries(ready.map(({ id, path }) => [id, path]));
    const job = { sql, rowsMax, explain, savepoints, descriptorSets, scratchFolder, limits: sqlLimits };
    const { columns, rows, read, ...rest } = await queryInProcess(job, { timeoutMs, signal, readTable });
    const elapsedMs = Math.round(performance.now() - startedMs);
    return { ...rest, columns: [...columns], rows: rows.map((row) => [...row]), read: [...read], elapsedMs, asOfMs };
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

const typeNames: Readonly<Record<ColumnKind, string>> = { text: "VARCHAR", json: "VARCHAR", whole: "BIGINT", bytes: "BLOB" };

function viewOf({ name, about, parameters, columns }: SqlTable): SqlTableView {
  const named = Object.entries(columns).map(([column, kind]) => ({ name: column, type: typeNames[kind] }));
  return { name, about, parameters: [...parameters], columns: named };
}

function busy(): GatewayError {
  return new GatewayError("SQL_BUSY", {
    detail: `${queriesMax} queries are being answered already`,
    where: "sql",
    cure: "Ask again in a moment.",
    retryAfterMs: 1_000,
  });
}
