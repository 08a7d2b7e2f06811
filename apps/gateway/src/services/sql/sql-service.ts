/** The verbs of sql: queries in processes beside the gateway, few at once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayError } from "../../contract/problem.ts";
import type { Principal } from "../../contract/principal.ts";
import type { SqlAnswer, SqlAsk, SqlTableView } from "../../contract/entities/sql.ts";
import { sqlLimits } from "../../sql/sql-job.ts";
import type { SqlProcesses } from "../../sql/sql-processes.ts";
import { liveTables as liveTableList, savepointTables, type ColumnKind, type SqlTable } from "../../sql/sql-tables.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { liveTables } from "./live-tables.ts";

type SqlParts = Pick<ServiceParts, "runtime" | "engine" | "savepoints" | "descriptors" | "masks" | "sqlQueries">;

export function sqlService(parts: SqlParts): ServiceOf<"sql"> {
  const readTable = liveTables(parts);
  return {
    async query(principal, ask, { signal }) {
      const { room, processes } = parts.sqlQueries;
      if (!room.take()) throw busy(room.placesMax);
      try {
        return await run(ask, { parts, readTable, signal, processes, asker: askerOf(principal) });
      } finally {
        room.leave();
      }
    },
    tables: () => [...liveTableList, ...savepointTables].map(viewOf),
  };
}

interface Running {
  readonly parts: SqlParts;
  readonly readTable: ReturnType<typeof liveTables>;
  readonly signal: AbortSignal;
  readonly processes: SqlProcesses;
  readonly asker: string;
}

async function run(ask: SqlAsk, { parts, readTable, signal, processes, asker }: Running): Promise<SqlAnswer> {
  const { sql, rowsMax, explain, timeoutMs } = ask;
  const asOfMs = Date.now();
  const startedMs = performance.now();
  const ready = parts.savepoints.list().filter(({ status }) => status === "ready");
  const scratchFolder = await mkdtemp(join(tmpdir(), "signalbox-sql-"));
  try {
    const descriptorSets = await parts.descriptors.files();
    const savepoints = Object.fromEntries(ready.map(({ id, path }) => [id, path]));
    const job = { sql, rowsMax, explain, savepoints, descriptorSets, masks: parts.masks.table.rules, scratchFolder, limits: sqlLimits };
    const { columns, parameters, rows, read, ...rest } = await processes.query(job, { timeoutMs, signal, readTable, asker });
    const elapsedMs = Math.round(performance.now() - startedMs);
    return {
      ...rest,
      columns: [...columns],
      parameters: [...parameters],
      rows: rows.map((row) => [...row]),
      read: [...read],
      elapsedMs,
      asOfMs,
    };
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

function askerOf({ kind, name, userId, credential }: Principal): string {
  return JSON.stringify([kind, userId ?? credential ?? name]);
}

const typeNames: Readonly<Record<ColumnKind, string>> = { text: "VARCHAR", json: "VARCHAR", whole: "BIGINT", bytes: "BLOB" };

function viewOf({ name, about, parameters, columns, needs }: SqlTable): SqlTableView {
  const named = Object.entries(columns).map(([column, kind]) => ({ name: column, type: typeNames[kind] }));
  return { name, about, parameters: [...parameters], columns: named, needs: needs ?? null };
}

function busy(queriesMax: number): GatewayError {
  return new GatewayError("SQL_BUSY", {
    detail: `${queriesMax} queries are being answered already`,
    where: "sql",
    cure: "Ask again in a moment.",
    retryAfterMs: 1_000,
  });
}
