/**
 * PauseForButton: pauses one entity for a time, or changes the end of its pause. Neighbour: entities/entity-actions.tsx has the pause
 * without an end.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView } from "../../trpc/views.ts";
import { usePausesWords } from "../../words/pauses/use-pauses-words.ts";

const PauseDialog = lazy(async () => ({ default: (await import("./pause-dialog.tsx")).PauseDialog }));

export function PauseForButton({ address, isPaused }: { address: AddressView; isPaused: boolean }): ReactElement {
  const words = usePausesWords();
  const [open, setOpen] = useState(false);
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const pause = useMutation(
    trpc.entities.act.mutationOptions({
      onSuccess: () => setOpen(false),
      onSettled: () => queryClient.invalidateQueries(trpc.entities.pathFilter()),
    }),
  );
  return (
    <>
      <CapabilityButton needs="entity-actions" operation="entities.act" of={address.type} onClick={() => setOpen(true)}>
        {isPaused ? words.changeEnd : words.pauseFor}
      </CapabilityButton>
      {open ? (
        <Suspense>
          <PauseDialog
            open
            onOpenChange={setOpen}
            name={`${address.type}/${address.id}`}
            pending={pause.isPending}
            error={pause.error}
            onPause={(seconds) => pause.mutate({ ...address, action: "pause", ...(seconds !== null && { seconds }) })}
          >
            {words.aboutEntity}
          </PauseDialog>
        </Suspense>
      ) : null}
    </>
  );
}
