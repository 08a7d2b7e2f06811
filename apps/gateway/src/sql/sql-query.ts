/**
 * runQuery: runs one read-only query in DuckDB, closed off (duckdb/open-duckdb.ts), over tables that are pulled page by page from the
 * gateway while DuckDB asks for them, and over savepoint files. It runs in a process of its own (sql-child.ts). Neighbours: sql-tables.ts
 * has the tables, savepoint-scan.ts the files.
 */
import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBPreparedStatement,
  DuckDBValue,
  JsonDuckDBValueConverter as Converter,
} from "@duckdb/node-api";
import { decodeValue, DescriptorRegistry } from "@signalbox/proto";
import { loadDuckDb, openDuckDb, quotedName, type DuckDb } from "../duckdb/open-duckdb.ts";
import { Masks } from "../masking/masks.ts";
import { maskedRow, type SavepointTable } from "./masked-row.ts";
import { pullNow } from "./pull-pipe.ts";
import { isCatalogQuery, postgresCatalog } from "./postgres-catalog.ts";
import { savepointPages } from "./savepoint-scan.ts";
import type { SqlJob, SqlJson, SqlResult } from "./sql-job.ts";
import { sqlRefused } from "./sql-refused.ts";
import { sqlTokens } from "./sql-tokens.ts";
import {
  liveTables,
  savepointTables,
  type ColumnKind,
  type LiveTableName,
  type SqlCell,
  type SqlRow,
  type SqlTable,
} from "./sql-tables.ts";

type NextPage = () => readonly SqlRow[];

export async function runQuery(job: SqlJob): Promise<SqlResult> {
  const duckDb = await loadDuckDb();
  const { connection, close } = await openDuckDb(duckDb, { ...job.limits, scratchFolder: job.scratchFolder, files: [] });
  const scans = new Scans(job);
  try {
    for (const table of liveTables) {
      connection.registerTableFunction(
        scans.tableFunction(duckDb, table, ({ type, prefix }) => livePages(table.name, scans.next(), { type, prefix })),
      );
      await connection.run(`CREATE VIEW ${quotedName(table.name)} AS SELECT * FROM ${quotedName(table.name)}()`);
    }
    for (const table of savepointTables)
      connection.registerTableFunction(
        scans.tableFunction(duckDb, table, ({ id }) => scans.masked(table, savepointPages(table, pathOf(id, job)))),
      );
    if (isCatalogQuery(job.sql)) for (const statement of postgresCatalog(job.sql)) await connection.run(statement);
    scans.forget();
    return await answer({ duckDb, connection, scans }, job);
  } catch (error) {
    throw sqlRefused(error, "Correct the SQL; docs/sql.md lists the tables, and GET /v1/sql/tables their columns.");
  } finally {
    close();
  }
}

interface Opened {
  readonly duckDb: DuckDb;
  readonly connection: DuckDBConnection;
  readonly scans: Scans;
}

async function answer({ duckDb, connection, scans }: Opened, job: SqlJob): Promise<SqlResult> {
  const prepared = await connection.prepare(job.sql);
  const kind = prepared.statementType;
  if (kind !== duckDb.StatementType.SELECT && kind !== duckDb.StatementType.EXPLAIN)
    throw new Error(`a statement ${duckDb.StatementType[kind] ?? "of this kind"} is not run: only one that reads is`);
  if (job.explain) return explained(prepared, { duckDb, connection, scans }, job);
  const result = await prepared.stream();
  const columns = result.columnNames().map((name, at) => ({ name, type: String(result.columnType(at)) }));
  const rows: SqlJson[][] = [];
  let bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    const done = { columns, parameters: [], rows, read: scans.read(), plan: null };
    if (chunk === null || chunk.rowCount === 0) return { ...done, truncated: false };
    for (const row of rowsOf(chunk, duckDb.JsonDuckDBValueConverter)) {
      bytes += JSON.stringify(row).length;
      if (rows.length >= job.rowsMax || bytes > job.limits.answerBytesMax) return { ...done, truncated: true };
      rows.push(row);
    }
  }
}

/** A query with parameters has no plan here, because the plan depends on their values. */
async function explained(prepared: DuckDBPreparedStatement, { connection, scans }: Opened, { sql }: SqlJob): Promise<SqlResult> {
  const parameters = Array.from({ length: prepared.parameterCount }, (_, at) => typeOf(() => prepared.parameterType(at + 1)) ?? "VARCHAR");
  const described =
    parameters.length === 0
      ? prepared
      : await connection.prepare(
          sqlTokens(sql)
            .map((token) =>
              token.kind === "parameter" ? `CAST(NULL AS ${parameters[Number(token.text.slice(1)) - 1] ?? "VARCHAR"})` : token.text,
            )
            .join(""),
        );
  const columns = Array.from({ length: described.columnCount }, (_, at) => ({
    name: described.columnName(at),
    type: typeOf(() => described.columnType(at)) ?? "VARCHAR",
  }));
  const plan = parameters.length > 0 ? undefined : (await connection.runAndReadAll(`EXPLAIN ${sql}`)).getRows();
  const planText = plan?.map((row) => String(row[1])).join("\n") ?? null;
  return { columns, parameters, rows: [], truncated: false, read: scans.read(), plan: planText };
}

/** Returns undefined when nothing gives a type, because the library then throws. */
function typeOf(ask: () => unknown): string | undefined {
  try {
    const text = String(ask());
    return text === "" || text === "UNKNOWN" || text === "SQLNULL" ? undefined : text;
  } catch {
    return undefined;
  }
}

