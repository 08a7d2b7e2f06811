/**
 * RescaleButton: gives the job on the cluster another parallelism. It says first that functions stand still for it; the panel says so while
 * they do.
 */
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
import { useClusterWords } from "../../words/cluster/use-cluster-words.ts";

export function RescaleButton({ cluster }: { cluster: ClusterRow }): ReactElement {
  const { rescale: words, whyNot } = useClusterWords();
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
  const why = rescale.isPending ? undefined : whyNotRescale(cluster, parallelism, whyNot);
  const open = (): void => {
    setParallelism(now);
    rescale.reset();
    setOpen(true);
  };
  return (
    <>
      <MayButton operation="runtime.rescale" action={words.open} className="ml-2" onClick={open}>
        {words.open}
      </MayButton>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title={words.title}
        confirmLabel={words.act(parallelism)}
        disabled={why !== undefined}
        pending={rescale.isPending}
        error={rescale.isError ? <ErrorState inline error={rescale.error} /> : undefined}
        onConfirm={() => rescale.mutate({ parallelism })}
      >
        <p>{words.about(now)}</p>
        <NumberField label={words.parallelism} hint={why} value={parallelism} max={32_768} onChange={setParallelism} />
      </ConfirmDialog>
    </>
  );
}
