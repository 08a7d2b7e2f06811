/** TokensTable: what programs name themselves by: what each may, when it ends, when it was used, and the way to revoke it. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import type { TokenRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { mayText, tokenStateWords } from "./people-words.ts";

export function TokensTable({ tokens }: { tokens: readonly TokenRow[] }): ReactElement {
  const [asking, setAsking] = useState<TokenRow | null>(null);
  const columns: readonly Column<TokenRow>[] = [
    {
      key: "name",
      header: "Name",
      width: "150px",
      sort: ({ name }) => name,
      cell: ({ name }) => <span className="font-medium">{name}</span>,
    },
    { key: "hint", header: "Begins, ends", width: "104px", mono: true, wideOnly: "medium", cell: ({ hint }) => hint },
    { key: "may", header: "May", cell: (row) => mayText(row) },
    { key: "by", header: "Made by", width: "110px", wideOnly: true, cell: ({ by }) => by },
    { key: "used", header: "Last used", width: "110px", cell: ({ usedMs }) => (usedMs === null ? "never" : <Ago atMs={usedMs} />) },
    {
      key: "ends",
      header: "Ends",
      width: "110px",
      wideOnly: "medium",
      cell: ({ expiresMs }) => (expiresMs === null ? "never" : <Ago atMs={expiresMs} />),
    },
    {
      key: "state",
      header: "State",
      width: "104px",
      cell: ({ state }) => <StatusWord tone={tokenStateWords[state].tone}>{tokenStateWords[state].word}</StatusWord>,
    },
    {
      key: "act",
      header: "",
      width: "76px",
      cell: (row) =>
        row.state === "revoked" ? null : (
          <Button size="small" tone="link" onClick={() => setAsking(row)}>
            Revoke
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable label="Tokens, newest first" rows={tokens} columns={columns} rowKey={({ id }) => id} />
      {asking === null ? null : <RevokeDialog token={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function RevokeDialog({ token, onClose }: { token: TokenRow; onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.tokens.revoke.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries(trpc.tokens.list.queryFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke ${token.name}`}
      confirmLabel="Revoke it"
      danger
      pending={revoke.isPending}
      error={revoke.error === null ? undefined : <ErrorState inline error={revoke.error} />}
      onConfirm={() => revoke.mutate({ id: token.id })}
    >
      Whatever uses {token.hint} is refused from now on, and its open streams end. It cannot be taken back; make another token instead.
    </ConfirmDialog>
  );
}
