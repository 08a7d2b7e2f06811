/** PastTypes: the function types in the minute of the moment, out of what is kept of that minute. */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { counted, grouped, rate } from "../../format/numbers.ts";
import { clock, duration } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RollupRowView } from "../../trpc/views.ts";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";

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
const columns: readonly Column<RollupRowView>[] = [
  { key: "type", header: "Type", mono: true, cell: (row) => row.name, sort: (row) => row.name },
  {
    ...number,
    key: "rate",
    header: "Rate",
    explains: "Messages that arrived a second, over that minute",
    cell: (row) => rate(sum(row, "in") / 60),
    sort: (row) => sum(row, "in"),
  },
  {
    ...number,
    key: "invocations",
    header: "Invocations",
    cell: (row) => grouped(sum(row, "invocations")),
    sort: (row) => sum(row, "invocations"),
    wideOnly: true,
  },
  {
    ...number,
    key: "waiting",
    header: "Waiting",
    explains: "The most that waited in that minute",
    cell: (row) => grouped(peak(row, "waiting")),
    sort: (row) => peak(row, "waiting"),
  },
  {
    ...number,
    key: "parked",
    header: "Parked",
    explains: "The most that were parked",
    cell: (row) => <Bad count={peak(row, "parkedEntities")} />,
    sort: (row) => peak(row, "parkedEntities"),
  },
  {
    ...number,
    key: "failures",
    header: "Failed",
    explains: "Attempts that failed in that minute",
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
  const fromMs = Math.floor(atMs / minuteMs) * minuteMs;
  const query = useQuery({
    ...useTRPC().rollups.busiest.queryOptions({ fromMs, toMs: fromMs + minuteMs, stepMs: minuteMs, of: "type", limit: typesMax }),
    placeholderData: keepPreviousData,
  });
  return (
    <QueryView
      query={query}
      what="Function types of then"
      empty={{
        when: ({ rows }) => rows.length === 0,
        view: (
          <EmptyState title="Nothing is kept of this minute">
            No function ran from {clock(fromMs, false)} on for a minute, or it is older than what is kept.
          </EmptyState>
        ),
      }}
    >
      {({ rows, known }) => (
        <DataTable
          label="Function types of then"
          rows={rows}
          columns={columns}
          rowKey={(row) => row.name}
          className="flex-1"
          foot={
            <p className="border-t border-line px-4 py-2 text-[12px] text-quiet">
              {counted(known, "type", "types")} with messages in the minute from {clock(fromMs, false)}
              {known > rows.length ? `, the busiest ${rows.length} are shown` : ""}.
            </p>
          }
        />
      )}
    </QueryView>
  );
}
