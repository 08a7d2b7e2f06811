/**
 * PastTail: the recorded rows around the moment, newest first, with a line at it, and how far the journal was read for them.
 */
"use client";
import { useEffect, useRef } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock } from "../../format/times.ts";
import { useAt } from "../../time/use-time.tsx";
import type { TailRow } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { cn } from "../../ui/cn.ts";
import type { PastShown } from "./past-flow-provider.tsx";
import { rowsAround } from "./rows-around.ts";
import { TailCells } from "./tail-panel.tsx";
import { useFlowMoreWords } from "../../words/flow-more/use-flow-more-words.ts";

const shownMax = 400;
const rowPx = 26;
/** How many rows after the moment stay in view above it. */
const rowsAfter = 4;

interface Props {
  past: PastShown;
  opened: number | null;
  onOpen: (row: TailRow) => void;
}

export function PastTail({ past, opened, onOpen }: Props) {
  const { past: words } = useFlowMoreWords();
  const atMs = useAt() ?? 0;
  const { records, error, fromMs, toMs } = past;
  const all = records?.rows ?? [];
  const { rows, first } = rowsAround(all, atMs, shownMax);
  const list = useRef<HTMLUListElement>(null);
  // The list scrolls to the moment, which people came for, and not to the newest row.
  useEffect(() => {
    // Chromium returns a promise here, which must not become the clean-up function.
    list.current?.scrollTo({ top: Math.max(0, first - rowsAfter) * rowPx });
  }, [first, atMs]);
  return (
    <section aria-label={words.label} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-[38px] shrink-0 items-center gap-3 border-b border-line px-4">
        <h2 className="font-semibold">{words.title}</h2>
        <span className="font-mono text-[12px] text-quiet">{words.span(clock(fromMs, false), clock(toMs, false))}</span>
        <span className="ml-auto font-mono text-[12px] text-quiet">
          {rows.length === all.length ? grouped(all.length) : words.of(grouped(rows.length), grouped(all.length))}
        </span>
      </div>
      {records === undefined ? (
        error === null || error === undefined ? (
          <Skeleton rows={6} label={words.reading} />
        ) : (
          <ErrorState inline error={error} what={words.label} />
        )
      ) : (
        <ul ref={list} className="min-h-0 flex-1 overflow-auto" tabIndex={0} aria-label={words.list}>
          {rows.map((row, index) => (
            <li
              key={row.sequence}
              aria-current={index === first ? "time" : undefined}
              className={cn(index === first && index > 0 && "shadow-[inset_0_1px_var(--caution)]")}
            >
              <button
                type="button"
                onClick={() => onOpen(row)}
                className={cn(
                  "flex h-[26px] w-full items-center gap-3 border-b border-line px-4 text-left font-mono text-[11.5px] hover:bg-hover",
                  row.sequence === opened && "bg-selected",
                  row.atMs > atMs && "opacity-60",
                )}
              >
                <TailCells row={row} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {records === undefined ? null : (
        <p className="shrink-0 border-t border-line px-4 py-1.5 text-[12px] text-quiet" data-testid="past-reach">
          {words.read(grouped(records.recordsRead))}
          {records.complete || records.readToMs === null ? words.all : words.upTo(clock(records.readToMs))}
          {records.looked.unclear === 0 ? (
            ""
          ) : (
            <>
              {words.unclear(grouped(records.looked.unclear))} (<span lang="en">{records.looked.unclearWhy ?? ""}</span>).{" "}
            </>
          )}
          {words.attempts}
        </p>
      )}
    </section>
  );
}
