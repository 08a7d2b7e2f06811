/**
 * SecretsTab: the secrets that modules name as ${secret.NAME}: who set each and which modules name it, never its text. A new text takes
 * effect at once; a secret that a module names cannot be removed.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useMay } from "../../identity/use-may.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { SecretRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import type { PeopleWords } from "../../words/people/en.ts";
import { SecretDialog } from "./secret-dialog.tsx";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

export function SecretsTab(): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const denied = useMay("secrets.list");
  const secrets = useQuery(trpc.secrets.list.queryOptions(undefined, { enabled: denied === null }));
  const [asking, setAsking] = useState<SecretRow | null>(null);
  const [setting, setSetting] = useState<string | null>(null);
  if (denied !== null) return <EmptyState title={words.secret.forAdmins}>{denied}</EmptyState>;
  const columns = columnsOf({ onSet: setSetting, onRemove: setAsking, words });
  return (
    <>
      <QueryView
        query={secrets}
        what={words.tabs.secrets}
        empty={{ when: (found) => found.secrets.length === 0, view: <NoSecrets hasKey={secrets.data?.hasKey} /> }}
      >
        {(found) => <DataTable label={words.secret.table} rows={found.secrets} columns={columns} rowKey={({ name }) => name} />}
      </QueryView>
      {asking === null ? null : <RemoveDialog secret={asking} onClose={() => setAsking(null)} />}
      {setting === null ? null : <SecretDialog name={setting} onClose={() => setSetting(null)} />}
    </>
  );
}

interface Levers {
  readonly onSet: (name: string) => void;
  readonly onRemove: (secret: SecretRow) => void;
  readonly words: PeopleWords;
}

function columnsOf({ onSet, onRemove, words }: Levers): readonly Column<SecretRow>[] {
  return [
    {
      key: "name",
      header: words.invite.name,
      width: "200px",
      mono: true,
      sort: ({ name }) => name,
      cell: ({ name }) => <span className="font-medium">{name}</span>,
    },
    {
      key: "modules",
      header: words.secret.modules,
      wideOnly: "medium",
      cell: ({ modules }) => modules.join(", ") || words.secret.noModules,
    },
    { key: "by", header: words.secret.by, width: "130px", wideOnly: "medium", cell: ({ by }) => by },
    { key: "changed", header: words.secret.changed, width: "110px", wideOnly: "medium", cell: ({ changedMs }) => <Ago atMs={changedMs} /> },
    {
      key: "state",
      header: words.secret.state,
      width: "104px",
      cell: ({ locked }) => (
        <StatusWord tone={locked ? "danger" : "clear"}>{locked ? words.secret.locked : words.secret.sealed}</StatusWord>
      ),
    },
    {
      key: "act",
      header: "",
      width: "150px",
      cell: (row) => (
        <span className="flex gap-3">
          <Button size="small" tone="link" onClick={() => onSet(row.name)}>
            {words.secret.anew}
          </Button>
          {row.modules.length > 0 ? null : (
            <Button size="small" tone="link" onClick={() => onRemove(row)}>
              {words.secret.remove}
            </Button>
          )}
        </span>
      ),
    },
  ];
}

function NoSecrets({ hasKey }: { hasKey: boolean | undefined }): ReactElement {
  const words = usePeopleWords();
  return <EmptyState title={words.secret.none}>{hasKey === false ? words.secret.noKey : words.secret.noneAbout()}</EmptyState>;
}

function RemoveDialog({ secret, onClose }: { secret: SecretRow; onClose: () => void }): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.secrets.remove.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries(trpc.secrets.list.queryFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={words.secret.removeTitle(secret.name)}
      confirmLabel={words.secret.removeIt}
      danger
      pending={remove.isPending}
      error={remove.error === null ? undefined : <ErrorState inline error={remove.error} />}
      onConfirm={() => remove.mutate({ name: secret.name })}
    >
      {words.secret.removeAbout}
    </ConfirmDialog>
  );
}
