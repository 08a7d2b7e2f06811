/**
 * The strip on top of every page: the status indicator and the engine's status summary in seven numbers, each a link to its details.
 */
"use client";
import { Link } from "../ui/link.tsx";
import { Search } from "lucide-react";
import { compact } from "../format/numbers.ts";
import { useConnection, useStatusSummary } from "../live/use-live.ts";
import type { StatusSummary } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import { TimeStrip } from "../time/time-strip.tsx";
import { useCursor } from "../time/use-time.tsx";
import { useWords } from "../words/use-words.ts";
import { StatusIndicator } from "./status-indicator.tsx";
import { useShellWords } from "../words/shell/use-shell-words.ts";
import { readings, type SummaryReading } from "./readings.ts";

interface StripReading {
  reading: SummaryReading;
  href: string;
  /** Whether it shows how long ago. */
  ago?: boolean;
  /** The shorter text, where there is no room for more digits. */
  short?: (summary: StatusSummary) => string;
  tone?: (summary: StatusSummary) => "caution" | "danger" | null;
  /** Set when it changes every second: it has room for all its digits, so that what follows does not move. */
  changes?: boolean;
  /** Set for what may need a person, which alone stays on narrow screens. */
  narrow?: boolean;
}

const strip: readonly StripReading[] = [
  { reading: "epoch", href: "/traces" },
  { reading: "in", href: "/flow", narrow: true },
  { reading: "p99", href: "/functions", changes: true },
  {
    reading: "waiting",
    href: "/functions",
    narrow: true,
    short: (summary) => compact(summary.waiting),
    tone: (summary) => (summary.waiting >= 1_000 ? "caution" : null),
  },
  {
    reading: "parked",
    href: "/failures",
    narrow: true,
    short: (summary) => compact(summary.parked),
    tone: (summary) => (summary.parked > 0 ? "danger" : null),
  },
  { reading: "durable", href: "/savepoints", ago: true },
];

const tones = { caution: "text-caution", danger: "text-danger" } as const;

export function StatusStrip({ onSearch }: { onSearch: () => void }) {
  const summary = useStatusSummary();
  const offline = useConnection().kind === "offline";
  const past = useCursor().kind !== "live";
  const { frame: words, navigation: names } = useWords();
  return (
    <header
      className={cn(
        "z-20 col-span-full flex h-11 items-center gap-4 border-b pr-3 pl-4",
        past ? "border-caution bg-past" : "border-line bg-panel",
      )}
    >
      <Link href="/" className="flex shrink-0 items-center rounded room:w-[168px]" title={names.overview.name}>
        <StatusIndicator />
      </Link>
      {past ? (
        <TimeStrip />
      ) : (
        <nav
          aria-label={words.summary}
          className={cn("flex min-w-0 flex-1 items-center gap-3 overflow-hidden sm:gap-4 room:gap-5", offline && "opacity-70")}
        >
          {strip.map((shown) => (
            <ReadingLink key={shown.reading} strip={shown} summary={summary} />
          ))}
        </nav>
      )}
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K"
        className="flex h-7 shrink-0 items-center gap-2 rounded border border-line bg-ground px-2 text-[12px] text-quiet hover:border-line-strong hover:text-text room:w-56"
      >
        <Search aria-hidden="true" className="size-3.5 room:hidden" />
        <span className="sr-only room:not-sr-only">{words.search}</span>
        <kbd className="ml-auto hidden text-[11px] room:inline" aria-hidden="true">
          ctrl K
        </kbd>
      </button>
    </header>
  );
}

function ReadingLink({ strip, summary }: { strip: StripReading; summary: StatusSummary | null }) {
  const { reading } = strip;
  const { frame: words } = useWords();
  const { word, explains } = useShellWords().readings[reading];
  const tone = summary === null ? null : (strip.tone?.(summary) ?? null);
  const shown = summary === null ? "–" : readings[reading](summary);
  const short = summary === null ? null : (strip.short?.(summary) ?? null);
  return (
    <Link
      href={strip.href}
      title={explains}
      className={cn(
        // Side by side there would be room for only one digit on a phone.
        "group items-baseline gap-1.5 whitespace-nowrap max-sm:flex-col max-sm:items-start max-sm:gap-0 max-sm:leading-4",
        strip.narrow === true ? "flex" : "hidden room:flex",
        reading === "epoch" && "room:hidden wide:flex",
      )}
    >
      <span className="text-[12px] text-quiet group-hover:text-text">{word}</span>
      <span className={cn("font-mono text-[12px] font-medium", strip.changes === true && "wide:min-w-[6ch]", tone !== null && tones[tone])}>
        {short === null ? (
          shown
        ) : (
          <>
            <span className="max-sm:hidden">{shown}</span>
            <span className="sm:hidden">{short}</span>
          </>
        )}
        {strip.ago === true ? <span className="font-sans text-quiet"> {words.ago}</span> : null}
      </span>
    </Link>
  );
}
