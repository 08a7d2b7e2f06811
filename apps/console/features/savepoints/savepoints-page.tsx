/**
 * Savepoints: where one can go back to. Taking one shows its progress while messages keep flowing; the selected one is beside the list with
 * everything known of its file, and the way back through a dialog that says what it costs.
 */
"use client";
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsInteger, parseAsString, useQueryState } from "nuqs";
import type { ReactElement } from "react";
import { bytes, grouped } from "../../format/numbers.ts";
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
import { PastRestore } from "./past-restore.tsx";
import { RestoreUnderWay } from "./restore-progress.tsx";
import { SavepointInspector } from "./savepoint-inspector.tsx";
import { useUpload } from "./use-upload.tsx";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

/** How often progress is read while one is being taken. */
const PROGRESS_MS = 300;

/** An unknown origin is shown unchanged. */
function originWords(origin: string, origins: Readonly<Record<string, string>>): string {
  return origins[origin] ?? origin;
}

function SavepointStatus({ row }: { row: SavepointRow }): ReactElement {
  const words = useSavepointsWords();
  switch (row.status) {
    case "taking":
      return <StatusWord tone="message">{words.taking(grouped(row.progressRows))}</StatusWord>;
    case "ready":
      return <StatusWord tone="clear">{words.ready}</StatusWord>;
    case "failed":
      return <StatusWord tone="danger">{words.failed}</StatusWord>;
  }
}

const whatColumns = (words: SavepointsWords): readonly Column<SavepointRow>[] => [
  {
    key: "created",
    header: words.columns.created,
    width: "110px",
    mono: true,
    cell: (row) => <Ago atMs={row.createdMs} />,
    sort: (row) => row.createdMs,
  },
  { key: "status", header: words.columns.status, width: "160px", cell: (row) => <SavepointStatus row={row} />, sort: (row) => row.status },
  {
    key: "origin",
    header: words.columns.by,
    width: "130px",
    wideOnly: true,
    cell: (row) => <span className="text-quiet">{originWords(row.origin, words.origins)}</span>,
    sort: (row) => row.origin,
  },
  { key: "epoch", header: words.columns.epoch, align: "right", mono: true, cell: (row) => grouped(row.epoch), sort: (row) => row.epoch },
  {
    key: "entities",
    header: words.columns.entities,
    explains: words.columns.entitiesExplain,
    wideOnly: "medium",
    align: "right",
    mono: true,
    cell: (row) => grouped(row.entities),
    sort: (row) => row.entities,
  },
  {
    key: "types",
    header: words.columns.types,
    explains: words.columns.typesExplain,
    width: "70px",
    wideOnly: true,
    align: "right",
    mono: true,
    cell: (row) => (row.types === null ? "–" : grouped(row.types.length)),
    sort: (row) => row.types?.length ?? -1,
  },
  {
    key: "modules",
    header: words.columns.modules,
    explains: words.columns.modulesExplain,
    width: "170px",
    wideOnly: true,
    cell: (row) =>
      row.modules === null ? (
        <span className="text-quiet" title={modulesWords(row, words.contents)}>
          {words.columns.notKnown}
        </span>
      ) : (
        <span className="font-mono" title={modulesWords(row, words.contents)}>
          {modulesWords(row, words.contents)}
        </span>
      ),
  },
];

const sizeColumns = (words: SavepointsWords): readonly Column<SavepointRow>[] => [
  {
    key: "messages",
    header: words.columns.messages,
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.messages),
    sort: (row) => row.messages,
  },
  {
    key: "delayed",
    header: words.columns.delayed,
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.delayedMessages),
    sort: (row) => row.delayedMessages,
  },
  {
    key: "size",
    header: words.columns.size,
    width: "100px",
    align: "right",
    mono: true,
    cell: (row) => bytes(row.sizeBytes),
    sort: (row) => row.sizeBytes,
  },
  {
    key: "duration",
    header: words.columns.took,
    width: "90px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => duration(row.durationMs),
    sort: (row) => row.durationMs,
  },
];

function NoSavepoints({ action }: { action: ReactElement }): ReactElement {
  const words = useSavepointsWords();
  return (
    <EmptyState title={words.none} action={action}>
      {words.noneAbout}
    </EmptyState>
  );
}

/** Links to the other ways by which state comes and goes. */
function OtherWays(): ReactElement {
  const words = useSavepointsWords();
  return (
    <>
      <HeaderLink to="/savepoints/compare">{words.compare}</HeaderLink>
      <HeaderLink to="/savepoints/move">{words.move}</HeaderLink>
      <BackupButton />
      <HeaderLink to="/savepoints/bootstrap">{words.load}</HeaderLink>
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
  const words = useSavepointsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useQueryState("id", parseAsString);
  const [era, setEra] = useQueryState("era", parseAsInteger);
  const take = useMutation(
    trpc.savepoints.take.mutationOptions({
      onMutate: () => void queryClient.invalidateQueries(trpc.savepoints.list.queryFilter()),
      onSuccess: (row) => toast(words.taken(grouped(row.epoch)), { description: words.takenAbout(row.entities, bytes(row.sizeBytes)) }),
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
  const showLedger = (began: number): void => {
    void setChosen(null);
    void setEra(began);
  };
  const takeButton = (
    <CapabilityButton {...taking} action={words.take} tone="primary" pending={take.isPending} onClick={() => take.mutate({})}>
      {words.take}
    </CapabilityButton>
  );
  return (
    <>
      <PageHeader
        title={words.title}
        note={list.data === undefined ? undefined : words.count(list.data.length)}
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
        {take.error === null ? null : <ErrorState inline className="m-3" error={take.error} what={words.notTaken} />}
        {upload.progress}
        <RestoreUnderWay />
        {era === null ? (
          <SavepointsTable list={list} chosen={chosen} onChoose={(id) => void setChosen(id)} action={takeButton} />
        ) : (
          <PastRestore key={era} era={era} />
        )}
        <Reach />
      </PageBody>
      {row === undefined ? (
        <UnchosenActions />
      ) : (
        <SavepointInspector key={row.id} row={row} onClose={() => void setChosen(null)} onRestored={showLedger} />
      )}
    </>
  );
}

interface SavepointsTableProps {
  list: UseQueryResult<SavepointRow[], unknown>;
  chosen: string | null;
  onChoose: (id: string) => void;
  action: ReactElement;
}

function SavepointsTable({ list, chosen, onChoose, action }: SavepointsTableProps): ReactElement {
  const words = useSavepointsWords();
  return (
    <QueryView query={list} what={words.title} empty={{ when: (rows) => rows.length === 0, view: <NoSavepoints action={action} /> }}>
      {(rows) => (
        <DataTable
          label={words.title}
          className="flex-1"
          rows={[...rows].sort((left, right) => right.createdMs - left.createdMs)}
          columns={[...whatColumns(words), ...sizeColumns(words)]}
          rowKey={(savepoint) => savepoint.id}
          selected={chosen}
          onSelect={(savepoint) => onChoose(savepoint.id)}
        />
      )}
    </QueryView>
  );
}

/** Actions for the palette while no savepoint is selected; otherwise its inspector has them. */
function UnchosenActions() {
  const { unchosen: words } = useSavepointsWords();
  return [words.restore, words.compare, words.download].map((label) => (
    <PageAction key={label} label={label} reason={words.reason} run={() => undefined} />
  ));
}

/** Below the savepoints: what else can be read of the past. */
function Reach() {
  return (
    <>
      <ErasTable />
      <JournalKept />
    </>
  );
}
