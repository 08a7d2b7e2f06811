/**
 * PauseLever: in the inspector of a function type and of an endpoint: pauses it for a chosen time; while it is paused it shows how far it
 * is drained, and Resume.
 */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useStatusSummary } from "../../live/use-live.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { PauseRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { PauseStory, ResumeButton } from "./pause-banner.tsx";
import { usePausesWords } from "../../words/pauses/use-pauses-words.ts";
import { PauseDialog } from "./pause-dialog.tsx";
import { nameOf } from "./pause-words.ts";

type What = Pick<PauseRow, "functions"> & { kind: "function" | "endpoint" };

export function PauseLever(what: What): ReactElement {
  const words = usePausesWords();
  const id = `${what.kind}:${what.functions}`;
  const paused = useStatusSummary()?.pauses.find((row) => row.id === id);
  if (paused === undefined) return <Pause id={id} {...what} />;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
      <StatusWord tone="caution">{words.paused}</StatusWord>
      <PauseStory row={paused} />
      <ResumeButton row={paused} />
    </div>
  );
}

function Pause({ id, ...what }: What & { id: string }): ReactElement {
  const words = usePausesWords();
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const set = useMutation(trpc.pauses.set.mutationOptions({ onSuccess: () => setOpen(false) }));
  return (
    <>
      <CapabilityButton
        needs="entity-actions"
        operation="pauses.set"
        of={what.functions}
        size="small"
        className="self-start"
        onClick={() => setOpen(true)}
      >
        {words.pause}
      </CapabilityButton>
      <PauseDialog
        open={open}
        onOpenChange={setOpen}
        name={nameOf({ ...what, entity: null }, words)}
        pending={set.isPending}
        error={set.error}
        onPause={(seconds) => set.mutate({ id, seconds })}
      >
        {words.about}
        {what.kind === "endpoint" ? words.aboutOthers() : ""}
      </PauseDialog>
    </>
  );
}
