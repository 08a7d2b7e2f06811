/** LimitsTable: the limits of modules: what each covers, its bucket, what runs and waits under it, and whether it holds anybody now. */
"use client";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import type { LimitRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { boundedWords, bucketWords, perWords, rateWords } from "./limit-words.ts";

const columns: readonly Column<LimitRow>[] = [
  { key: "id", header: "Limit", mono: true, width: "18%", cell: (row) => row.id, sort: (row) => row.id },
  {
    key: "covers",
    header: "Of",
    mono: true,
    width: "18%",
    cell: (row) => (row.covers.kind === "ingress" ? `ingress ${row.covers.name}` : row.covers.name),
    sort: (row) => row.covers.name,
  },
  {
    key: "per",
    header: "Counted by",
    wideOnly: true,
    cell: (row) => <span className="text-quiet">{perWords(row)}</span>,
    sort: (row) => row.per,
  },
  { key: "rate", header: "Messages", cell: rateWords, sort: (row) => row.messagesPerSecond ?? Number.MAX_VALUE },
  {
    key: "bucket",
    header: "Bucket",
    width: "110px",
    align: "right",
    mono: true,
    cell: (row) => bucketWords(row, row.burst),
    sort: (row) => row.tokens ?? -1,
  },
  {
    key: "flight",
    header: "In flight",
    width: "130px",
    align: "right",
    mono: true,
    cell: (row) => boundedWords(row.inFlight, row.inFlightMax, row.per),
    sort: (row) => row.inFlight,
  },
  {
    key: "waiting",
    header: "Waiting",
    width: "160px",
    align: "right",
    mono: true,
    cell: (row) => boundedWords(row.waitingMessages, row.waitingMax, row.per),
    sort: (row) => row.waitingMessages,
  },
  {
    key: "held",
    header: "Now",
    width: "90px",
    cell: (row) => (row.held ? <StatusWord tone="caution">holds</StatusWord> : <StatusWord tone="clear">open</StatusWord>),
    sort: (row) => Number(row.held),
  },
];

export function LimitsTable({
  rows,
  selected,
  onSelect,
}: {
  rows: readonly LimitRow[];
  selected: string | null;
  onSelect: (id: string) => void;
}): ReactElement {
  const router = useRouter();
  return (
    <DataTable
      label="Limits"
      rows={rows}
      columns={columns}
      rowKey={(row) => row.id}
      selected={selected}
      onSelect={(row) => onSelect(row.id)}
      onOpen={(row) => router.push(`/modules/${encodeURIComponent(row.module)}`)}
    />
  );
}
