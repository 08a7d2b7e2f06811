/** PauseLever: in the inspector of a function type and of an endpoint: for how long to pause it; while it is paused how far it is drained, and Resume. */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useStatusSummary } from "../../live/use-live.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { PauseRow } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { PauseStory, ResumeButton } from "./pause-banner.tsx";
import { nameOf, pauseLengths, secondsOf, type PauseLength } from "./pause-words.ts";

export function PauseLever(what: Pick<PauseRow, "kind" | "functions">): ReactElement {
  const id = `${what.kind}:${what.functions}`;
  const paused = useStatusSummary()?.pauses.find((row) => row.id === id);
  if (paused === undefined) return <Pause id={id} {...what} />;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
      <StatusWord tone="caution">paused</StatusWord>
      <PauseStory row={paused} />
      <ResumeButton row={paused} />
    </div>
  );
}

function Pause({ id, ...what }: Pick<PauseRow, "id" | "kind" | "functions">): ReactElement {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const [length, setLength] = useState<PauseLength>("3600");
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
        Pause…
      </CapabilityButton>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Pause ${nameOf(what)}`}
        confirmLabel="Pause it"
        pending={set.isPending}
        onConfirm={() => set.mutate({ id, seconds: secondsOf(length) })}
        error={set.error === null ? null : <ErrorState inline error={set.error} />}
      >
        <p>
          What is in flight ends, nothing new begins. Messages are taken and wait in order, timers count on, and all of it goes on when it
          is resumed; a restart does not resume it.
          {what.kind === "endpoint" ? " What another endpoint serves by its exact name goes on." : ""}
        </p>
        <Segmented label="For how long" value={length} options={pauseLengths} onChange={setLength} />
      </ConfirmDialog>
    </>
  );
}
