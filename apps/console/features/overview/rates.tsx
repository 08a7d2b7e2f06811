/** The engine's rates in large figures, each a link; a line of words says what the figure counts. */
"use client";
import Link from "next/link";
import { grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { Pulse } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";

interface Figure {
  name: string;
  href: string;
  value: (pulse: Pulse) => string;
  alarming?: (pulse: Pulse) => boolean;
}

const figures: readonly Figure[] = [
  { name: "messages in", href: "/flow", value: (pulse) => rate(pulse.inPerSecond) },
  { name: "invocations", href: "/flow", value: (pulse) => rate(pulse.invocationsPerSecond) },
  {
    name: "failed attempts",
    href: "/failures",
    value: (pulse) => rate(pulse.failuresPerSecond),
    alarming: (pulse) => pulse.failuresPerSecond > 0,
  },
  { name: "half are faster than", href: "/functions", value: (pulse) => (pulse.p50Ms === null ? "–" : duration(pulse.p50Ms)) },
  { name: "99 of 100 are faster than", href: "/functions", value: (pulse) => (pulse.p99Ms === null ? "–" : duration(pulse.p99Ms)) },
  { name: "waiting in mailboxes", href: "/functions", value: (pulse) => grouped(pulse.waiting) },
  { name: "messages of parked entities", href: "/failures", value: (pulse) => grouped(pulse.parkedMessages) },
  { name: "in flight", href: "/functions", value: (pulse) => grouped(pulse.inFlight) },
];

export function Rates({ pulse }: { pulse: Pulse | null }) {
  return (
    <ul className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4 wide:grid-cols-8" aria-label="Rates">
      {figures.map((figure) => (
        <li key={figure.name}>
          <Link href={figure.href} className="group block rounded">
            <span
              className={cn(
                "block font-mono text-[20px] leading-7 font-medium whitespace-nowrap",
                pulse !== null && figure.alarming?.(pulse) === true && "text-danger",
              )}
            >
              {pulse === null ? "–" : figure.value(pulse)}
            </span>
            <span className="block text-[12px] leading-4 text-quiet group-hover:text-text">{figure.name}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
