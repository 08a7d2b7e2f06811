/** CheckDialog: asks the system behind an ingress or egress, and shows each question with its answer, and with the cure where it is no. */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, type ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import type { ConnectorCheckView, ConnectorRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";

interface CheckDialogProps {
  direction: ConnectorRow["direction"];
  id: string;
  onClose: () => void;
}

export function CheckDialog({ direction, id, onClose }: CheckDialogProps): ReactElement {
  const trpc = useTRPC();
  const { mutate, isPending, data, error } = useMutation(trpc.doors.check.mutationOptions());
  useEffect(() => mutate({ direction, id }), [mutate, direction, id]);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Check ${id}`}
      description="The system behind it is asked; nothing is read, written or moved."
      footer={
        <>
          <Button pending={isPending} onClick={() => mutate({ direction, id })}>
            Check again
          </Button>
          <Button tone="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="min-h-24 text-[13px]">
        {error === null ? null : <ErrorState error={error} />}
        {data === undefined ? null : <CheckAnswers answers={data.answers} />}
        {data === undefined && error === null ? <p className="text-quiet">Asking. It takes 20 s at the most.</p> : null}
      </div>
    </Dialog>
  );
}

type Answer = ConnectorCheckView["answers"][number];

const outcomes: Record<Answer["outcome"], { readonly tone: Tone; readonly word: string }> = {
  holds: { tone: "clear", word: "yes" },
  fails: { tone: "danger", word: "no" },
  "not-asked": { tone: "quiet", word: "not asked" },
};

export function CheckAnswers({ answers }: { answers: readonly Answer[] }): ReactElement {
  return (
    <ul className="flex flex-col gap-2">
      {answers.map(({ what, outcome, why, cure }) => (
        <li key={what} className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-2">
          <StatusWord tone={outcomes[outcome].tone}>{outcomes[outcome].word}</StatusWord>
          <span className="break-words">{what}</span>
          {why === "" ? null : (
            <span className="col-start-2 break-words">
              {why}. <span className="text-quiet">{cure}</span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
