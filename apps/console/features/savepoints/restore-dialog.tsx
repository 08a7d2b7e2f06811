/**
 * RestoreDialog: what going back costs, asked of the gateway just before and kept current while the dialog is open, then a typed
 * confirmation. The button says what is lost.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RestoreImpact, SavepointRow } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Details } from "../../ui/details.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toaster.tsx";

const REFRESH_MS = 1_000;

function restoreLabel(impact: RestoreImpact | undefined): string {
  if (impact === undefined) return "Restore";
  const dropped = impact.messagesDropped === 0 ? "" : ` and drop ${counted(impact.messagesDropped, "waiting message", "waiting messages")}`;
  return impact.epochsLost === 0 ? `Restore${dropped}` : `Restore, undo ${counted(impact.epochsLost, "epoch", "epochs")}${dropped}`;
}

export function RestoreDialog({ row, onClose }: { row: SavepointRow; onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const restore = useMutation(
    trpc.savepoints.restore.mutationOptions({
      onSuccess: async (result) => {
        toast(`Restored: the engine runs from epoch ${grouped(result.epoch)}`);
        onClose();
        await queryClient.invalidateQueries();
      },
    }),
  );
  const impact = useQuery(
    trpc.savepoints.impact.queryOptions({ id: row.id }, { refetchInterval: restore.isPending ? false : REFRESH_MS, staleTime: 0 }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Restore the savepoint of epoch ${grouped(row.epoch)}`}
      confirmLabel={restoreLabel(impact.data)}
      typedName="restore"
      danger
      disabled={impact.data === undefined}
      pending={restore.isPending}
      error={restore.error === null ? null : <ErrorState inline error={restore.error} what="Nothing was restored" />}
      onConfirm={() => restore.mutate({ id: row.id })}
    >
      <p>
        All state, mailboxes and delayed messages become what they were at {exact(row.createdMs)}. What came after is lost from the engine,
        all of it or nothing.
      </p>
      {impact.error !== null ? (
        <ErrorState inline error={impact.error} what="What it costs is not known" onRetry={() => void impact.refetch()} />
      ) : impact.data === undefined ? (
        <Skeleton rows={3} label="Working out what it costs" />
      ) : (
        <Details
          className="rounded border border-line bg-ground px-3 py-2"
          rows={[
            [
              "lost",
              `${counted(impact.data.epochsLost, "epoch", "epochs")}, back from ${grouped(impact.data.currentEpoch)} to ${grouped(impact.data.savepointEpoch)}`,
            ],
            [
              "dropped",
              `${counted(impact.data.messagesDropped, "message", "messages")} that ${impact.data.messagesDropped === 1 ? "waits" : "wait"} now`,
            ],
            [
              "then",
              `${counted(impact.data.entitiesThen, "entity", "entities")}, ${counted(impact.data.messagesThen, "waiting message", "waiting messages")}`,
            ],
          ]}
        />
      )}
      <p className="text-quiet">
        Egress records that have left stay delivered, and what follows may send them again. Modules and endpoints stay as they are.
      </p>
    </ConfirmDialog>
  );
}
