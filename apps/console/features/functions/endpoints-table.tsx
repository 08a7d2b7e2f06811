/** EndpointsTable: where functions are served: breaker, calls in flight against the adaptive limit, and what they serve. */
"use client";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { EndpointRow } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { BreakerWord } from "./breaker-word.tsx";

const columns: readonly Column<EndpointRow>[] = [
  { key: "functions", header: "Functions", mono: true, width: "22%", cell: (row) => row.functions, sort: (row) => row.functions },
  {
    key: "url",
    header: "URL",
    mono: true,
    cell: (row) => (
      <span className="text-quiet" title={row.urlTemplate}>
        {row.urlTemplate}
      </span>
    ),
    sort: (row) => row.urlTemplate,
  },
  {
    key: "breaker",
    header: "Breaker",
    width: "130px",
    cell: (row) => <BreakerWord breaker={row.breaker} processes={row.processes} sleep={row.sleep} pause={row.pause} />,
    sort: (row) => (row.pause === null ? row.breaker : "paused"),
  },
  {
    key: "flight",
    header: "In flight of limit",
    width: "150px",
    align: "right",
    mono: true,
    cell: (row) => (
      <>
        {grouped(row.inFlight)} of {grouped(row.concurrencyLimit)} <span className="text-quiet">≤ {grouped(row.concurrencyMax)}</span>
      </>
    ),
    sort: (row) => row.inFlight,
  },
  {
    key: "call",
    header: "Call budget",
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
    cell: (row) => (row.maxNumBatchRequests <= 0 ? "all" : `≤ ${grouped(row.maxNumBatchRequests)}`),
    sort: (row) => row.maxNumBatchRequests,
  },
  {
    key: "types",
    header: "Types",
    width: "60px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.types.length),
    sort: (row) => row.types.length,
  },
  { key: "module", header: "Module", width: "170px", mono: true, wideOnly: true, cell: (row) => row.module, sort: (row) => row.module },
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
  const router = useRouter();
  return (
    <DataTable
      label="Endpoints"
      rows={rows}
      columns={columns}
      rowKey={(row) => row.id}
      selected={selected}
      onSelect={(row) => onSelect(row.id)}
      onOpen={(row) => router.push(`/modules/${encodeURIComponent(row.module)}`)}
    />
  );
}
