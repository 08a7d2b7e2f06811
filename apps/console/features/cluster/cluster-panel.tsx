/**
 * ClusterPanel: the cluster that functions run on, where they do not run in the gateway: its job, its last checkpoint, what stands still
 * and since when. With `failures` it also shows what failed on it, newest first. It shows nothing where there is no cluster. It asks every
 * two seconds, and the gateway answers from memory.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration, exact } from "../../format/times.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ClusterRow } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { clusterSentence, settingsSentence } from "./cluster-words.ts";
import { RescaleButton } from "./rescale-button.tsx";
import { useClusterWords } from "../../words/cluster/use-cluster-words.ts";
import type { ClusterWords } from "../../words/cluster/en.ts";
import { useWords } from "../../words/use-words.ts";

const REFRESH_MS = 2_000;

type ClusterJobRow = NonNullable<ClusterRow["job"]>;
type ExceptionRow = ClusterJobRow["exceptions"][number];
type FunctionRow = ClusterJobRow["functions"][number];

export function ClusterPanel({ failures = false }: { failures?: boolean }): ReactElement | null {
  const words = useClusterWords();
  const { ages } = useWords();
  const { data } = useQuery({
    ...useTRPC().runtime.cluster.queryOptions(),
    refetchInterval: (query) => (query.state.data === null ? false : REFRESH_MS),
  });
  const nowMs = useSeconds();
  if (data === undefined || data === null) return null;
  return (
    <section aria-label={words.label} className="border-b border-line">
      <p className="px-4 py-2 text-[13px] text-quiet">
        <span className="font-medium text-text">Flink {data.version}</span>
        {`${words.at(data.url)}${clusterSentence(data, { nowMs, words, ages })} ${settingsSentence(data, words)}`}
        {data.job === null || failures ? null : <RescaleButton cluster={data} />}
      </p>
      {data.job === null ? null : failures ? <Exceptions rows={data.job.exceptions} /> : <Functions rows={data.job.functions} />}
    </section>
  );
}

const exceptionColumns = (words: ClusterWords["failures"]): readonly Column<ExceptionRow>[] => [
  { key: "at", header: words.at, cell: ({ atMs }) => exact(atMs), sort: ({ atMs }) => atMs, width: "200px" },
  {
    key: "cause",
    header: words.cause,
    cell: ({ cause }) => (
      <span lang="en" title={cause}>
        {cause}
      </span>
    ),
  },
  { key: "task", header: words.task, cell: ({ task }) => <span title={task ?? ""}>{task ?? "–"}</span>, width: "200px", wideOnly: true },
];

function Exceptions({ rows }: { rows: readonly ExceptionRow[] }): ReactElement | null {
  const { failures: words } = useClusterWords();
  const columns = useMemo(() => exceptionColumns(words), [words]);
  if (rows.length === 0) return <p className="px-4 pb-2 text-[13px] text-quiet">{words.none}</p>;
  return (
    <DataTable label={words.label} rows={rows} columns={columns} rowKey={({ atMs, cause }) => `${atMs} ${cause}`} className="max-h-72" />
  );
}

function number(key: keyof FunctionRow, header: string, explains: string): Column<FunctionRow> {
  const valueOf = (row: FunctionRow): number => Number(row[key] ?? 0);
  return { key, header, explains, cell: (row) => grouped(valueOf(row)), sort: valueOf, align: "right", width: "104px" };
}

const functionColumns = (words: ClusterWords["functions"]): readonly Column<FunctionRow>[] => [
  { key: "type", header: words.type, cell: ({ type }) => type, sort: ({ type }) => type, mono: true },
  { ...number("received", words.received, words.receivedExplains), wideOnly: "medium" },
  { ...number("sent", words.sent, words.sentExplains), wideOnly: true },
  { ...number("egress", words.egress, words.egressExplains), wideOnly: true },
  number("backlog", words.waiting, words.waitingExplains),
  number("callsInFlight", words.inFlight, words.inFlightExplains),
  number("callsFailed", words.failed, words.failedExplains),
  {
    key: "p99",
    header: "p99",
    explains: words.p99Explains,
    cell: ({ latencyP99Ms }) => (latencyP99Ms === null ? "–" : duration(latencyP99Ms)),
    align: "right",
    width: "84px",
    wideOnly: "medium",
  },
];

function Functions({ rows }: { rows: readonly FunctionRow[] }): ReactElement | null {
  const { functions: words } = useClusterWords();
  const columns = useMemo(() => functionColumns(words), [words]);
  if (rows.length === 0) return null;
  return <DataTable label={words.label} rows={rows} columns={columns} rowKey={({ type }) => type} className="max-h-72" />;
}
