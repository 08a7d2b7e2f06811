/**
 * ErasTable: the eras between restores, whose journal stays readable; each leads to its last moment. It shows nothing when nobody restored
 * yet.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { momentText } from "../../time/time-cursor.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Link } from "../../ui/link.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { eraRows, readableWords, type EraRow } from "./era-rows.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

const columnsOf = (words: SavepointsWords): readonly Column<EraRow>[] => [
  { key: "era", header: words.eras.era, width: "70px", mono: true, cell: (row) => String(row.number) },
  {
    key: "from",
    header: words.eras.from,
    width: "190px",
    mono: true,
    cell: (row) => (row.fromMs === null ? words.eras.beginning : exact(row.fromMs)),
  },
  {
    key: "to",
    header: words.eras.to,
    width: "190px",
    mono: true,
    wideOnly: "medium",
    cell: (row) => (row.toMs === null ? words.eras.now : exact(row.toMs)),
  },
  {
    key: "savepoint",
    header: words.eras.began,
    width: "240px",
    wideOnly: true,
    cell: ({ savepoint }) =>
      savepoint === null ? (
        <span className="text-quiet">{words.eras.firstStart}</span>
      ) : (
        <Link className="text-message hover:underline" href={`/savepoints?id=${encodeURIComponent(savepoint.name)}`}>
          {savepoint.name}
        </Link>
      ),
  },
  {
    key: "journal",
    header: words.eras.journal,
    cell: (row) => <span className="text-quiet">{readableWords(row, words.eras, grouped)}</span>,
  },
  {
    key: "ledger",
    header: "",
    width: "120px",
    align: "right",
    cell: ({ savepoint, number }) =>
      savepoint === null ? null : (
        <Link className="text-message hover:underline" href={`/savepoints?era=${number}`} aria-label={words.eras.costOf(number)}>
          {words.eras.cost}
        </Link>
      ),
  },
  {
    key: "open",
    header: "",
    width: "150px",
    align: "right",
    cell: ({ lastMs, number }) =>
      lastMs === null ? null : (
        <Link
          className="text-message hover:underline"
          href={`/flow?at=${encodeURIComponent(momentText(lastMs))}`}
          aria-label={words.eras.lastOf(number)}
        >
          {words.eras.last}
        </Link>
      ),
  },
];

export function ErasTable(): ReactElement | null {
  const words = useSavepointsWords();
  const trpc = useTRPC();
  const eras = useQuery(trpc.savepoints.eras.queryOptions());
  const reach = useQuery(trpc.past.reach.queryOptions({}));
  if (eras.error !== null) return <ErrorState inline className="m-3" error={eras.error} what={words.eras.notRead} />;
  if (reach.error !== null) return <ErrorState inline className="m-3" error={reach.error} what={words.eras.reachNotRead} />;
  if (eras.data === undefined || reach.data === undefined || eras.data.length === 0) return null;
  return (
    <section aria-label={words.eras.title} className="shrink-0 border-t border-line">
      <h2 className="px-4 pt-3 text-[13px] font-semibold">{words.eras.title}</h2>
      <p className="px-4 pb-2 text-[12px] text-quiet">{words.eras.about}</p>
      <DataTable
        label={words.eras.title}
        className="max-h-60"
        rows={eraRows(eras.data, reach.data)}
        columns={columnsOf(words)}
        rowKey={(row) => String(row.number)}
      />
    </section>
  );
}
