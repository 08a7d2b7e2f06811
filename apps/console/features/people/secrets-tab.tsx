/**
 * SecretsTab: what modules name as ${secret.NAME}: who set each and which modules name it, never what it holds. A new text counts at once; one that a
 * module names cannot be removed.
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
import { SecretDialog } from "./secret-dialog.tsx";

export function SecretsTab(): ReactElement {
  const trpc = useTRPC();
  const denied = useMay("secrets.list");
  const secrets = useQuery(trpc.secrets.list.queryOptions(undefined, { enabled: denied === null }));
  const [asking, setAsking] = useState<SecretRow | null>(null);
  const [setting, setSetting] = useState<string | null>(null);
  if (denied !== null) return <EmptyState title="Secrets are for admins">{denied}</EmptyState>;
  const columns = columnsOf({ onSet: setSetting, onRemove: setAsking });
  return (
    <>
      <QueryView
        query={secrets}
        what="Secrets"
        empty={{ when: (found) => found.secrets.length === 0, view: <NoSecrets hasKey={secrets.data?.hasKey} /> }}
      >
        {(found) => <DataTable label="Secrets, by name" rows={found.secrets} columns={columns} rowKey={({ name }) => name} />}
      </QueryView>
      {asking === null ? null : <RemoveDialog secret={asking} onClose={() => setAsking(null)} />}
      {setting === null ? null : <SecretDialog name={setting} onClose={() => setSetting(null)} />}
    </>
  );
}

interface Levers {
  readonly onSet: (name: string) => void;
  readonly onRemove: (secret: SecretRow) => void;
}

function columnsOf({ onSet, onRemove }: Levers): readonly Column<SecretRow>[] {
  return [
    {
      key: "name",
      header: "Name",
      width: "200px",
      mono: true,
      sort: ({ name }) => name,
      cell: ({ name }) => <span className="font-medium">{name}</span>,
    },
    { key: "modules", header: "Named by modules", wideOnly: "medium", cell: ({ modules }) => modules.join(", ") || "none" },
    { key: "by", header: "Set by", width: "130px", wideOnly: "medium", cell: ({ by }) => by },
    { key: "changed", header: "Set", width: "110px", wideOnly: "medium", cell: ({ changedMs }) => <Ago atMs={changedMs} /> },
    {
      key: "state",
      header: "State",
      width: "104px",
      cell: ({ locked }) => <StatusWord tone={locked ? "danger" : "clear"}>{locked ? "locked" : "sealed"}</StatusWord>,
    },
    {
      key: "act",
      header: "",
      width: "150px",
      cell: (row) => (
        <span className="flex gap-3">
          <Button size="small" tone="link" onClick={() => onSet(row.name)}>
            Set anew
          </Button>
          {row.modules.length > 0 ? null : (
            <Button size="small" tone="link" onClick={() => onRemove(row)}>
              Remove
            </Button>
          )}
        </span>
      ),
    },
  ];
}

function NoSecrets({ hasKey }: { hasKey: boolean | undefined }): ReactElement {
  return (
    <EmptyState title="No secrets">
      {hasKey === false
        ? "This gateway has no key to seal secrets with: set SIGNALBOX_SECRETS_KEY (openssl rand -base64 32) and start it again."
        : "Keys and passwords that modules name as ${secret.NAME}. They are sealed in the catalog, and nobody is shown what they hold."}
    </EmptyState>
  );
}

function RemoveDialog({ secret, onClose }: { secret: SecretRow; onClose: () => void }): ReactElement {
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
      title={`Remove ${secret.name}`}
      confirmLabel="Remove it"
      danger
      pending={remove.isPending}
      error={remove.error === null ? undefined : <ErrorState inline error={remove.error} />}
      onConfirm={() => remove.mutate({ name: secret.name })}
    >
      No module names it. What it holds is gone then, also for whoever set it.
    </ConfirmDialog>
  );
}
