/**
 * runBootstrap: runs SQL over sources and writes a savepoint file, row by row. It runs in a process of its own (bootstrap-child.ts, or
 * tools/bootstrap.ts), because DuckDB, SQLite and the encoding of values take a whole thread. Neighbours: attach-sources.ts, row-query.ts,
 * row-value.ts, state-writer.ts.
 * Guarantee: a wrong row is an error with its place and its cure and is not written; the caller decides whether a file with such errors
 * counts.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { DescriptorRegistry } from "@signalbox/proto";
import { checkId, idCure, splitTypeName } from "@signalbox/runtime";
import { loadDuckDb, openDuckDb, type DuckDb } from "../duckdb/open-duckdb.ts";
import { splitStatements } from "../duckdb/split-statements.ts";
import { attachSources } from "./attach-sources.ts";
import { errorsShownMax, statementsMax, type BootstrapJob, type BootstrapReport } from "./bootstrap-job.ts";
import { asRefused, bootstrapRefused, withoutFolders } from "./bootstrap-refused.ts";
import { ReportTally } from "./report-tally.ts";
import { planStatement, type RowQuery } from "./row-query.ts";
import { rowValue, type Cell } from "./row-value.ts";
import { StateWriter } from "./state-writer.ts";

export interface BootstrapRun {
  readonly onProgress?: ((rows: number) => void) | undefined;
}

/** The file is complete when this resolves; when it rejects, the caller removes the file. */
export async function runBootstrap(job: BootstrapJob, { onProgress }: BootstrapRun = {}): Promise<BootstrapReport> {
  const startedMs = performance.now();
  const duckDb = await loadDuckDb();
  const { sources, limits, scratchFolder, sql } = job;
  const files = sources.flatMap((source) => (source.kind === "postgresql" || source.kind === "sqlite" ? [] : [source.path]));
  const { connection } = await openDuckDb(duckDb, { ...limits, scratchFolder, files });
  const writer = new StateWriter({ path: job.outPath, merge: job.merge, nowMs: job.nowMs });
  try {
    await attachSources({ duckDb, connection, sources, sql });
    const tally = new ReportTally(Math.max(job.errorsMax, errorsShownMax));
    await new Run({ job, duckDb, connection, writer, tally, onProgress }).all();
    writer.finish();
    return tally.report(writer, performance.now() - startedMs);
  } catch (error) {
    const named = sources.flatMap((source) => (source.kind === "postgresql" ? [] : [source.path]));
    throw withoutFolders(error, [...named, job.outPath, scratchFolder]);
  } finally {
    writer.close();
    connection.closeSync();
  }
}

interface RunParts extends BootstrapRun {
  readonly job: BootstrapJob;
  readonly duckDb: DuckDb;
  readonly connection: DuckDBConnection;
  readonly writer: StateWriter;
  readonly tally: ReportTally;
}

class Run {
  readonly #parts: RunParts;
  readonly #descriptors = new DescriptorRegistry();
  /** The typename of each value by type and name: the one that functions registered, or else the first that came. */
  readonly #typenames = new Map<string, string>();
  readonly #types = new Map<string, string | undefined>();

  constructor(parts: RunParts) {
    this.#parts = parts;
    for (const { name, bytes } of parts.job.descriptorSets) this.#descriptors.add(name, bytes);
    for (const { type, name, typename } of [...parts.job.registered, ...parts.writer.registered()])
      this.#typenames.set(`${type}\0${name}`, typename);
  }

  async all(): Promise<void> {
    const { job, connection, tally, duckDb } = this.#parts;
    const statements = splitStatements(job.sql);
    if (statements.length === 0 || statements.length > statementsMax)
      throw bootstrapRefused(
        "sql",
        `there are ${statements.length} statements`,
        `Write 1 to ${statementsMax}: INSERT INTO state SELECT … FROM a source.`,
      );
    let rowStatements = 0;
    for (const [index, statement] of statements.entries()) {
      const where = `statement ${index + 1} (line ${statement.line})`;
      const plan = await planStatement(statement, { duckDb, connection, where });
      try {
        if (plan.kind === "other") await connection.run(plan.sql);
        else await this.#rows(plan.query, index + 1);
      } catch (error) {
        throw asRefused(error, where, "Correct the statement or the data that it reads; TRY_CAST makes a value that cannot be cast NULL.");
      }
      rowStatements += plan.kind === "rows" ? 1 : 0;
      if (tally.isFull) return;
    }
    if (rowStatements === 0) throw bootstrapRefused("sql", "no statement gives rows", "Write one INSERT INTO state SELECT …, or a SELECT.");
  }

