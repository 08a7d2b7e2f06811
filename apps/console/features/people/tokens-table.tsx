/**
 * TokensTable: the tokens of programs: what each may do, when it ends, when it was used, and a button to revoke it.
 */
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
import { useMayWords } from "../../words/may/use-may-words.ts";
import { mayText, tokenTones } from "./people-words.ts";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

export function TokensTable({ tokens }: { tokens: readonly TokenRow[] }): ReactElement {
  const words = usePeopleWords();
  const may = useMayWords();
  const [asking, setAsking] = useState<TokenRow | null>(null);
  const columns: readonly Column<TokenRow>[] = [
    {
      key: "name",
      header: words.invite.name,
      width: "150px",
      sort: ({ name }) => name,
      cell: ({ name }) => <span className="font-medium">{name}</span>,
    },
    { key: "hint", header: words.token.hintColumn, width: "104px", mono: true, wideOnly: "medium", cell: ({ hint }) => hint },
    { key: "may", header: words.token.may, cell: (row) => mayText(row, words.token, may) },
    { key: "by", header: words.token.by, width: "110px", wideOnly: true, cell: ({ by }) => by },
    {
      key: "used",
      header: words.token.used,
      width: "110px",
      cell: ({ usedMs }) => (usedMs === null ? words.never : <Ago atMs={usedMs} />),
    },
    {
      key: "ends",
      header: words.token.endsLabel,
      width: "110px",
      wideOnly: "medium",
      cell: ({ expiresMs }) => (expiresMs === null ? words.never : <Ago atMs={expiresMs} />),
    },
    {
      key: "state",
      header: words.token.state,
      width: "104px",
      cell: ({ state }) => <StatusWord tone={tokenTones[state]}>{words.token.states[state]}</StatusWord>,
    },
    {
      key: "act",
      header: "",
      width: "76px",
      cell: (row) =>
        row.state === "revoked" ? null : (
          <Button size="small" tone="link" onClick={() => setAsking(row)}>
            {words.token.revoke}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable label={words.token.table} rows={tokens} columns={columns} rowKey={({ id }) => id} />
      {asking === null ? null : <RevokeDialog token={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function RevokeDialog({ token, onClose }: { token: TokenRow; onClose: () => void }): ReactElement {
  const words = usePeopleWords();
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
      title={words.token.revokeTitle(token.name)}
      confirmLabel={words.token.revokeIt}
      danger
      pending={revoke.isPending}
      error={revoke.error === null ? undefined : <ErrorState inline error={revoke.error} />}
      onConfirm={() => revoke.mutate({ id: token.id })}
    >
      {words.token.revokeAbout(token.hint)}
    </ConfirmDialog>
  );
}
