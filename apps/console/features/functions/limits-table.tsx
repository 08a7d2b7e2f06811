/**
 * LimitsTable: the limits of modules: what each covers, its bucket, what runs and waits under it, and whether it holds anything back now.
 */
"use client";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import type { LimitRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { boundedWords, bucketWords, perWords, rateWords } from "./limit-words.ts";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";
import type { FunctionsWords } from "../../words/functions/en.ts";

const columnsOf = (words: FunctionsWords): readonly Column<LimitRow>[] => [
  { key: "id", header: words.columns.limit, mono: true, width: "18%", cell: (row) => row.id, sort: (row) => row.id },
  {
    key: "covers",
    header: words.columns.of,
    mono: true,
    width: "18%",
    cell: (row) => (row.covers.kind === "ingress" ? words.limits.ingress(row.covers.name) : row.covers.name),
    sort: (row) => row.covers.name,
  },
  {
    key: "per",
    header: words.columns.counted,
    wideOnly: true,
    cell: (row) => <span className="text-quiet">{perWords(row, words.limits)}</span>,
    sort: (row) => row.per,
  },
  {
    key: "rate",
    header: words.columns.messages,
    cell: (row) => rateWords(row, words.limits),
    sort: (row) => row.messagesPerSecond ?? Number.MAX_VALUE,
  },
  {
    key: "bucket",
    header: words.columns.bucket,
    width: "110px",
    align: "right",
    mono: true,
    cell: (row) => bucketWords(row, row.burst, words.limits),
    sort: (row) => row.tokens ?? -1,
  },
  {
    key: "flight",
    header: words.columns.flight,
    width: "130px",
    align: "right",
    mono: true,
    cell: (row) => boundedWords(row.inFlight, { max: row.inFlightMax, per: row.per, words: words.limits }),
    sort: (row) => row.inFlight,
  },
  {
    key: "waiting",
    header: words.columns.waiting,
    width: "160px",
    align: "right",
    mono: true,
    cell: (row) => boundedWords(row.waitingMessages, { max: row.waitingMax, per: row.per, words: words.limits }),
    sort: (row) => row.waitingMessages,
  },
  {
    key: "held",
    header: words.columns.now,
    width: "90px",
    cell: (row) =>
      row.held ? <StatusWord tone="caution">{words.limits.holds}</StatusWord> : <StatusWord tone="clear">{words.limits.open}</StatusWord>,
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
  const words = useFunctionsWords();
  const router = useRouter();
  return (
    <DataTable
      label={words.tabs.limits}
      rows={rows}
      columns={columnsOf(words)}
      rowKey={(row) => row.id}
      selected={selected}
      onSelect={(row) => onSelect(row.id)}
      onOpen={(row) => router.push(`/modules/${encodeURIComponent(row.module)}`)}
    />
  );
}
