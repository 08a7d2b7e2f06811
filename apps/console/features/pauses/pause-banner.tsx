/**
 * PauseBanner: shown on every page while a function type or an endpoint is paused, or an entity with an end: what, by whom, until when,
 * what is still in flight, and Resume. It is loaded when something is paused.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { PauseRow } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { drainWords, endWords, nameOf, pauseHref } from "./pause-words.ts";
import { usePausesWords } from "../../words/pauses/use-pauses-words.ts";

export function PauseBanner({ pauses }: { pauses: readonly PauseRow[] }): ReactElement {
  const words = usePausesWords();
  return (
    <section aria-label={words.label} className="border-b border-line bg-caution-soft px-4 py-1">
      <ul className="flex max-h-24 flex-col gap-1 overflow-y-auto">
        {pauses.map((row) => (
          <li key={row.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
            <StatusWord tone="caution" className="font-medium">
              {words.label}
            </StatusWord>
            <Link href={pauseHref(row)} className="font-mono text-[12px] break-all text-message hover:underline">
              {nameOf(row, words)}
            </Link>
            <PauseStory row={row} />
            <ResumeButton row={row} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function PauseStory({ row }: { row: PauseRow }): ReactElement {
  const words = usePausesWords();
  const nowMs = useNow();
  const drain = drainWords(row, words);
  return (
    <>
      {drain === null ? null : <span>{drain}</span>}
      <span className="text-quiet">
        {words.by(row.by)} {nowMs === 0 ? "" : endWords(row, nowMs, words)}
      </span>
    </>
  );
}

export function ResumeButton({ row }: { row: PauseRow }): ReactElement {
  const words = usePausesWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const functions = useMutation(
    trpc.pauses.resume.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.functions.pathFilter()) }),
  );
  const entity = useMutation(
    trpc.entities.act.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.entities.pathFilter()) }),
  );
  const isEntity = row.entity !== null;
  const resume = isEntity ? entity : functions;
  const run = (): void => {
    if (row.entity === null) functions.mutate({ id: row.id });
    else entity.mutate({ type: row.functions, id: row.entity, action: "resume" });
  };
  return (
    <>
      <CapabilityButton
        needs="entity-actions"
        operation={isEntity ? "entities.act" : "pauses.resume"}
        of={row.functions}
        size="small"
        pending={resume.isPending}
        aria-label={words.resumeOne(nameOf(row, words))}
        onClick={run}
      >
        {words.resume}
      </CapabilityButton>
      {resume.error === null ? null : <ErrorState inline error={resume.error} />}
    </>
  );
}
