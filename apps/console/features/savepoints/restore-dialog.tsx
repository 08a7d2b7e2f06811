/**
 * RestoreDialog: what going back costs, counted by the gateway and kept current while the dialog is open, then a typed confirmation. The button
 * says what is lost. While it runs the dialog shows each step; what comes in meanwhile is refused, not lost.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock, duration, exact } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RestoreImpact, RestoreState, SavepointRow } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { RestoreLedger } from "./restore-ledger.tsx";
import { atLeast, restoreLabel } from "./restore-words.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

const REFRESH_MS = 1_000;
const PROGRESS_MS = 200;

export function RestoreDialog({ row, onClose }: { row: SavepointRow; onClose: () => void }): ReactElement {
  const words = useSavepointsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const restore = useMutation(
    trpc.savepoints.restore.mutationOptions({
      onSuccess: async (result) => {
        toast(words.restore.done(grouped(result.epoch)), {
          description: words.restore.doneAbout(result.before),
        });
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
      wide
      onOpenChange={onClose}
      title={words.restore.title(clock(row.createdMs, false), grouped(row.epoch))}
      confirmLabel={restoreLabel(impact.data, words.restore)}
      typedName="restore"
      danger
      disabled={impact.data === undefined}
      pending={restore.isPending}
      error={restore.error === null ? null : <ErrorState inline error={restore.error} what={words.restore.nothing} />}
      onConfirm={() => restore.mutate({ id: row.id })}
    >
      {restore.isPending ? (
        <Progress />
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
      <Span row={row} undoneMs={Math.max(0, nowMs - row.createdMs)} epoch={impact.currentEpoch} />
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
      <RestoreLedger egresses={impact.egresses} />
      <div className="flex flex-col gap-1 text-[12px] leading-5 text-quiet">
        <p>{words.restore.about}</p>
        <p>{words.restore.stays}</p>
      </div>
    </>
  );
}

/** Kept time and undone time on one line. */
function Span({ row, undoneMs, epoch }: { row: SavepointRow; undoneMs: number; epoch: number }): ReactElement {
  const words = useSavepointsWords();
  return (
    <div className="font-mono text-[11px]">
      <div className="flex justify-between gap-3 text-quiet">
        <span>{words.restore.kept}</span>
        <span suppressHydrationWarning>{exact(row.createdMs)}</span>
        <span className="text-danger">{words.restore.undoneFor(duration(undoneMs))}</span>
      </div>
      <div className="my-1 flex h-3.5" aria-hidden="true">
        <span className="flex-1 rounded-l bg-faint" />
        <span className="w-0 border-l-2 border-text" />
        <span className="flex-[1.4] rounded-r border border-dashed border-danger bg-[repeating-linear-gradient(135deg,transparent_0_4px,color-mix(in_srgb,var(--color-danger)_22%,transparent)_4px_8px)]" />
      </div>
      <div className="flex justify-between text-quiet">
        <span>{words.restore.epoch(grouped(row.epoch))}</span>
        <span>{words.restore.nowEpoch(grouped(epoch))}</span>
      </div>
    </div>
  );
}

function Counts({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }): ReactElement {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <dl className="text-[12px]">
        {rows.map(([count, what]) => (
          <div key={what} className="flex items-baseline gap-3 border-t border-line py-1">
            <dt className="order-last text-quiet">{what}</dt>
            <dd className="w-20 shrink-0 text-right font-mono tabular-nums">{count}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const steps = ["checking", "saving", "filling", "draining", "journal", "opening"] as const satisfies readonly RestoreState["phase"][];

function Progress(): ReactElement {
  const words = useSavepointsWords();
  const state = useQuery(useTRPC().savepoints.restoring.queryOptions(undefined, { refetchInterval: PROGRESS_MS, staleTime: 0 }));
  const nowMs = useNow();
  const now = state.data ?? null;
  const at = steps.findIndex((phase) => phase === (now?.phase ?? "checking"));
  return (
    <div role="status" className="flex flex-col gap-3">
      <p>
        {words.restore.running}
        {now === null ? null : (
          <span className="text-quiet" suppressHydrationWarning>
            {" "}
            {words.restore.soFar(duration(Math.max(0, nowMs - now.startedMs)))}
          </span>
        )}
      </p>
      <ol className="flex flex-col text-[12px]">
        {steps.map((phase, index) => (
          <li key={phase} className={index > at ? "py-0.5 text-quiet" : "py-0.5"}>
            <span className="inline-block w-5 font-mono" aria-hidden="true">
              {index < at ? "●" : index === at ? "▸" : "○"}
            </span>
            {words.restore.steps[phase]}
            {index === at && phase === "filling" && now !== null ? (
              <span className="font-mono text-quiet"> {words.restore.rows(grouped(now.rows), grouped(now.rowsTotal))}</span>
            ) : null}
            {phase === "saving" && now !== null && now.before !== null ? <span className="font-mono text-quiet"> {now.before}</span> : null}
            <span className="sr-only">{index < at ? words.restore.stepDone() : index === at ? words.restore.stepNow() : ""}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
