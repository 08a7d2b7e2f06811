/**
 * The banner of an engine in trouble: what is wrong and for how long, what it means, what to do and where, and the raw words one click
 * away. Only the title is announced, because the age beside it changes every second.
 */
"use client";
import { duration, exact } from "../format/times.ts";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { useNow } from "../ui/text/use-now.ts";
import { healthTitle, type TroubledHealth } from "./health-words.ts";
import { useProblemWords } from "../words/problems/use-problem-words.ts";
import { useNoticesWords } from "../words/notices/use-notices-words.ts";

export function HealthBanner({ health }: { health: TroubledHealth }) {
  const words = useNoticesWords();
  const problems = useProblemWords();
  const nowMs = useNow();
  const age = Math.max(0, Math.floor((nowMs - health.sinceMs) / 1_000) * 1_000);
  return (
    <section aria-label={words.health.label} className="border-b border-danger/50 bg-danger-soft px-4 py-2">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span role="alert">
          <StatusWord tone="danger" className="font-semibold">
            {healthTitle(health, words.health)}
          </StatusWord>
        </span>
        <time className="text-quiet" dateTime={new Date(health.sinceMs).toISOString()} title={words.health.since(exact(health.sinceMs))}>
          {nowMs === 0 ? "" : words.health.for(duration(age))}
        </time>
      </div>
      <p className="mt-0.5 max-w-[110ch] pl-3.5">{words.health.means[health.kind]}</p>
      <p className="max-w-[110ch] pl-3.5">
        <span className="font-medium">{words.health.whatToDo}</span> <span>{problems.cure(health.code, health.cure)}</span>
      </p>
      <details className="mt-0.5 pl-3.5 text-[12px] text-quiet">
        <summary className="w-fit cursor-pointer hover:text-text">
          <span className="font-mono break-all">{health.place}</span>
        </summary>
        <p className="mt-1 font-mono break-words text-text">
          {health.code}: {health.message}
        </p>
      </details>
    </section>
  );
}
