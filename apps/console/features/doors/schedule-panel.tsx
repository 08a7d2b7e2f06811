/**
 * SchedulePanel: for an ingress that runs by the clock: when it runs next, its last runs, and what a person does with it. It shows nothing
 * for others.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { duration, moment } from "../../format/times.ts";
import { entityHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ScheduleFacts } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import type { DoorsWords } from "../../words/doors/en.ts";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";

const REFRESH_MS = 2_000;
const RUNS_SHOWN = 10;

type RunKind = ScheduleFacts["runs"][number]["kind"];
const runTones: Record<RunKind, Tone> = { "in-time": "clear", missed: "caution", "by-hand": "message", "left-out": "caution" };

export function SchedulePanel({ id }: { id: string }): ReactElement | null {
  const schedules = useQuery(useTRPC().schedules.list.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const schedule = schedules.data?.find((row) => row.id === id)?.schedule ?? null;
  return schedule === null ? null : <Schedule id={id} schedule={schedule} />;
}

function Schedule({ id, schedule }: { id: string; schedule: ScheduleFacts }): ReactElement {
  const words = useDoorsWords();
  const { timing, missed, target, sent } = schedule;
  return (
    <section aria-label={words.schedule.label(id)} className="flex flex-col gap-2 border-b border-line px-4 py-3 text-[13px]">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className={cn("font-medium", timing.kind === "cron" && "font-mono")} suppressHydrationWarning>
          {timingText(timing, words.schedule)}
        </span>
        <span className="text-quiet">
          {words.schedule.to}{" "}
          <Link className="font-mono text-message hover:underline" href={entityHref(target)}>
            {target.type}/{target.id}
          </Link>
          ; {words.schedule.missedRuns[missed.kind](missed.kind === "all" ? missed.max : 1)}; {words.schedule.sent(sent)}
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

/** When it runs, as a sentence's part. */
function timingText(timing: ScheduleFacts["timing"], words: DoorsWords["schedule"]): string {
  switch (timing.kind) {
    case "cron":
      return words.cron(timing.cron, timing.timeZone);
    case "every":
      return words.every(duration(timing.everyMs));
    case "at":
      return words.atTimes(timing.atMs.map((ms) => moment(ms)).join(", "));
  }
}

function ScheduleActions({ id, isPaused }: { id: string; isPaused: boolean }): ReactElement {
  const words = useDoorsWords();
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
          {isPaused ? words.schedule.resume : words.schedule.pause}
        </Button>
        <Button size="small" pending={act.isPending} onClick={run("run-now")}>
          {words.schedule.runNow}
        </Button>
      </div>
      {act.error === null ? null : <ErrorState inline error={act.error} what={words.schedule.notDone} />}
    </div>
  );
}

function NextRuns({ schedule: { nextMs, pausedSinceMs, timing } }: { schedule: ScheduleFacts }): ReactElement {
  const words = useDoorsWords();
  return (
    <div>
      <h2 className="text-[12px] text-quiet">
        {words.schedule.next}
        {timing.kind === "cron" ? `, ${words.schedule.yourClock}` : ""}
      </h2>
      {pausedSinceMs === null ? null : (
        <p>
          <StatusWord tone="caution">{words.schedule.paused}</StatusWord> <Ago atMs={pausedSinceMs} />
          {words.schedule.nothingRuns}
        </p>
      )}
      {pausedSinceMs === null && nextMs.length === 0 ? <p className="text-quiet">{words.schedule.noneLeft}</p> : null}
      <ol>
        {nextMs.map((ms) => (
          <li key={ms} className="flex gap-3 font-mono" suppressHydrationWarning>
            {moment(ms)} <Ago atMs={ms} className="text-quiet" />
          </li>
        ))}
      </ol>
    </div>
  );
}

function LastRuns({ schedule: { runs } }: { schedule: ScheduleFacts }): ReactElement {
  const words = useDoorsWords();
  return (
    <div>
      <h2 className="text-[12px] text-quiet">{words.schedule.lastRuns}</h2>
      {runs.length === 0 ? <p className="text-quiet">{words.schedule.noneYet}</p> : null}
      <ol>
        {runs.slice(0, RUNS_SHOWN).map(({ dueMs, atMs, kind }, index) => (
          <li key={`${dueMs} ${atMs} ${index}`} className="flex gap-3" suppressHydrationWarning>
            <span className="font-mono">{moment(dueMs)}</span>
            <StatusWord tone={runTones[kind]}>{words.schedule.runs[kind]}</StatusWord>
          </li>
        ))}
      </ol>
    </div>
  );
}
