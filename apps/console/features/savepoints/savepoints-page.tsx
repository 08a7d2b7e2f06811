/**
 * Savepoints: where one can go back to. Taking shows its progress while messages keep flowing; the selected one is beside the list with
 * all that is known of its file, and the way back through a dialog that says what it costs.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsString, useQueryState } from "nuqs";
import type { ReactElement } from "react";
import { bytes, counted, grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { PageAction } from "../../shell/page-action.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { Button } from "../../ui/button.tsx";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { CapabilityLine } from "../../capability/capability-note.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { SavepointRow } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { BackupButton } from "./backup-button.tsx";
import { modulesWords } from "./contents-words.ts";
import { ErasTable } from "./eras-table.tsx";
import { JournalKept } from "./journal-kept.tsx";
import { SavepointInspector } from "./savepoint-inspector.tsx";
import { useUpload } from "./use-upload.tsx";

/** How often progress is read while one is being taken. */
const PROGRESS_MS = 300;

const origins: Record<string, string> = {
  person: "a person",
  api: "API",
  "before-restore": "before a restore",
  upload: "an upload",
  bootstrap: "a bootstrap",
  move: "a move from Flink",
};

export function originWords(origin: string): string {
  return origins[origin] ?? origin;
}

export function SavepointStatus({ row }: { row: SavepointRow }): ReactElement {
  switch (row.status) {
    case "taking":
      return <StatusWord tone="message">taking, {grouped(row.progressRows)} rows</StatusWord>;
    case "ready":
      return <StatusWord tone="clear">ready</StatusWord>;
    case "failed":
      return <StatusWord tone="danger">failed</StatusWord>;
  }
}

const columns: readonly Column<SavepointRow>[] = [
  {
    key: "created",
    header: "Taken",
    width: "110px",
    mono: true,
    cell: (row) => <Ago atMs={row.createdMs} />,
    sort: (row) => row.createdMs,
  },
  { key: "status", header: "Status", width: "160px", cell: (row) => <SavepointStatus row={row} />, sort: (row) => row.status },
  {
    key: "origin",
    header: "By",
    width: "130px",
    wideOnly: true,
    cell: (row) => <span className="text-quiet">{originWords(row.origin)}</span>,
    sort: (row) => row.origin,
  },
  { key: "epoch", header: "Epoch", align: "right", mono: true, cell: (row) => grouped(row.epoch), sort: (row) => row.epoch },
  {
    key: "entities",
    header: "Entities",
    wideOnly: "medium",
    align: "right",
    mono: true,
    cell: (row) => grouped(row.entities),
    sort: (row) => row.entities,
  },
  {
    key: "types",
    header: "Types",
    explains: "Types that have entities in it; –: not counted",
    width: "70px",
    wideOnly: true,
    align: "right",
    mono: true,
    cell: (row) => (row.types === null ? "–" : grouped(row.types.length)),
    sort: (row) => row.types?.length ?? -1,
  },
  {
    key: "modules",
    header: "Modules",
    explains: "In force when it was taken, with their revisions",
    width: "170px",
    wideOnly: true,
    cell: (row) =>
      row.modules === null ? (
        <span className="text-quiet" title={modulesWords(row)}>
          not known
        </span>
      ) : (
        <span className="font-mono" title={modulesWords(row)}>
          {modulesWords(row)}
        </span>
      ),
  },
  {
    key: "messages",
    header: "Messages",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.messages),
    sort: (row) => row.messages,
  },
  {
    key: "delayed",
    header: "Delayed",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.delayedMessages),
    sort: (row) => row.delayedMessages,
  },
  {
    key: "size",
    header: "Size",
    width: "100px",
    align: "right",
    mono: true,
    cell: (row) => bytes(row.sizeBytes),
    sort: (row) => row.sizeBytes,
  },
  {
    key: "duration",
    header: "Took",
    width: "90px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => duration(row.durationMs),
    sort: (row) => row.durationMs,
  },
];

