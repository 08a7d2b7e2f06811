/**
 * TimeStrip: the status strip while the past is shown: the moment, how long ago, the way back, and the strip's numbers as they were then,
 * from the kept numbers.
 */
"use client";
import { grouped, rate } from "../format/numbers.ts";
import { clock, duration, exact, relative } from "../format/times.ts";
import { useSeconds } from "../live/use-seconds.ts";
import type { RollupRangeView } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import type { ShellWords } from "../words/shell/en.ts";
import { useShellWords } from "../words/shell/use-shell-words.ts";
import { useWords } from "../words/use-words.ts";
import { momentOf } from "./time-cursor.ts";
import { useAt, useCursor, useTimeStore } from "./use-time.tsx";
import { useRollups } from "./use-window.ts";

const values = ["admitted", "failures", "waiting", "parkedEntities", "epoch"] as const;
const overSeconds = 10;

export function TimeStrip() {
  const words = useShellWords();
  const { ages } = useWords();
  const store = useTimeStore();
  const moment = momentOf(useCursor());
  const atMs = useAt();
  const nowMs = useSeconds();
  const toMs = atMs === null ? 0 : Math.ceil((atMs + 1) / 1_000) * 1_000;
  const window = atMs === null ? null : { fromMs: toMs - overSeconds * 1_000, toMs, stepMs: 1_000 };
  const then = useRollups({ window, values });
  if (moment === null) return null;
  return (
    <div className="flex min-w-0 flex-1 items-center gap-4 self-stretch max-sm:gap-2">
      <div
        className="-ml-1 flex shrink-0 items-baseline gap-3 self-stretch bg-caution px-4 pt-[11px] font-mono text-[14px] font-semibold text-past-ink max-sm:px-2"
        title={exact(moment)}
        role="status"
        aria-label={words.past.shown}
      >
        {clock(moment, false)}
        <span className="text-[12px] font-medium max-sm:hidden">{nowMs === 0 ? "" : relative(moment, Math.max(nowMs, moment), ages)}</span>
      </div>
      <button
        type="button"
        onClick={() => store.act({ kind: "back" })}
        className="flex h-7 shrink-0 items-center gap-2 rounded border border-caution px-2.5 text-[12px] font-medium whitespace-nowrap hover:bg-hover"
      >
        {words.past.backToNow} <kbd className="rounded border border-line px-1 text-[11px] text-quiet max-sm:hidden">Esc</kbd>
      </button>
      <div className="flex min-w-0 items-center gap-4 overflow-hidden max-room:hidden" aria-label={words.past.summaryThen} role="group">
        {readingsOf(then, words).map(({ word, text, tone }) => (
          <span key={word} className="flex items-baseline gap-1.5 whitespace-nowrap">
            <span className="text-[12px] text-quiet">{word}</span>
            <span className={cn("font-mono text-[12px] font-medium", tone)}>{text}</span>
          </span>
        ))}
      </div>
    </div>
  );
}

interface ThenReading {
  word: string;
  text: string;
  tone?: string;
}

function readingsOf(then: RollupRangeView | undefined, { readings, past }: ShellWords): ThenReading[] {
  if (then === undefined) return [];
  const column = (name: (typeof values)[number]): readonly (number | null)[] => then.values[name] ?? [];
  const sum = (name: (typeof values)[number]): number | null => {
    const known = column(name).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((all, value) => all + value, 0) / known.length;
  };
  const last = (name: (typeof values)[number]): number | null => column(name).findLast((value) => value !== null) ?? null;
  const admitted = sum("admitted");
  if (admitted === null) return [{ word: "", text: past.unknown }];
  const waiting = last("waiting");
  const parked = last("parkedEntities");
  const failures = sum("failures") ?? 0;
  return [
    { word: readings.epoch.word, text: said(last("epoch")) },
    { word: readings.in.word, text: rate(admitted) },
    { word: readings.p99.word, text: then.overall.p99Ms === null ? "–" : duration(then.overall.p99Ms) },
    { word: readings.waiting.word, text: said(waiting), ...((waiting ?? 0) >= 1_000 ? { tone: "text-caution" } : {}) },
    { word: readings.parked.word, text: said(parked), ...((parked ?? 0) > 0 ? { tone: "text-danger" } : {}) },
    ...(failures > 0 ? [{ word: past.failing, text: rate(failures), tone: "text-danger" }] : []),
  ];
}

function said(value: number | null): string {
  return value === null || value === 0 ? (value === 0 ? "0" : "–") : grouped(value);
}
