/** ErasuresTab: every erasure with its receipt, and the way to begin one: by addresses or by how ids begin, counted before. For admins. */
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
import { matchedSentence } from "./erasure-words.ts";

/** Loaded by who erases. */
const EraseDialog = lazy(async () => ({ default: (await import("./erase-dialog.tsx")).EraseDialog }));

/** While one runs. */
const POLL_MS = 1_000;

const columns: readonly Column<ErasureRow>[] = [
  { key: "began", header: "Begun", width: "110px", cell: ({ beganMs }) => <Ago atMs={beganMs} /> },
  { key: "by", header: "By", width: "130px", cell: ({ by }) => by },
  { key: "what", header: "What", cell: (row) => matchedSentence(row) },
  { key: "why", header: "Why", wideOnly: "medium", cell: ({ reason }) => reason },
  { key: "state", header: "State", width: "220px", cell: (row) => <ErasureState row={row} /> },
];

export function ErasuresTab(): ReactElement {
  const trpc = useTRPC();
  const denied = useMay("erasures.list");
  const [erase, setErase] = useQueryState("erase", parseAsString);
  const [chosen, setChosen] = useQueryState("erasure", parseAsString);
  const erasures = useQuery({
    ...trpc.erasures.list.queryOptions(undefined, { enabled: denied === null }),
    refetchInterval: ({ state }) => (state.data?.some((row) => row.state === "running") === true ? POLL_MS : false),
  });
  if (denied !== null) return <EmptyState title="Erasing is for admins">{denied}</EmptyState>;
  const row = erasures.data?.find(({ id }) => id === chosen);
  return (
    <>
      <QueryView query={erasures} what="Erasures" empty={{ when: (rows) => rows.length === 0, view: <NoErasures /> }}>
        {(rows) => (
          <DataTable
            label="Erasures, newest first"
            rows={rows}
            columns={columns}
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
  return (
    <EmptyState title="Nothing was erased">
      When somebody asks that their data go, the values of their entities are taken out of the store, the journal and the savepoints here.
      The receipt stays.
    </EmptyState>
  );
}
