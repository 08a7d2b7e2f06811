/**
 * EraseDialog: chooses whose values are erased. It counts them first (a dry run of exactly what is typed), then asks for the reason, then
 * for the word. It cannot be undone.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";

import { useTRPC } from "../../trpc/context.tsx";
import type { ErasureCountView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Field, Input, Textarea } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { countsSentence, targetsOf, type Match } from "./erasure-words.ts";
import { useErasuresWords } from "../../words/erasures/use-erasures-words.ts";

const reasonCharactersMin = 3;

export interface EraseDialogProps {
  /** The addresses to begin with. */
  readonly addresses: string;
  readonly onClose: () => void;
  readonly onBegun: (id: string) => void;
}

export function EraseDialog({ addresses, onClose, onBegun }: EraseDialogProps): ReactElement {
  const words = useErasuresWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState(addresses);
  const [match, setMatch] = useState<Match>("id");
  const [reason, setReason] = useState("");
  const { targets, wrong } = targetsOf(text, match, words);
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
      title={words.title}
      confirmLabel={words.confirm}
      typedName="erase"
      danger
      wide
      disabled={count.data === undefined || reason.trim().length < reasonCharactersMin}
      pending={erase.isPending}
      error={erase.error === null ? null : <ErrorState inline error={erase.error} what={words.notErased} />}
      onConfirm={() => erase.mutate({ targets, reason: reason.trim() })}
    >
      <p>{words.about}</p>
      <Field label={words.whose} hint={words.whoseHint} error={wrong ?? undefined}>
        {(control) => (
          <Textarea {...control} mono rows={4} value={text} onChange={({ currentTarget }) => changed(() => setText(currentTarget.value))} />
        )}
      </Field>
      <Segmented
        label={words.match}
        value={match}
        onChange={(next) => changed(() => setMatch(next))}
        options={[
          { value: "id", label: words.theseIds },
          { value: "prefix", label: words.begin },
        ]}
      />
      <Button className="self-start" disabled={targets.length === 0} pending={count.isPending} onClick={() => count.mutate({ targets })}>
        {words.count}
      </Button>
      {count.error === null ? null : <ErrorState inline error={count.error} what={words.notCounted} />}
      {count.data === undefined ? null : <DryRun counted={count.data} />}
      <Field label={words.reason} hint={words.reasonHint}>
        {(control) => <Input {...control} value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />}
      </Field>
    </ConfirmDialog>
  );
}

function DryRun({ counted: { counts, savepoints } }: { counted: ErasureCountView }): ReactElement {
  const words = useErasuresWords();
  const rows = savepoints.reduce((sum, savepoint) => sum + savepoint.rows, 0);
  const holding = savepoints.filter((savepoint) => savepoint.rows > 0).length;
  const unread = savepoints.filter(({ error }) => error !== null);
  return (
    <div role="status" className="flex flex-col gap-1 text-[13px]">
      <p>
        {words.now(countsSentence(counts, words))} {words.inSavepoints(holding, savepoints.length, rows)}
      </p>
      {unread.length === 0 ? null : (
        <p className="text-danger">
          {words.unread} <span className="font-mono">{unread.map(({ id }) => id).join(", ")}</span>
        </p>
      )}
    </div>
  );
}
