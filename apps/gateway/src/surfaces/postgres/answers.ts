/**
 * Answers: runs the SQL operation for a session and writes its rows for the client. Neighbours: session.ts asks; services/sql does the
 * work. Guarantee: one query at a time, with a time limit; it can be cancelled; the memory of an answer is counted until it is released.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { SqlAnswer, SqlAsk } from "../../contract/entities/sql.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import { oidOf, postgresType } from "../../sql/postgres-types.ts";
import { columnName } from "./dialect.ts";
import { serverMessages, type ColumnShape } from "./server-messages.ts";
import type { SessionSettings } from "./session-settings.ts";
import { refused, states, type WireError } from "./wire-error.ts";
import type { WireWriter } from "./wire-writer.ts";
import { writeValue } from "./write-value.ts";

export type AskSql = (ask: SqlAsk, signal: AbortSignal) => Promise<SqlAnswer>;

export interface Answer {
  readonly columns: SqlAnswer["columns"];
  readonly rows: readonly SqlAnswer["rows"][number][];
  readonly truncated: boolean;
  heldBytes: number;
}

interface AnswersParts {
  readonly writer: WireWriter;
  readonly settings: Pick<SessionSettings, "statementMs">;
  readonly held: RequestBytes;
  readonly ask: AskSql;
  /** Why no more rows are given; undefined while it goes on. */
  ended(): WireError | undefined;
}

/** The most rows of one answer, which is the limit of the operation. */
const answerRowsMax = 100_000;
/** A row has as many, because clients read their number with a sign. */
const columnsMax = 32_767;
/** How long a query waits before it tries again, while the maximum of queries runs. */
const askedAgainMs = 50;
const cellOverheadBytes = 16;

export class Answers {
  readonly #parts: AnswersParts;
  #running: AbortController | undefined;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
  }

  cancel(): void {
    this.#running?.abort();
  }

  async query(sql: string): Promise<Answer> {
    const { columns, rows, truncated } = await this.#ask(sql, false);
    if (columns.length > columnsMax)
      throw refused(
        "54011",
        `an answer has at most ${columnsMax} columns, and this one ${columns.length}`,
        "Name the columns that you need.",
      );
    const answer = this.made(columns, rows);
    return { ...answer, truncated };
  }

  explain(sql: string): Promise<Pick<SqlAnswer, "columns" | "parameters">> {
    return this.#ask(sql, true);
  }

  made(columns: Answer["columns"], rows: readonly (readonly SqlAnswer["rows"][number][number][])[]): Answer {
    const heldBytes = rows.reduce((sum, row) => sum + bytesOf(row), 0);
    if (!this.#parts.held.take(heldBytes)) throw refused(states.outOfMemory, "there is no room for the answer", "Read less, or ask again.");
    return { columns, rows: rows.map((row) => [...row]), truncated: false, heldBytes };
  }

  /** Releases the memory of an answer that is not read any more. */
  release(answer: Answer): void {
    this.#parts.held.give(answer.heldBytes);
    answer.heldBytes = 0;
  }

  /** Writes rows from `from` on, and how it ends; resolves with the number written. `rowsMax` 0 means all. */
  async rows(answer: Answer, { formats, from, rowsMax }: { formats: readonly number[]; from: number; rowsMax: number }): Promise<number> {
    const { writer } = this.#parts;
    const shapes = rowShape(answer, formats);
    const end = rowsMax === 0 ? answer.rows.length : Math.min(answer.rows.length, from + rowsMax);
    for (let at = from; at < end && !writer.isOver; at++) {
      const row = answer.rows[at] ?? [];
      writer.add(serverMessages.row(shapes.map(({ oid, format }, column) => writeValue(row[column] ?? null, oid, format))));
      if (!writer.isFull) continue;
      await writer.flush();
      const ended = this.#parts.ended();
      if (ended !== undefined) throw ended;
    }
    if (end < answer.rows.length) writer.add(serverMessages.suspended());
    else {
      if (answer.truncated) writer.add(serverMessages.notice(tooManyRows(answer.rows.length)));
      writer.add(serverMessages.commandDone(`SELECT ${end - from}`));
    }
    return end;
  }

  async #ask(sql: string, explain: boolean): Promise<SqlAnswer> {
    const timeoutMs = Math.round(this.#parts.settings.statementMs);
    const endsMs = performance.now() + timeoutMs;
    const running = new AbortController();
    this.#running = running;
    try {
      for (;;) {
        try {
          return await this.#parts.ask({ sql, explain, timeoutMs, rowsMax: answerRowsMax }, running.signal);
        } catch (error) {
          const isBusy = error instanceof GatewayError && error.code === "SQL_BUSY";
          if (!isBusy || performance.now() > endsMs) throw error;
        }
        await delay(askedAgainMs, undefined, { signal: running.signal });
      }
    } catch (error) {
      if (running.signal.aborted) throw refused(states.cancelled, "the statement was given up, as it was asked");
      throw error;
    } finally {
      this.#running = undefined;
    }
  }
}

export function rowShape({ columns }: Pick<Answer, "columns">, formats: readonly number[]): ColumnShape[] {
  return columns.map(({ name, type }, at) => {
    const oid = oidOf(type);
    const format = (formats.length === 1 ? formats[0] : formats[at]) ?? 0;
    return { name: columnName(name) ?? name, oid, bytes: postgresType(oid)?.bytes ?? -1, format };
  });
}

function bytesOf(row: readonly unknown[]): number {
  let bytes = 0;
  for (const cell of row)
    bytes += cellOverheadBytes + (typeof cell === "string" ? cell.length : typeof cell === "object" ? JSON.stringify(cell).length : 0);
  return bytes;
}

function tooManyRows(count: number): string {
  return `there are more rows than the ${count} that are given: use LIMIT, a WHERE, or a savepoint`;
}
