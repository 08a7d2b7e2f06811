/**
 * DemoRow: one demo: what it is, whether it runs, what it is being prepared with, or what is missing here and the command that installs it.
 * Neighbour: demo-button.tsx lists them.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { DemoRow as Demo } from "../../trpc/views.ts";
import { useProblem } from "../../ui/feedback/use-problem.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";

export function DemoRow({ demo }: { demo: Demo }) {
  const words = useOverviewWords().demos;
  const { name, running, note, missing, preparing } = demo;
  const { title, about } = words.of[name];
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-[240px]">
        <h3 className="flex flex-wrap items-center gap-x-2 font-semibold">
          {title}
          {running ? <StatusWord tone="clear">{words.runs}</StatusWord> : null}
          {missing === undefined ? null : <StatusWord tone="caution">{words.needs(missing.name)}</StatusWord>}
        </h3>
        <p className="mt-0.5 text-[13px] text-quiet">{about}</p>
        {note === undefined ? null : <p className="mt-1 text-[13px] text-caution">{note}</p>}
        {preparing === undefined ? null : (
          <p className="mt-1 text-[13px] break-words text-quiet" role="status">
            {words.preparing} <code className="text-text">{preparing}</code>
          </p>
        )}
        {missing === undefined ? null : <Install missing={missing} title={title} />}
      </div>
      {missing === undefined || running ? <Lever name={name} title={title} running={running} preparing={preparing !== undefined} /> : null}
    </li>
  );
}

function Install({ missing, title }: { missing: NonNullable<Demo["missing"]>; title: string }) {
  const words = useOverviewWords().demos;
  return (
    <div className="mt-1 text-[13px] text-quiet">
      <p>{words.notFound(missing.programs.join(", "))}</p>
      <p className="mt-1 flex items-center gap-1">
        <code className="min-w-0 rounded border border-line bg-raised px-1.5 py-0.5 break-words text-text">{missing.install}</code>
        <CopyButton text={missing.install} label={words.copyInstall(title)} />
      </p>
    </div>
  );
}

interface LeverProps extends Pick<Demo, "name" | "running"> {
  readonly title: string;
  /** True while it is being built: it can be stopped, and not started twice. */
  readonly preparing: boolean;
}

function Lever({ name, title, running, preparing }: LeverProps) {
  const words = useOverviewWords().demos;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: trpc.demo.status.queryKey() });
  const problemOf = useProblem();
  const onError = (error: unknown): void => {
    const problem = problemOf(error);
    toast.error(problem.title, { description: `${problem.detail} ${problem.cure}` });
  };
  const start = useMutation(trpc.demo.start.mutationOptions({ onSuccess, onError }));
  const stop = useMutation(trpc.demo.stop.mutationOptions({ onSuccess, onError }));
  return running || preparing ? (
    <MayButton operation="demo.stop" pending={stop.isPending} onClick={() => stop.mutate({ name })} aria-label={words.stopOne(title)}>
      {words.stop}
    </MayButton>
  ) : (
    <MayButton
      operation="demo.start"
      tone="primary"
      pending={start.isPending}
      onClick={() => start.mutate({ name })}
      aria-label={words.startOne(title)}
    >
      {words.begin}
    </MayButton>
  );
}