  async #rows(query: RowQuery, statement: number): Promise<void> {
    const { connection, tally, onProgress, job } = this.#parts;
    const result = await connection.stream(query.sql);
    for (let row = 1; ; ) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const [types = [], ids = [], names = [], typenames = [], values = [], written = [], expires = []] = chunk.getColumns();
      for (let at = 0; at < chunk.rowCount; at++, row++) {
        const cells = {
          type: types[at],
          id: ids[at],
          name: names[at],
          typename: typenames[at],
          written: written[at],
          expires: expires[at],
        };
        this.#row({ ...cells, value: cellOf(values[at]) }, { query, statement, row });
        if (tally.isFull) return;
      }
      if (tally.rows > job.limits.rowsMax)
        throw bootstrapRefused("sql", `the SQL gives more than ${job.limits.rowsMax} rows`, "Load them in several savepoints.");
      onProgress?.(tally.rows);
    }
  }

  #row(given: GivenRow, place: { query: RowQuery; statement: number; row: number }): void {
    const { tally, writer } = this.#parts;
    tally.rows++;
    const key = [given.type, given.id, given.name].map((part) => (typeof part === "string" ? part.slice(0, 80) : "NULL")).join(" / ");
    const refuse = (problem: string, cure: string): void => tally.error({ statement: place.statement, row: place.row, key, problem, cure });
    const { type, id, name } = given;
    if (typeof type !== "string" || typeof id !== "string" || typeof name !== "string" || name === "")
      return refuse("type, id or name is NULL or empty", "leave such rows out with WHERE, or give each a value");
    const wrongType = this.#wrongType(type);
    if (wrongType !== undefined) return refuse(wrongType, "write <namespace>/<name>, such as shop/cart");
    const wrongId = checkId(id);
    if (wrongId !== undefined) return refuse(wrongId, idCure);
    const named = typeof given.typename === "string" ? given.typename : null;
    const value = rowValue(given.value, { typename: named, ofColumn: place.query.typename, descriptors: this.#descriptors });
    if (value.kind === "error") return refuse(value.problem, value.cure);
    const { typename, bytes, text } = value;
    const first = this.#typenames.get(`${type}\0${name}`);
    if (first !== undefined && first !== typename)
      return refuse(`${name} of ${type} is ${first}, and this is ${typename}`, `give ${first}, or another name to the state value`);
    if (first === undefined) this.#learn(type, name, typename);
    const writtenMs = timeOf(given.written);
    const expiresMs = timeOf(given.expires);
    if (writtenMs === null || expiresMs === null)
      return refuse("written_ms or expires_ms is no time", "give milliseconds since 1970: epoch_ms(time)");
    const outcome = writer.put({ type, id, name, typename, bytes, writtenMs, expiresMs });
    if (outcome.kind === "error") refuse(outcome.problem, outcome.cure);
    else if (outcome.kind === "written") tally.value({ type, id, name, typename, value: text });
  }

  #learn(type: string, name: string, typename: string): void {
    if (this.#typenames.size >= statesMax)
      throw bootstrapRefused("sql", `the rows have more than ${statesMax} state values of types`, "Take type and name from few values.");
    this.#typenames.set(`${type}\0${name}`, typename);
  }

  #wrongType(type: string): string | undefined {
    if (this.#types.has(type)) return this.#types.get(type);
    const parsed = splitTypeName(type);
    const wrong = parsed.kind === "error" ? parsed.reason : undefined;
    if (this.#types.size < statesMax) this.#types.set(type, wrong);
    return wrong;
  }
}

const statesMax = 10_000;

interface GivenRow {
  readonly type: unknown;
  readonly id: unknown;
  readonly name: unknown;
  readonly typename: unknown;
  readonly value: Cell;
  readonly written: unknown;
  readonly expires: unknown;
}

/** row-query.ts casts the columns so that each value is one of these. */
function cellOf(value: DuckDBValue | undefined): Cell {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    default:
      return "bytes" in value && value.bytes instanceof Uint8Array ? value.bytes : String(value);
  }
}

/** Returns null when the value is no time that the format can hold. */
function timeOf(value: unknown): number | undefined | null {
  if (value === null || value === undefined) return undefined;
  const ms = Number(value);
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : null;
}
