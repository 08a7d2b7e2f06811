/**
 * ClusterPanel: the cluster that functions run on, where they do not run in the gateway: its job, its last checkpoint, what stands still and since when. With
 * `failures` also what failed on it, newest first. Shows nothing where there is no cluster. Asked again every two seconds; the gateway answers from memory.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration, exact } from "../../format/times.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ClusterRow } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { clusterSentence, settingsSentence } from "./cluster-words.ts";
import { RescaleButton } from "./rescale-button.tsx";

const REFRESH_MS = 2_000;

type ClusterJobRow = NonNullable<ClusterRow["job"]>;
type ExceptionRow = ClusterJobRow["exceptions"][number];
type FunctionRow = ClusterJobRow["functions"][number];

export function ClusterPanel({ failures = false }: { failures?: boolean }): ReactElement | null {
  const { data } = useQuery({
    ...useTRPC().runtime.cluster.queryOptions(),
    refetchInterval: (query) => (query.state.data === null ? false : REFRESH_MS),
  });
  const nowMs = useSeconds();
  if (data === undefined || data === null) return null;
  return (
    <section aria-label="Flink cluster" className="border-b border-line">
      <p className="px-4 py-2 text-[13px] text-quiet">
        <span className="font-medium text-text">Flink {data.version}</span>
        {` at ${data.url}: ${clusterSentence(data, nowMs)} ${settingsSentence(data)}`}
        {data.job === null || failures ? null : <RescaleButton cluster={data} />}
      </p>
      {data.job === null ? null : failures ? <Exceptions rows={data.job.exceptions} /> : <Functions rows={data.job.functions} />}
    </section>
  );
}

const exceptionColumns: readonly Column<ExceptionRow>[] = [
  { key: "at", header: "At", cell: ({ atMs }) => exact(atMs), sort: ({ atMs }) => atMs, width: "200px" },
  { key: "cause", header: "Started again from the last checkpoint, because", cell: ({ cause }) => <span title={cause}>{cause}</span> },
  { key: "task", header: "Task", cell: ({ task }) => <span title={task ?? ""}>{task ?? "–"}</span>, width: "200px", wideOnly: true },
];

function Exceptions({ rows }: { rows: readonly ExceptionRow[] }): ReactElement | null {
  if (rows.length === 0) return <p className="px-4 pb-2 text-[13px] text-quiet">Nothing failed on it since the job began.</p>;
  return (
    <DataTable
      label="Failures of the job on Flink"
      rows={rows}
      columns={exceptionColumns}
      rowKey={({ atMs, cause }) => `${atMs} ${cause}`}
      className="max-h-72"
    />
  );
}

function number(key: keyof FunctionRow, header: string, explains: string): Column<FunctionRow> {
  const valueOf = (row: FunctionRow): number => Number(row[key] ?? 0);
  return { key, header, explains, cell: (row) => grouped(valueOf(row)), sort: valueOf, align: "right", width: "104px" };
}

const functionColumns: readonly Column<FunctionRow>[] = [
  { key: "type", header: "On Flink", cell: ({ type }) => type, sort: ({ type }) => type, mono: true },
  { ...number("received", "Messages", "Messages and replies that Flink counted since the job began"), wideOnly: "medium" },
  { ...number("sent", "Sent", "Messages to other functions since the job began"), wideOnly: true },
  { ...number("egress", "Egress", "Records to egresses since the job began"), wideOnly: true },
  number("backlog", "Waiting", "Messages that wait for a call of their entity to end"),
  number("callsInFlight", "In flight", "Calls that have not been answered"),
  number("callsFailed", "Failed", "Calls that failed since the job began"),
  {
    key: "p99",
    header: "p99",
    explains: "Of calls, as Flink measures it",
    cell: ({ latencyP99Ms }) => (latencyP99Ms === null ? "–" : duration(latencyP99Ms)),
    align: "right",
    width: "84px",
    wideOnly: "medium",
  },
];

function Functions({ rows }: { rows: readonly FunctionRow[] }): ReactElement | null {
  if (rows.length === 0) return null;
  return (
    <DataTable label="Function types on Flink" rows={rows} columns={functionColumns} rowKey={({ type }) => type} className="max-h-72" />
  );
}
