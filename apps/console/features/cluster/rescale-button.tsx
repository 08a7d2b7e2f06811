/** RescaleButton: puts the job on the cluster at another parallelism. Says first that functions stand still for it; the panel says so while they do. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { ClusterRow } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { NumberField } from "../../ui/form/number-field.tsx";
import { whyNotRescale } from "./cluster-words.ts";

export function RescaleButton({ cluster }: { cluster: ClusterRow }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const now = cluster.job?.parallelism ?? 1;
  const [parallelism, setParallelism] = useState(now);
  const rescale = useMutation(
    trpc.runtime.rescale.mutationOptions({
      onSuccess: () => setOpen(false),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.runtime.pathKey() }),
    }),
  );
  const why = rescale.isPending ? undefined : whyNotRescale(cluster, parallelism);
  const open = (): void => {
    setParallelism(now);
    rescale.reset();
    setOpen(true);
  };
  return (
    <>
      <MayButton operation="runtime.rescale" action="Rescale…" className="ml-2" onClick={open}>
        Rescale…
      </MayButton>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Rescale the job on Flink"
        confirmLabel={`Run it at parallelism ${parallelism}`}
        disabled={why !== undefined}
        pending={rescale.isPending}
        error={rescale.isError ? <ErrorState inline error={rescale.error} /> : undefined}
        onConfirm={() => rescale.mutate({ parallelism })}
      >
        <p>
          {`The job ends with a savepoint and starts from it, at present at ${now}. All functions stand still for the seconds that this takes; what is sent meanwhile is kept and waits. When it cannot start, it runs again as before.`}
        </p>
        <NumberField label="Parallelism" hint={why} value={parallelism} max={32_768} onChange={setParallelism} />
      </ConfirmDialog>
    </>
  );
}