function NoSavepoints({ action }: { action: ReactElement }): ReactElement {
  return (
    <EmptyState title="No savepoints yet" action={action}>
      A savepoint is the whole engine at one epoch in one SQLite file: every entity's state, every waiting and delayed message. It is taken
      while messages keep flowing, and anything can be undone by restoring it.
    </EmptyState>
  );
}

/** How else state comes and goes. */
function OtherWays(): ReactElement {
  return (
    <>
      <HeaderLink to="/savepoints/compare">Compare…</HeaderLink>
      <HeaderLink to="/savepoints/move">Move…</HeaderLink>
      <BackupButton />
      <HeaderLink to="/savepoints/bootstrap">Load data…</HeaderLink>
    </>
  );
}

function HeaderLink({ to, children }: { to: string; children: string }): ReactElement {
  return (
    <Button asChild>
      <Link href={to}>{children}</Link>
    </Button>
  );
}

const taking = { needs: "savepoints", operation: "savepoints.take" } as const;

export function SavepointsPage(): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useQueryState("id", parseAsString);
  const take = useMutation(
    trpc.savepoints.take.mutationOptions({
      onMutate: () => void queryClient.invalidateQueries(trpc.savepoints.list.queryFilter()),
      onSuccess: (row) =>
        toast(`Savepoint taken at epoch ${grouped(row.epoch)}`, {
          description: `${counted(row.entities, "entity", "entities")}, ${bytes(row.sizeBytes)}`,
        }),
      onSettled: () => queryClient.invalidateQueries(trpc.savepoints.pathFilter()),
    }),
  );
  const list = useQuery(
    trpc.savepoints.list.queryOptions(undefined, {
      refetchInterval: (query) =>
        take.isPending || query.state.data?.some((row) => row.status === "taking") === true ? PROGRESS_MS : false,
    }),
  );
  const upload = useUpload((id) => void setChosen(id));
  const row = list.data?.find((savepoint) => savepoint.id === chosen);
  const takeButton = (
    <CapabilityButton {...taking} action="Take a savepoint" tone="primary" pending={take.isPending} onClick={() => take.mutate({})}>
      Take a savepoint
    </CapabilityButton>
  );
  return (
    <>
      <PageHeader
        title="Savepoints"
        note={list.data === undefined ? undefined : counted(list.data.length, "savepoint", "savepoints")}
        actions={
          <>
            <OtherWays />
            {upload.button}
            {takeButton}
          </>
        }
      />
      <PageBody className="flex flex-col">
        <CapabilityLine capability="savepoints" />
        {take.error === null ? null : <ErrorState inline className="m-3" error={take.error} what="No savepoint was taken" />}
        {upload.progress}
        <QueryView
          query={list}
          what="Savepoints"
          empty={{
            when: (rows) => rows.length === 0,
            view: <NoSavepoints action={takeButton} />,
          }}
        >
          {(rows) => (
            <DataTable
              label="Savepoints"
              className="flex-1"
              rows={[...rows].sort((left, right) => right.createdMs - left.createdMs)}
              columns={columns}
              rowKey={(savepoint) => savepoint.id}
              selected={chosen}
              onSelect={(savepoint) => void setChosen(savepoint.id)}
            />
          )}
        </QueryView>
        <Reach />
      </PageBody>
      {row === undefined ? <UnchosenActions /> : <SavepointInspector key={row.id} row={row} onClose={() => void setChosen(null)} />}
    </>
  );
}

/** In the palette, while no savepoint is chosen; then its inspector has them. */
function UnchosenActions() {
  return ["Restore a savepoint", "Compare a savepoint", "Download a savepoint"].map((label) => (
    <PageAction key={label} label={label} reason="Choose a savepoint first: Tab to the table, ↑ ↓ to its row." run={() => undefined} />
  ));
}

/** Below the savepoints: what else of the past is there. */
function Reach() {
  return (
    <>
      <ErasTable />
      <JournalKept />
    </>
  );
}
