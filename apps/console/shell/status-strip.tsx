/**
 * The strip on top of every page: the lamp and the engine's pulse in seven numbers, each a link to what stands behind it.
 */
"use client";
import Link from "next/link";
import { Search } from "lucide-react";
import { grouped, rate } from "../format/numbers.ts";
import { duration } from "../format/times.ts";
import { useConnection, usePulse } from "../live/use-live.ts";
import type { Pulse } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import { Lamp } from "./lamp.tsx";

interface Reading {
  word: string;
  href: string;
  explains: string;
  value: (pulse: Pulse) => string;
  after?: string;
  tone?: (pulse: Pulse) => "caution" | "danger" | null;
  /** On narrow screens only what may need a person stays. */
  narrow?: boolean;
}

const readings: readonly Reading[] = [
  { word: "epoch", href: "/traces", explains: "The last atomic commit of the engine", value: (pulse) => grouped(pulse.epoch) },
  { word: "in", href: "/flow", explains: "Messages accepted a second", value: (pulse) => rate(pulse.inPerSecond), narrow: true },
  {
    word: "p99",
    href: "/functions",
    explains: "99 of 100 invocations of the last 10 s took at most this",
    value: (pulse) => (pulse.p99Ms === null ? "–" : duration(pulse.p99Ms)),
  },
  {
    word: "waiting",
    href: "/functions",
    explains: "Messages in mailboxes",
    value: (pulse) => grouped(pulse.waiting),
    narrow: true,
    tone: (pulse) => (pulse.waiting >= 1_000 ? "caution" : null),
  },
  {
    word: "parked",
    href: "/failures",
    explains: "Entities that wait for a person",
    value: (pulse) => grouped(pulse.parked),
    narrow: true,
    tone: (pulse) => (pulse.parked > 0 ? "danger" : null),
  },
  {
    word: "durable",
    href: "/savepoints",
    explains: "Since the last epoch was synced to disk",
    value: (pulse) => duration(pulse.durableAgoMs),
    after: "ago",
  },
];

const tones = { caution: "text-caution", danger: "text-danger" } as const;

export function StatusStrip({ onSearch }: { onSearch: () => void }) {
  const pulse = usePulse();
  const offline = useConnection().kind === "offline";
  return (
    <header className="z-20 col-span-full flex h-11 items-center gap-4 border-b border-line bg-panel pr-3 pl-4">
      <Link href="/" className="flex shrink-0 items-center rounded room:w-[168px]" title="Overview">
        <Lamp />
      </Link>
      <nav aria-label="Pulse" className={cn("flex min-w-0 flex-1 items-center gap-4 overflow-hidden room:gap-5", offline && "opacity-70")}>
        {readings.map((reading) => (
          <ReadingLink key={reading.word} reading={reading} pulse={pulse} />
        ))}
      </nav>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K"
        className="flex h-7 shrink-0 items-center gap-2 rounded border border-line bg-ground px-2 text-[12px] text-quiet hover:border-line-strong hover:text-text room:w-56"
      >
        <Search aria-hidden="true" className="size-3.5 room:hidden" />
        <span className="sr-only room:not-sr-only">Go to a type, id, trace…</span>
        <kbd className="ml-auto hidden text-[11px] room:inline" aria-hidden="true">
          ctrl K
        </kbd>
      </button>
    </header>
  );
}

function ReadingLink({ reading, pulse }: { reading: Reading; pulse: Pulse | null }) {
  const tone = pulse === null ? null : (reading.tone?.(pulse) ?? null);
  const shown = pulse === null ? "–" : reading.value(pulse);
  return (
    <Link
      href={reading.href}
      title={reading.explains}
      className={cn(
        "group items-baseline gap-1.5 whitespace-nowrap",
        reading.narrow === true ? "flex" : "hidden room:flex",
        reading.word === "epoch" && "room:hidden wide:flex",
      )}
    >
      <span className="text-[12px] text-quiet group-hover:text-text">{reading.word}</span>
      <span className={cn("font-mono text-[12px] font-medium", tone !== null && tones[tone])}>
        {shown}
        {reading.after === undefined ? null : <span className="font-sans text-quiet"> {reading.after}</span>}
      </span>
    </Link>
  );
}
