/**
 * SqlResult: the rows of an answer as a table, what it cost, and ways to export them.
 */
"use client";
import type { ReactElement } from "react";
import { grouped, groupedText } from "../../format/numbers.ts";
import { duration, exact } from "../../format/times.ts";
import type { SqlAnswer } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { cellText, download, toCsv, toJsonLines } from "./export-rows.ts";
import { useSqlWords } from "../../words/sql/use-sql-words.ts";

interface Numbered {
  readonly at: number;
  readonly cells: SqlAnswer["rows"][number];
}

const numeric = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL)/;

function columnsOf({ columns }: SqlAnswer): Column<Numbered>[] {
  return columns.map(({ name, type }, at) => {
    const isNumber = numeric.test(type) && !type.endsWith("]");
    return {
      key: String(at),
      header: name,
      explains: type,
      align: isNumber ? "right" : "left",
      mono: true,
      ...(isNumber ? { width: "130px" } : {}),
      cell: ({ cells }) => <CellText cell={cells[at] ?? null} isNumber={isNumber} />,
      sort: ({ cells }) => (isNumber ? Number(cells[at] ?? Number.NEGATIVE_INFINITY) : cellText(cells[at] ?? null)),
    };
  });
}

/** A number keeps every digit; as it can be pasted into a query it is the title. */
function CellText({ cell, isNumber }: { cell: Numbered["cells"][number]; isNumber: boolean }): ReactElement {
  if (cell === null) return <span className="text-quiet">NULL</span>;
  const text = cellText(cell);
  if (isNumber) return <span title={text}>{groupedText(text)}</span>;
  return <span title={text.length > 40 ? text.slice(0, 2_000) : undefined}>{text.slice(0, 500)}</span>;
}

export function SqlResult({ answer }: { answer: SqlAnswer }): ReactElement {
  const words = useSqlWords();
  const { rows, read, truncated, elapsedMs, asOfMs } = answer;
  const readRows = read.reduce((sum, table) => sum + table.rows, 0);
  return (
    <section aria-label={words.result} className="flex min-h-0 flex-1 flex-col max-room:max-h-[60dvh]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-y border-line px-4 py-2 text-[12px] text-quiet">
        <span role="status">
          <b className="font-mono text-text">{words.answered(rows.length)}</b> {words.in}{" "}
          <b className="font-mono text-text">{duration(elapsedMs)}</b>, {words.read}{" "}
          {read.length === 0
            ? words.readNothing
            : `${grouped(readRows)} (${read.map(({ table, rows: count }) => `${table} ${grouped(count)}`).join(", ")})`}
          , {words.asOf(exact(asOfMs))}
        </span>
        {truncated ? <StatusWord tone="caution">{words.more}</StatusWord> : null}
        <span className="ml-auto flex gap-2">
          <Button size="small" onClick={() => download("rows.csv", toCsv(answer), "text/csv")}>
            CSV
          </Button>
          <Button size="small" onClick={() => download("rows.jsonl", toJsonLines(answer), "application/x-ndjson")}>
            JSON Lines
          </Button>
        </span>
      </div>
      <DataTable
        label={words.rows}
        className="flex-1"
        rows={rows.map((cells, at): Numbered => ({ at, cells }))}
        sideways
        columns={columnsOf(answer)}
        rowKey={({ at }) => String(at)}
      />
    </section>
  );
}

/** The plan of an EXPLAIN. */
export function SqlPlan({ answer }: { answer: SqlAnswer }): ReactElement {
  const words = useSqlWords();
  return (
    <section aria-label={words.plan} className="min-h-0 flex-1 overflow-auto border-t border-line px-4 py-3">
      <p className="text-[12px] text-quiet">
        {words.willRead}{" "}
        {answer.read.length === 0 ? (
          words.noTable
        ) : (
          <b className="font-mono text-text">{answer.read.map(({ table }) => table).join(", ")}</b>
        )}
        ;{words.notYet}
      </p>
      <pre className="mt-2 overflow-auto font-mono text-[11px] leading-4" tabIndex={0}>
        {answer.plan}
      </pre>
    </section>
  );
}
