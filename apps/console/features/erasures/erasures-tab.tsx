/**
 * ErasuresTab: every erasure with its receipt, and a way to begin one: by addresses or by how ids begin, counted before. It is for admins.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { lazy, Suspense, type ReactElement } from "react";
import { useMay } from "../../identity/use-may.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ErasureRow } from "../../trpc/views.ts";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { ErasureInspector } from "./erasure-inspector.tsx";
import { ErasureState } from "./erasure-state.tsx";
import type { ErasuresWords } from "../../words/erasures/en.ts";
import { matchedSentence } from "./erasure-words.ts";
import { useErasuresWords } from "../../words/erasures/use-erasures-words.ts";

/** Loaded when somebody erases. */
const EraseDialog = lazy(async () => ({ default: (await import("./erase-dialog.tsx")).EraseDialog }));

/** How often it is asked while an erasure runs. */
const POLL_MS = 1_000;

const columnsOf = (words: ErasuresWords): readonly Column<ErasureRow>[] => [
  { key: "began", header: words.columns.began, width: "110px", cell: ({ beganMs }) => <Ago atMs={beganMs} /> },
  { key: "by", header: words.columns.by, width: "130px", cell: ({ by }) => by },
  { key: "what", header: words.columns.what, cell: (row) => matchedSentence(row, words) },
  { key: "why", header: words.columns.why, wideOnly: "medium", cell: ({ reason }) => reason },
  { key: "state", header: words.columns.state, width: "220px", cell: (row) => <ErasureState row={row} /> },
];

export function ErasuresTab(): ReactElement {
  const words = useErasuresWords();
  const trpc = useTRPC();
  const denied = useMay("erasures.list");
  const [erase, setErase] = useQueryState("erase", parseAsString);
  const [chosen, setChosen] = useQueryState("erasure", parseAsString);
  const erasures = useQuery({
    ...trpc.erasures.list.queryOptions(undefined, { enabled: denied === null }),
    refetchInterval: ({ state }) => (state.data?.some((row) => row.state === "running") === true ? POLL_MS : false),
  });
  if (denied !== null) return <EmptyState title={words.forAdmins}>{denied}</EmptyState>;
  const row = erasures.data?.find(({ id }) => id === chosen);
  return (
    <>
      <QueryView query={erasures} what={words.erasures} empty={{ when: (rows) => rows.length === 0, view: <NoErasures /> }}>
        {(rows) => (
          <DataTable
            label={words.table}
            rows={rows}
            columns={columnsOf(words)}
            rowKey={({ id }) => id}
            selected={chosen}
            onSelect={({ id }) => void setChosen(id)}
          />
        )}
      </QueryView>
      {row === undefined ? null : <ErasureInspector key={row.id} row={row} onClose={() => void setChosen(null)} />}
      {erase === null ? null : (
        <Suspense>
          <EraseDialog
            addresses={erase}
            onClose={() => void setErase(null)}
            onBegun={(id) => {
              void setErase(null);
              void setChosen(id);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function NoErasures(): ReactElement {
  const words = useErasuresWords();
  return <EmptyState title={words.none}>{words.noneAbout}</EmptyState>;
}
