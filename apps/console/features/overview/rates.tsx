/**
 * The engine's rates in large figures, each a link, with a line that says what the figure counts.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import { readings, type SummaryReading } from "../../shell/readings.ts";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";
import type { StatusSummary } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";

interface Figure {
  reading: SummaryReading;
  href: string;
  alarming?: (summary: StatusSummary) => boolean;
}

const figures: readonly Figure[] = [
  { reading: "in", href: "/flow" },
  { reading: "invocations", href: "/flow" },
  { reading: "failures", href: "/failures", alarming: (summary) => summary.failuresPerSecond > 0 },
  { reading: "p50", href: "/functions" },
  { reading: "p99", href: "/functions" },
  { reading: "waiting", href: "/functions" },
  { reading: "parkedMessages", href: "/failures" },
  { reading: "inFlight", href: "/functions" },
];

export function Rates({ summary }: { summary: StatusSummary | null }) {
  const { readings: words } = useShellWords();
  const { rates: label } = useOverviewWords();
  return (
    <ul className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4 wide:grid-cols-8" aria-label={label}>
      {figures.map((figure) => (
        <li key={figure.reading}>
          <Link href={figure.href} title={words[figure.reading].explains} className="group block rounded">
            <span
              className={cn(
                "block font-mono text-[20px] leading-7 font-medium whitespace-nowrap",
                summary !== null && figure.alarming?.(summary) === true && "text-danger",
              )}
            >
              {summary === null ? "–" : readings[figure.reading](summary)}
            </span>
            <span className="block text-[12px] leading-4 text-quiet group-hover:text-text">{words[figure.reading].name}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
