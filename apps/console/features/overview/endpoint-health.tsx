/** Whether each endpoint answers, and how much of its concurrency is in use. */
"use client";
import { Link } from "../../ui/link.tsx";

import { relative } from "../../format/times.ts";
import { useWords } from "../../words/use-words.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import type { EndpointRow } from "../../trpc/views.ts";
import { BreakerWord } from "../functions/breaker-word.tsx";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";

const SHOWN_MAX = 8;
const order = { open: 0, probing: 1, closed: 2 } as const;

/** Returns why it does not answer; null when it does. */
function failureOf({ processes, sleep, failure, breaker }: EndpointRow): { readonly code: string; readonly message: string } | null {
  if (sleep?.state === "waking" && sleep.problem !== null) return sleep.problem;
  if (processes !== null && processes.running === 0) return processes.problem;
  return failure === null || breaker === "closed" ? null : failure;
}

/** Sorts those that do not answer first. */
function rankOf({ processes, breaker }: EndpointRow): number {
  return processes !== null && processes.running === 0 ? order.open : order[breaker];
}

export function EndpointHealth({ rows }: { rows: readonly EndpointRow[] }) {
  const words = useOverviewWords();
  const failures = useFailureWords();
  const why = (row: EndpointRow): string | null => {
    const failure = failureOf(row);
    return failure === null ? null : failures.means(failure.code, failure.message);
  };
  const { ages } = useWords();
  const nowMs = useSeconds();
  if (rows.length === 0) {
    return (
      <p className="text-quiet">
        {words.endpoints.none}{" "}
        <Link href="/functions/register" className="text-message hover:underline">
          {words.endpoints.register}
        </Link>
        .
      </p>
    );
  }
  return (
    <ul className="flex flex-col border-y border-line">
      {rows
        .toSorted((left, right) => rankOf(left) - rankOf(right))
        .slice(0, SHOWN_MAX)
        .map((row) => (
          <li key={row.id} className="border-b border-line py-2 last:border-b-0">
            <Link
              href={`/functions?${new URLSearchParams({ view: "endpoints", endpoint: row.id }).toString()}`}
              className="group block rounded"
            >
              <span className="flex items-baseline justify-between gap-3">
                <span className="truncate font-mono text-[12px] group-hover:underline">{row.functions}</span>
                <BreakerWord breaker={row.breaker} processes={row.processes} sleep={row.sleep} pause={row.pause} />
              </span>
              <span className="flex items-baseline justify-between gap-3 text-[12px] text-quiet">
                <span className="truncate">{why(row) ?? row.urlTemplate}</span>
                <span className="font-mono whitespace-nowrap" title={words.endpoints.inUse}>
                  {row.breaker === "closed" || row.nextProbeMs === null
                    ? words.endpoints.of(row.inFlight, Math.floor(row.concurrencyLimit))
                    : words.endpoints.probe(relative(row.nextProbeMs, nowMs, ages))}
                </span>
              </span>
            </Link>
          </li>
        ))}
    </ul>
  );
}
