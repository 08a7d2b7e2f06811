/** EraseDialog: whose values are to go, counted first (the dry run is of exactly what is typed), then the reason, then the word. It cannot be undone. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ErasureCountView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Field, Input, Textarea } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { countsSentence, targetsOf, type Match } from "./erasure-words.ts";

const reasonCharactersMin = 3;

export interface EraseDialogProps {
  /** To begin with. */
  readonly addresses: string;
  readonly onClose: () => void;
  readonly onBegun: (id: string) => void;
}

export function EraseDialog({ addresses, onClose, onBegun }: EraseDialogProps): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState(addresses);
  const [match, setMatch] = useState<Match>("id");
  const [reason, setReason] = useState("");
  const { targets, wrong } = targetsOf(text, match);
  const count = useMutation(trpc.erasures.count.mutationOptions());
  const erase = useMutation(
    trpc.erasures.erase.mutationOptions({
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries(trpc.erasures.pathFilter());
        onBegun(id);
      },
    }),
  );
  const changed = (change: () => void): void => {
    change();
    count.reset();
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Erase values"
      confirmLabel="Erase them"
      typedName="erase"
      danger
      wide
      disabled={count.data === undefined || reason.trim().length < reasonCharactersMin}
      pending={erase.isPending}
      error={erase.error === null ? null : <ErrorState inline error={erase.error} what="Not erased" />}
      onConfirm={() => erase.mutate({ targets, reason: reason.trim() })}
    >
      <p>
        State, waiting and delayed messages, egress records and the values of the journal go for good, from the store and from every
        savepoint here. Messages are refused while the store is copied. What comes afterwards is new.
      </p>
      <Field label="Whose" hint="One a line: shop/cart/anna, or * anna for the id in every type." error={wrong ?? undefined}>
        {(control) => (
          <Textarea {...control} mono rows={4} value={text} onChange={({ currentTarget }) => changed(() => setText(currentTarget.value))} />
        )}
      </Field>
      <Segmented
        label="How ids match"
        value={match}
        onChange={(next) => changed(() => setMatch(next))}
        options={[
          { value: "id", label: "these ids" },
          { value: "prefix", label: "all ids that begin so" },
        ]}
      />
      <Button className="self-start" disabled={targets.length === 0} pending={count.isPending} onClick={() => count.mutate({ targets })}>
        Count what would go
      </Button>
      {count.error === null ? null : <ErrorState inline error={count.error} what="Not counted" />}
      {count.data === undefined ? null : <DryRun counted={count.data} />}
      <Field label="Reason" hint="Kept in the receipt and in the audit.">
        {(control) => <Input {...control} value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />}
      </Field>
    </ConfirmDialog>
  );
}

function DryRun({ counted: { counts, savepoints } }: { counted: ErasureCountView }): ReactElement {
  const rows = savepoints.reduce((sum, savepoint) => sum + savepoint.rows, 0);
  const holding = savepoints.filter((savepoint) => savepoint.rows > 0).length;
  const unread = savepoints.filter(({ error }) => error !== null);
  return (
    <div role="status" className="flex flex-col gap-1 text-[13px]">
      <p>
        Now: {countsSentence(counts)}. In {counted(holding, "savepoint", "savepoints")} of {grouped(savepoints.length)}:{" "}
        {counted(rows, "row", "rows")}.
      </p>
      {unread.length === 0 ? null : (
        <p className="text-danger">
          Cannot be read, and would stay as they are: <span className="font-mono">{unread.map(({ id }) => id).join(", ")}</span>
        </p>
      )}
    </div>
  );
}
