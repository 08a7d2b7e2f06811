/** ErasTable: the times between restores, whose journal stays readable; each leads to its last moment. Nothing where nobody restored yet. */
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

const columns: readonly Column<EraRow>[] = [
  { key: "era", header: "Era", width: "70px", mono: true, cell: (row) => String(row.number) },
  { key: "from", header: "From", width: "190px", mono: true, cell: (row) => (row.fromMs === null ? "the beginning" : exact(row.fromMs)) },
  {
    key: "to",
    header: "To",
    width: "190px",
    mono: true,
    wideOnly: "medium",
    cell: (row) => (row.toMs === null ? "now" : exact(row.toMs)),
  },
  {
    key: "savepoint",
    header: "Began with",
    width: "240px",
    wideOnly: true,
    cell: ({ savepoint }) =>
      savepoint === null ? (
        <span className="text-quiet">the first start</span>
      ) : (
        <Link className="text-message hover:underline" href={`/savepoints?id=${encodeURIComponent(savepoint.name)}`}>
          {savepoint.name}
        </Link>
      ),
  },
  { key: "journal", header: "In the journal", cell: (row) => <span className="text-quiet">{readableWords(row, grouped)}</span> },
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
          aria-label={`Its last moment, of era ${number}`}
        >
          Its last moment
        </Link>
      ),
  },
];

export function ErasTable(): ReactElement | null {
  const trpc = useTRPC();
  const eras = useQuery(trpc.savepoints.eras.queryOptions());
  const reach = useQuery(trpc.past.reach.queryOptions({}));
  if (eras.error !== null) return <ErrorState inline className="m-3" error={eras.error} what="The eras were not read" />;
  if (reach.error !== null) return <ErrorState inline className="m-3" error={reach.error} what="The reach of the journal was not read" />;
  if (eras.data === undefined || reach.data === undefined || eras.data.length === 0) return null;
  return (
    <section aria-label="Eras" className="shrink-0 border-t border-line">
      <h2 className="px-4 pt-3 text-[13px] font-semibold">Eras</h2>
      <p className="px-4 pb-2 text-[12px] text-quiet">
        Each restore begins one. What happened in earlier ones stays readable as far as the journal reaches: from its last moment every page
        and every entity opens as of then.
      </p>
      <DataTable
        label="Eras"
        className="max-h-60"
        rows={eraRows(eras.data, reach.data)}
        columns={columns}
        rowKey={(row) => String(row.number)}
      />
    </section>
  );
}
