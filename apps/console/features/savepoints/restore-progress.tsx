/**
 * RestoreProgress: the steps of the restore under way, whoever began it. Neighbours: restore-dialog.tsx, savepoints-page.tsx.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RestoreState } from "../../trpc/views.ts";
import { useNow } from "../../ui/text/use-now.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

const PROGRESS_MS = 200;

const steps = ["checking", "saving", "filling", "draining", "journal", "opening"] as const satisfies readonly RestoreState["phase"][];

export function RestoreProgress({ done = false }: { done?: boolean }): ReactElement {
  const { restore: words } = useSavepointsWords();
  const state = useQuery(useTRPC().savepoints.restoring.queryOptions(undefined, { refetchInterval: PROGRESS_MS, staleTime: 0 }));
  const nowMs = useNow();
  const now = state.data ?? null;
  const at = done ? steps.length : steps.findIndex((phase) => phase === (now?.phase ?? "checking"));
  return (
    <div role="status" className="flex flex-col gap-3">
      <p>
        {words.running}
        {now === null ? null : (
          <span className="text-quiet" suppressHydrationWarning>
            {" "}
            {words.soFar(duration(Math.max(0, nowMs - now.startedMs)))}
          </span>
        )}
      </p>
      <ol className="flex flex-col text-[12px]">
        {steps.map((phase, index) => (
          <li key={phase} className={index > at ? "py-0.5 text-quiet" : "py-0.5"}>
            <span className="inline-block w-5 font-mono" aria-hidden="true">
              {index < at ? "●" : index === at ? "▸" : "○"}
            </span>
            {words.steps[phase]}
            {index === at && phase === "filling" && now !== null ? (
              <span className="font-mono text-quiet"> {words.rows(grouped(now.rows), grouped(now.rowsTotal))}</span>
            ) : null}
            {phase === "saving" && now !== null && now.before !== null ? <span className="font-mono text-quiet"> {now.before}</span> : null}
            <span className="sr-only">{index < at ? words.stepDone() : index === at ? words.stepNow() : ""}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Shown where no dialog shows it, because somebody else restores. */
export function RestoreUnderWay(): ReactElement | null {
  const { restore: words } = useSavepointsWords();
  const state = useQuery(
    useTRPC().savepoints.restoring.queryOptions(undefined, { refetchInterval: (query) => (query.state.data ? PROGRESS_MS : false) }),
  );
  if (state.data === undefined || state.data === null) return null;
  return (
    <section aria-label={words.underWay} className="border-b border-line p-4 text-[13px]">
      <RestoreProgress />
    </section>
  );
}
