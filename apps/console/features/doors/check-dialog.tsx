/**
 * CheckDialog: checks the system behind an ingress or egress, and shows each question with its answer, and with the cure where it failed.
 */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, type ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import type { ConnectorCheckView, ConnectorRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import { Told } from "../../ui/text/told.tsx";
import { Worded } from "./connector-note.tsx";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";

interface CheckDialogProps {
  direction: ConnectorRow["direction"];
  id: string;
  onClose: () => void;
}

export function CheckDialog({ direction, id, onClose }: CheckDialogProps): ReactElement {
  const words = useDoorsWords();
  const trpc = useTRPC();
  const { mutate, isPending, data, error } = useMutation(trpc.doors.check.mutationOptions());
  useEffect(() => mutate({ direction, id }), [mutate, direction, id]);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={words.check.title(id)}
      description={words.check.about}
      footer={
        <>
          <Button pending={isPending} onClick={() => mutate({ direction, id })}>
            {words.check.again}
          </Button>
          <Button tone="primary" onClick={onClose}>
            {words.check.close}
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="min-h-24 text-[13px]">
        {error === null ? null : <ErrorState error={error} />}
        {data === undefined ? null : <CheckAnswers answers={data.answers} />}
        {data === undefined && error === null ? <p className="text-quiet">{words.check.asking}</p> : null}
      </div>
    </Dialog>
  );
}

type Answer = ConnectorCheckView["answers"][number];

const tones: Record<Answer["outcome"], Tone> = { holds: "clear", fails: "danger", "not-asked": "quiet" };

function CheckAnswers({ answers }: { answers: readonly Answer[] }): ReactElement {
  const words = useDoorsWords();
  return (
    <ul className="flex flex-col gap-2">
      {answers.map(({ what, outcome, why, cure }) => (
        <li key={what} className="grid grid-cols-[104px_minmax(0,1fr)] gap-x-2">
          <StatusWord tone={tones[outcome]}>{words.check.outcomes[outcome]}</StatusWord>
          <Told text={what} className="break-words" />
          {why === "" ? null : (
            <span className="col-start-2 break-words">
              <Told text={why} />.{" "}
              <span className="text-quiet">
                <Worded text={cure} />
              </span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
