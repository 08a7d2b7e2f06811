/** The engine's rates in large figures, each a link; a line of words says what the figure counts. */
"use client";
import { Link } from "../../ui/link.tsx";
import { readings, type SummaryReading } from "../../shell/readings.ts";
import type { StatusSummary } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";

interface Figure {
  reading: SummaryReading;
  href: string;
  alarming?: (summary: StatusSummary) => boolean;
}

const figures: readonly Figure[] = [
  { reading: readings.in, href: "/flow" },
  { reading: readings.invocations, href: "/flow" },
  { reading: readings.failures, href: "/failures", alarming: (summary) => summary.failuresPerSecond > 0 },
  { reading: readings.p50, href: "/functions" },
  { reading: readings.p99, href: "/functions" },
  { reading: readings.waiting, href: "/functions" },
  { reading: readings.parkedMessages, href: "/failures" },
  { reading: readings.inFlight, href: "/functions" },
];

export function Rates({ summary }: { summary: StatusSummary | null }) {
  return (
    <ul className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4 wide:grid-cols-8" aria-label="Rates">
      {figures.map((figure) => (
        <li key={figure.reading.name}>
          <Link href={figure.href} title={figure.reading.explains} className="group block rounded">
            <span
              className={cn(
                "block font-mono text-[20px] leading-7 font-medium whitespace-nowrap",
                summary !== null && figure.alarming?.(summary) === true && "text-danger",
              )}
            >
              {summary === null ? "–" : figure.reading.value(summary)}
            </span>
            <span className="block text-[12px] leading-4 text-quiet group-hover:text-text">{figure.reading.name}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
