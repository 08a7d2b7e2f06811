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

const REFRESH_MS = 1_000;
const PROGRESS_MS = 200;

export function RestoreDialog({ row, onClose }: { row: SavepointRow; onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const restore = useMutation(
    trpc.savepoints.restore.mutationOptions({
      onSuccess: async (result) => {
        toast(`Restored: the engine runs from epoch ${grouped(result.epoch)}`, {
          description: `What it was before is in the savepoint ${result.before}.`,
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
      title={`Go back to ${clock(row.createdMs, false)}, epoch ${grouped(row.epoch)}`}
      confirmLabel={restoreLabel(impact.data)}
      typedName="restore"
      danger
      disabled={impact.data === undefined}
      pending={restore.isPending}
      error={restore.error === null ? null : <ErrorState inline error={restore.error} what="Nothing was restored" />}
      onConfirm={() => restore.mutate({ id: row.id })}
    >
      {restore.isPending ? (
        <Progress />
      ) : impact.data !== undefined ? (
        <Cost row={row} impact={impact.data} />
      ) : impact.error !== null ? (
        <ErrorState inline error={impact.error} what="What it costs is not known" onRetry={() => void impact.refetch()} />
      ) : (
        <Skeleton rows={6} label="Counting what it costs" />
      )}
    </ConfirmDialog>
  );
}

function Cost({ row, impact }: { row: SavepointRow; impact: RestoreImpact }): ReactElement {
  const nowMs = useNow();
  const { undone, now, brings } = impact;
  return (
    <>
      <Span row={row} undoneMs={Math.max(0, nowMs - row.createdMs)} epoch={impact.currentEpoch} />
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <Counts
          title="Undone inside"
          rows={[
            [grouped(impact.epochsLost), impact.epochsLost === 1 ? "epoch" : "epochs"],
            [atLeast(undone.messagesIn, undone), "messages that came in: gone unless they are sent again"],
            [atLeast(undone.entities, undone), "entities that were at work change back, or are gone"],
            [grouped(undone.acts), "actions and edits by people"],
          ]}
        />
        <Counts
          title="Waiting messages"
          rows={[
            [grouped(now.messages), "wait now and are dropped"],
            [grouped(now.delayed), "delayed ones are dropped"],
            [grouped(brings.messages), "waited then and come back"],
            [grouped(brings.delayed), "delayed ones come back"],
            [grouped(brings.entities), "entities then"],
          ]}
        />
      </div>
      <RestoreLedger egresses={impact.egresses} />
      <div className="flex flex-col gap-1 text-[12px] leading-5 text-quiet">
        <p>
          A savepoint of now is taken first, so this can be undone; from then on messages are refused with 503 and the moment to come again,
          none is accepted and dropped. It is all or nothing.
        </p>
        <p>
          The journal of before stays readable. Modules and endpoints stay as they are. What functions did elsewhere, the engine cannot see.
        </p>
      </div>
    </>
  );
}

/** Kept time and undone time on one line. */
function Span({ row, undoneMs, epoch }: { row: SavepointRow; undoneMs: number; epoch: number }): ReactElement {
  return (
    <div className="font-mono text-[11px]">
      <div className="flex justify-between gap-3 text-quiet">
        <span>kept</span>
        <span suppressHydrationWarning>{exact(row.createdMs)}</span>
        <span className="text-danger">undone, {duration(undoneMs)}</span>
      </div>
      <div className="my-1 flex h-3.5" aria-hidden="true">
        <span className="flex-1 rounded-l bg-faint" />
        <span className="w-0 border-l-2 border-text" />
        <span className="flex-[1.4] rounded-r border border-dashed border-danger bg-[repeating-linear-gradient(135deg,transparent_0_4px,color-mix(in_srgb,var(--color-danger)_22%,transparent)_4px_8px)]" />
      </div>
      <div className="flex justify-between text-quiet">
        <span>epoch {grouped(row.epoch)}</span>
        <span>now, epoch {grouped(epoch)}</span>
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

const steps: readonly (readonly [RestoreState["phase"], string])[] = [
  ["checking", "The file is checked"],
  ["saving", "A savepoint of now is taken"],
  ["filling", "The new store is filled"],
  ["draining", "What is in flight ends"],
  ["journal", "The journal of before is carried over"],
  ["opening", "The new store is read back and put in force"],
];

function Progress(): ReactElement {
  const state = useQuery(useTRPC().savepoints.restoring.queryOptions(undefined, { refetchInterval: PROGRESS_MS, staleTime: 0 }));
  const nowMs = useNow();
  const now = state.data ?? null;
  const at = steps.findIndex(([phase]) => phase === (now?.phase ?? "checking"));
  return (
    <div role="status" className="flex flex-col gap-3">
      <p>
        Being restored. Messages from outside are refused until it is done; nothing that was acknowledged is lost from both states.
        {now === null ? null : (
          <span className="text-quiet" suppressHydrationWarning>
            {" "}
            {duration(Math.max(0, nowMs - now.startedMs))} so far.
          </span>
        )}
      </p>
      <ol className="flex flex-col text-[12px]">
        {steps.map(([phase, what], index) => (
          <li key={phase} className={index > at ? "py-0.5 text-quiet" : "py-0.5"}>
            <span className="inline-block w-5 font-mono" aria-hidden="true">
              {index < at ? "●" : index === at ? "▸" : "○"}
            </span>
            {what}
            {index === at && phase === "filling" && now !== null ? (
              <span className="font-mono text-quiet">
                {" "}
                {grouped(now.rows)} of about {grouped(now.rowsTotal)} rows
              </span>
            ) : null}
            {phase === "saving" && now !== null && now.before !== null ? <span className="font-mono text-quiet"> {now.before}</span> : null}
            <span className="sr-only">{index < at ? ", done" : index === at ? ", now" : ""}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
