/** SchedulePanel: of an ingress that runs by the clock: when it runs next, its last runs, and what a person does with it. Nothing for others. */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { counted } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { entityHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ScheduleFacts } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import { Ago } from "../../ui/text/ago.tsx";

const REFRESH_MS = 2_000;
const RUNS_SHOWN = 10;

type RunKind = ScheduleFacts["runs"][number]["kind"];
const runWords: Record<RunKind, readonly [tone: Tone, word: string]> = {
  "in-time": ["clear", "in time"],
  missed: ["caution", "sent late"],
  "by-hand": ["message", "by hand"],
  "left-out": ["caution", "from here on left out"],
};

export function SchedulePanel({ id }: { id: string }): ReactElement | null {
  const schedules = useQuery(useTRPC().schedules.list.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const schedule = schedules.data?.find((row) => row.id === id)?.schedule ?? null;
  return schedule === null ? null : <Schedule id={id} schedule={schedule} />;
}

function Schedule({ id, schedule }: { id: string; schedule: ScheduleFacts }): ReactElement {
  const { when, misfire, target, sent } = schedule;
  return (
    <section aria-label={`Schedule ${id}`} className="flex flex-col gap-2 border-b border-line px-4 py-3 text-[13px]">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">{when}</span>
        <span className="text-quiet">
          to{" "}
          <Link className="font-mono text-message hover:underline" href={entityHref(target)}>
            {target.type}/{target.id}
          </Link>
          ; {misfire}; {counted(sent, "run", "runs")} sent
        </span>
      </p>
      <ScheduleActions id={id} isPaused={schedule.pausedSinceMs !== null} />
      <div className="grid gap-4 sm:grid-cols-2">
        <NextRuns schedule={schedule} />
        <LastRuns schedule={schedule} />
      </div>
    </section>
  );
}

function ScheduleActions({ id, isPaused }: { id: string; isPaused: boolean }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const act = useMutation(
    trpc.schedules.act.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.schedules.list.pathFilter()) }),
  );
  const [namespace = "", name = ""] = id.split("/");
  const run = (word: "pause" | "resume" | "run-now") => () => act.mutate({ namespace, name, act: word });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button size="small" pending={act.isPending} onClick={run(isPaused ? "resume" : "pause")}>
          {isPaused ? "Resume from now" : "Pause"}
        </Button>
        <Button size="small" pending={act.isPending} onClick={run("run-now")}>
          Run now
        </Button>
      </div>
      {act.error === null ? null : <ErrorState inline error={act.error} what="Not done" />}
    </div>
  );
}

function NextRuns({ schedule: { nextMs, pausedSinceMs } }: { schedule: ScheduleFacts }): ReactElement {
  return (
    <div>
      <h2 className="text-[12px] text-quiet">Next runs</h2>
      {pausedSinceMs === null ? null : (
        <p>
          <StatusWord tone="caution">paused</StatusWord> <Ago atMs={pausedSinceMs} />: nothing runs
        </p>
      )}
      {pausedSinceMs === null && nextMs.length === 0 ? <p className="text-quiet">None is left.</p> : null}
      <ol>
        {nextMs.map((ms) => (
          <li key={ms} className="flex gap-3 font-mono" suppressHydrationWarning>
            {exact(ms)} <Ago atMs={ms} className="text-quiet" />
          </li>
        ))}
      </ol>
    </div>
  );
}

function LastRuns({ schedule: { runs } }: { schedule: ScheduleFacts }): ReactElement {
  return (
    <div>
      <h2 className="text-[12px] text-quiet">Last runs</h2>
      {runs.length === 0 ? <p className="text-quiet">None yet.</p> : null}
      <ol>
        {runs.slice(0, RUNS_SHOWN).map(({ dueMs, atMs, kind }, index) => (
          <li key={`${dueMs} ${atMs} ${index}`} className="flex gap-3" suppressHydrationWarning>
            <span className="font-mono">{exact(dueMs)}</span>
            <StatusWord tone={runWords[kind][0]}>{runWords[kind][1]}</StatusWord>
          </li>
        ))}
      </ol>
    </div>
  );
}
