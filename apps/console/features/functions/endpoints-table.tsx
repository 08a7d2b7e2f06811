/**
 * EndpointsTable: where functions are served: breaker, calls in flight against the adaptive limit, and what they serve.
 */
"use client";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { EndpointRow } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { BreakerWord } from "./breaker-word.tsx";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";
import type { FunctionsWords } from "../../words/functions/en.ts";

const whereColumns = (words: FunctionsWords): readonly Column<EndpointRow>[] => [
  {
    key: "functions",
    header: words.columns.functions,
    mono: true,
    cell: (row) => row.functions,
    sort: (row) => row.functions,
  },
  {
    key: "url",
    header: "URL",
    mono: true,
    width: "22%",
    wideOnly: true,
    cell: (row) => (
      <span className="text-quiet" title={row.urlTemplate}>
        {row.urlTemplate}
      </span>
    ),
    sort: (row) => row.urlTemplate,
  },
  {
    key: "breaker",
    header: words.columns.breaker,
    width: "130px",
    cell: (row) => <BreakerWord breaker={row.breaker} processes={row.processes} sleep={row.sleep} pause={row.pause} />,
    sort: (row) => (row.pause === null ? row.breaker : "paused"),
  },
  {
    key: "flight",
    header: words.columns.ofLimit,
    width: "150px",
    align: "right",
    mono: true,
    cell: (row) => (
      <>
        {words.inFlight(row.inFlight, row.concurrencyLimit)} <span className="text-quiet">≤ {grouped(row.concurrencyMax)}</span>
      </>
    ),
    sort: (row) => row.inFlight,
  },
];

const boundColumns = (words: FunctionsWords): readonly Column<EndpointRow>[] => [
  {
    key: "call",
    header: words.columns.call,
    width: "90px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => duration(row.callTimeoutMs),
    sort: (row) => row.callTimeoutMs,
  },
  {
    key: "batch",
    header: "maxNumBatchRequests",
    width: "160px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => (row.maxNumBatchRequests <= 0 ? words.all : `≤ ${grouped(row.maxNumBatchRequests)}`),
    sort: (row) => row.maxNumBatchRequests,
  },
  {
    key: "types",
    header: words.tabs.types,
    width: "60px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.types.length),
    sort: (row) => row.types.length,
  },
  {
    key: "module",
    header: words.columns.module,
    width: "170px",
    mono: true,
    wideOnly: true,
    cell: (row) => row.module,
    sort: (row) => row.module,
  },
];

export function EndpointsTable({
  rows,
  selected,
  onSelect,
}: {
  rows: readonly EndpointRow[];
  selected: string | null;
  onSelect: (id: string) => void;
}): ReactElement {
  const words = useFunctionsWords();
  const router = useRouter();
  return (
    <DataTable
      label={words.tabs.endpoints}
      rows={rows}
      columns={[...whereColumns(words), ...boundColumns(words)]}
      rowKey={(row) => row.id}
      selected={selected}
      onSelect={(row) => onSelect(row.id)}
      onOpen={(row) => router.push(`/modules/${encodeURIComponent(row.module)}`)}
    />
  );
}
