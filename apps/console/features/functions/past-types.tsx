/**
 * PastTypes: the function types in the minute of the moment, from the numbers that are kept of that minute.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { grouped, rate } from "../../format/numbers.ts";
import { clock, duration } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RollupRowView } from "../../trpc/views.ts";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";
import type { FunctionsWords } from "../../words/functions/en.ts";

const minuteMs = 60_000;
const typesMax = 200;

function sum(row: RollupRowView, name: "in" | "invocations" | "failures"): number {
  return (row.values[name] ?? []).reduce<number>((all, value) => all + (value ?? 0), 0);
}

function peak(row: RollupRowView, name: "waiting" | "parkedEntities" | "inFlight"): number {
  return Math.max(0, ...(row.values[name] ?? []).map((value) => value ?? 0));
}

function latency(ms: number | null): string {
  return ms === null ? "–" : duration(ms);
}

const number = { align: "right", mono: true, width: "96px" } as const;
const columnsOf = (words: FunctionsWords): readonly Column<RollupRowView>[] => [
  { key: "type", header: words.columns.type, mono: true, cell: (row) => row.name, sort: (row) => row.name },
  {
    ...number,
    key: "rate",
    header: words.past.rate,
    explains: words.past.rateExplains,
    cell: (row) => rate(sum(row, "in") / 60),
    sort: (row) => sum(row, "in"),
  },
  {
    ...number,
    key: "invocations",
    header: words.past.invocations,
    cell: (row) => grouped(sum(row, "invocations")),
    sort: (row) => sum(row, "invocations"),
    wideOnly: true,
  },
  {
    ...number,
    key: "waiting",
    header: words.columns.waiting,
    explains: words.past.waitingExplains,
    cell: (row) => grouped(peak(row, "waiting")),
    sort: (row) => peak(row, "waiting"),
  },
  {
    ...number,
    key: "parked",
    header: words.past.parked,
    explains: words.past.parkedExplains,
    cell: (row) => <Bad count={peak(row, "parkedEntities")} />,
    sort: (row) => peak(row, "parkedEntities"),
  },
  {
    ...number,
    key: "failures",
    header: words.past.failed,
    explains: words.past.failedExplains,
    cell: (row) => <Bad count={sum(row, "failures")} />,
    sort: (row) => sum(row, "failures"),
  },
  {
    ...number,
    key: "p50",
    header: "p50",
    cell: (row) => latency(row.overall.p50Ms),
    sort: (row) => row.overall.p50Ms ?? -1,
    wideOnly: true,
  },
  { ...number, key: "p99", header: "p99", cell: (row) => latency(row.overall.p99Ms), sort: (row) => row.overall.p99Ms ?? -1 },
];

function Bad({ count }: { count: number }): ReactElement {
  return <span className={count > 0 ? "text-danger" : "text-quiet"}>{grouped(count)}</span>;
}

export function PastTypes({ atMs }: { atMs: number }): ReactElement {
  const words = useFunctionsWords();
  const fromMs = Math.floor(atMs / minuteMs) * minuteMs;
  const query = useQuery({
    ...useTRPC().rollups.busiest.queryOptions({ fromMs, toMs: fromMs + minuteMs, stepMs: minuteMs, of: "type", limit: typesMax }),
    placeholderData: keepPreviousData,
  });
  return (
    <QueryView
      query={query}
      what={words.past.what}
      empty={{
        when: ({ rows }) => rows.length === 0,
        view: <EmptyState title={words.past.none}>{words.past.noneAbout(clock(fromMs, false))}</EmptyState>,
      }}
    >
      {({ rows, known }) => (
        <DataTable
          label={words.past.what}
          rows={rows}
          columns={columnsOf(words)}
          rowKey={(row) => row.name}
          className="flex-1"
          foot={
            <p className="border-t border-line px-4 py-2 text-[12px] text-quiet">
              {words.past.foot(known, clock(fromMs, false))}
              {known > rows.length ? words.past.busiest(rows.length) : ""}.
            </p>
          }
        />
      )}
    </QueryView>
  );
}
