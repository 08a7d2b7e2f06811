/**
 * JournalKept: how far back the past can be read, what limits it, and which settings change that. Neighbour: eras-table.tsx.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useMissing } from "../../capability/use-missing.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { journalWords } from "./journal-words.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";

export function JournalKept(): ReactElement | null {
  const words = useSavepointsWords();
  const { data, error } = useQuery(useTRPC().past.reach.queryOptions({}));
  const past = usePastWords();
  const missing = useMissing("journal");
  const nowMs = useSeconds();
  if (error !== null) return <ErrorState inline className="m-3" error={error} what={words.eras.reachNotRead} />;
  if (data === undefined || nowMs === 0) return null;
  const { reach, bounds, charts, settings } = journalWords(data, { nowMs, words: words.journal, past });
  return (
    <section aria-label={words.journal.title} className="shrink-0 border-t border-line px-4 py-3 text-[12px] text-quiet">
      <h2 className="text-[13px] font-semibold text-text">{words.journal.title}</h2>
      {missing === null ? (
        <p>
          {reach} {bounds} {charts}
        </p>
      ) : (
        <p>
          <span lang="en">{missing.sentence}</span> {charts}
        </p>
      )}
      {settings === null || missing !== null ? null : <p className="break-words">{settings}</p>}
    </section>
  );
}
