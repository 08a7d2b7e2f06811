/**
 * RestoreDialog: what going back costs and whether it fits what is declared now, counted by the gateway and kept current while the dialog
 * is open, a fork as the way that costs nothing, then a typed confirmation. The button says what is lost. While it runs the dialog shows
 * each step, and the ledger as it was counted last; afterwards the page shows the ledger of what it cost (past-restore.tsx). Messages that
 * come meanwhile are refused, not lost.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RestoreImpact, SavepointRow } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { EgressLedger } from "./egress-ledger.tsx";
import { Counts, KeptAndUndone } from "./restore-drawing.tsx";
import { RestoreProgress } from "./restore-progress.tsx";
import { RestoreFork } from "./restore-fork.tsx";
import { RestoreVerdictView } from "./restore-verdict-view.tsx";
import { atLeast, restoreLabel } from "./restore-words.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

const REFRESH_MS = 1_000;

export interface RestoreDialogProps {
  row: SavepointRow;
  onClose: () => void;
  /** The era that the restore began. */
  onRestored: (era: number) => void;
}

export function RestoreDialog({ row, onClose, onRestored }: RestoreDialogProps): ReactElement {
  const words = useSavepointsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const restore = useMutation(
    trpc.savepoints.restore.mutationOptions({
      onSuccess: (result) => {
        toast(words.restore.done(grouped(result.epoch)), {
          description: words.restore.doneAbout(result.before),
        });
        void queryClient.invalidateQueries();
      },
    }),
  );
  // Only while the dialog is open, so that a person who went to another page is not called back.
  const showLedger = async (): Promise<void> => {
    const eras = await queryClient.fetchQuery(trpc.savepoints.eras.queryOptions(undefined, { staleTime: 0 })).catch(() => []);
    onClose();
    if (eras.length > 0) onRestored(Math.max(...eras.map(({ number }) => number)));
  };
  // Until the ledger is there, the cost stays as it was counted last, and the button does not begin another restore.
  const begun = restore.isPending || restore.isSuccess;
  const impact = useQuery(
    trpc.savepoints.impact.queryOptions({ id: row.id }, { refetchInterval: REFRESH_MS, staleTime: 0, enabled: !begun }),
  );
  return (
    <ConfirmDialog
      open
      wide
      onOpenChange={onClose}
      title={words.restore.title(clock(row.createdMs, false), grouped(row.epoch))}
      confirmLabel={restoreLabel(impact.data, words.restore)}
      typedName="restore"
      danger
      disabled={impact.data === undefined}
      pending={begun}
      error={restore.error === null ? null : <ErrorState inline error={restore.error} what={words.restore.nothing} />}
      onConfirm={() => restore.mutate({ id: row.id }, { onSuccess: () => void showLedger() })}
    >
      {begun ? (
        <>
          <RestoreProgress done={restore.isSuccess} />
          {impact.data === undefined ? null : <EgressLedger egresses={impact.data.egresses} time="toCome" />}
        </>
      ) : impact.data !== undefined ? (
        <Cost row={row} impact={impact.data} />
      ) : impact.error !== null ? (
        <ErrorState inline error={impact.error} what={words.restore.costUnknown} onRetry={() => void impact.refetch()} />
      ) : (
        <Skeleton rows={6} label={words.restore.counting} />
      )}
    </ConfirmDialog>
  );
}

function Cost({ row, impact }: { row: SavepointRow; impact: RestoreImpact }): ReactElement {
  const words = useSavepointsWords();
  const nowMs = useNow();
  const { undone, now, brings } = impact;
  return (
    <>
      <KeptAndUndone savepoint={row} untilMs={nowMs} until={words.restore.nowEpoch(grouped(impact.currentEpoch))} />
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <Counts
          title={words.restore.undone}
          rows={[
            [grouped(impact.epochsLost), words.restore.epochs(impact.epochsLost)],
            [atLeast(undone.messagesIn, undone), words.restore.messagesIn],
            [atLeast(undone.entities, undone), words.restore.entitiesBack],
            [grouped(undone.acts), words.restore.acts],
          ]}
        />
        <Counts
          title={words.restore.waiting}
          rows={[
            [grouped(now.messages), words.restore.dropped],
            [grouped(now.delayed), words.restore.delayedDropped],
            [grouped(brings.messages), words.restore.comeBack],
            [grouped(brings.delayed), words.restore.delayedBack],
            [grouped(brings.entities), words.restore.entitiesThen],
          ]}
        />
      </div>
      <EgressLedger egresses={impact.egresses} time="toCome" />
      <RestoreVerdictView verdict={impact.verdict} />
      <RestoreFork id={row.id} />
      <div className="flex flex-col gap-1 text-[12px] leading-5 text-quiet">
        <p>{words.restore.about}</p>
        <p>{words.restore.stays}</p>
      </div>
    </>
  );
}