function rowsOf(chunk: DuckDBDataChunk, converter: typeof Converter): SqlJson[][] {
  return chunk.convertRows(converter) as SqlJson[][];
}

function pathOf(id: string | undefined, { savepoints }: SqlJob): string {
  const path = id !== undefined && Object.hasOwn(savepoints, id) ? savepoints[id] : undefined;
  if (path === undefined) throw new Error(`no savepoint ${JSON.stringify(id ?? "")} is ready; FROM savepoints lists them`);
  return path;
}

function livePages(table: LiveTableName, scan: number, parameters: { type: string | undefined; prefix: string | undefined }): NextPage {
  return () => {
    const pulled = pullNow({ scan, table, parameters });
    if (pulled.kind === "error") throw new Error(pulled.message);
    return pulled.rows;
  };
}

interface Scan {
  readonly columns: readonly number[];
  readonly next: NextPage;
  waiting: readonly SqlRow[];
  at: number;
}

const vectorRowsMax = 2_048;

/** The table functions and the rows that were read through them. */
class Scans {
  readonly #descriptors = new DescriptorRegistry();
  readonly #rows = new Map<string, number>();
  readonly #masks = new Masks(this.#descriptors);
  #count = 0;

  constructor({ descriptorSets, masks }: SqlJob) {
    this.#masks.table.set(masks);
    for (const { name, bytes } of descriptorSets) this.#descriptors.add(name, bytes);
  }

  next(): number {
    return ++this.#count;
  }

  /** Masks the rows of a savepoint file. */
  masked(table: SavepointTable, next: NextPage): NextPage {
    return this.#masks.table.isEmpty ? next : () => next().map((row) => maskedRow(this.#masks, table, row));
  }

  /** Forgets the rows that were read while the views were made. */
  forget(): void {
    this.#rows.clear();
  }

  read(): { table: string; rows: number }[] {
    return [...this.#rows].map(([table, rows]) => ({ table, rows }));
  }

  tableFunction(duckDb: DuckDb, table: SqlTable, open: (given: Readonly<Record<string, string | undefined>>) => NextPage) {
    const columns = Object.entries(table.columns);
    const types = { text: duckDb.VARCHAR, json: duckDb.VARCHAR, whole: duckDb.BIGINT, bytes: duckDb.BLOB };
    const byId = table.parameters[0] === "id";
    return duckDb.DuckDBTableFunction.create({
      name: table.name,
      supportsProjectionPushdown: true,
      parameterTypes: byId ? [duckDb.VARCHAR] : [],
      namedParameterTypes: byId ? {} : Object.fromEntries(table.parameters.map((name) => [name, duckDb.VARCHAR])),
      bindFunction: (bind) => {
        for (const [name, kind] of columns) bind.addResultColumn(name, types[kind]);
        const textOf = (given: DuckDBValue): string | undefined => (typeof given === "string" ? given : undefined);
        const given = table.parameters.map((name) => [name, textOf(byId ? bind.getParameter(0) : bind.getNamedParameter(name))]);
        bind.setBindData(Object.fromEntries(given));
        if (!this.#rows.has(table.name)) this.#rows.set(table.name, 0);
      },
      initFunction: (init) => {
        init.setMaxThreads(1);
        const next = open(init.getBindData() as Record<string, string | undefined>);
        const scan: Scan = { columns: init.getColumnIndexes(), next, waiting: [], at: 0 };
        init.setInitData(scan);
      },
      mainFunction: (info, out) => {
        const rows = take(info.initData as Scan);
        this.#rows.set(table.name, (this.#rows.get(table.name) ?? 0) + rows.length);
        out.rowCount = rows.length;
        if (rows.length === 0) return;
        const { columns: wanted } = info.initData as Scan;
        out.setColumns(wanted.map((at) => rows.map((row) => this.#cell(row, columns, { at, duckDb }))));
      },
    });
  }

  #cell(row: SqlRow, columns: readonly (readonly [string, ColumnKind])[], { at, duckDb }: { at: number; duckDb: DuckDb }): DuckDBValue {
    const cell: SqlCell = row[at] ?? null;
    if (cell === null) return null;
    switch (columns[at]?.[1]) {
      case "whole":
        return BigInt(cell as number | bigint);
      case "bytes":
        return new duckDb.DuckDBBlobValue(cell as Uint8Array);
      case "json":
        return typeof cell === "string" ? cell : this.#json(row, columns);
      default:
        return typeof cell === "string" ? cell : null;
    }
  }

  /** The bytes are in the column after this one, their type in the column before. */
  #json(row: SqlRow, columns: readonly (readonly [string, ColumnKind])[]): string | null {
    const typename = row[columns.findIndex(([name]) => name === "typename")];
    const bytes = row[columns.findIndex(([name]) => name === "bytes")];
    if (typeof typename !== "string" || !(bytes instanceof Uint8Array)) return null;
    const decoded = decodeValue(typename, bytes, this.#descriptors);
    return decoded.as === "bytes" ? null : decoded.as === "json" ? decoded.text : JSON.stringify(decoded.text);
  }
}

/** A page may be longer than a vector of DuckDB, so the rest waits for the next call. */
function take(scan: Scan): readonly SqlRow[] {
  if (scan.at >= scan.waiting.length) {
    scan.waiting = scan.next();
    scan.at = 0;
  }
  const rows = scan.waiting.slice(scan.at, scan.at + vectorRowsMax);
  scan.at += rows.length;
  return rows;
}
