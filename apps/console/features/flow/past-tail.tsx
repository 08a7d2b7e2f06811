/** PastTail: the recorded rows around the moment, newest first, with a line at it, and how far the journal was read for them. */
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

const shownMax = 400;
const rowPx = 26;
/** Rows of what came after the moment that stay in view above it. */
const rowsAfter = 4;

interface Props {
  past: PastShown;
  opened: number | null;
  onOpen: (row: TailRow) => void;
}

export function PastTail({ past, opened, onOpen }: Props) {
  const atMs = useAt() ?? 0;
  const { records, error, fromMs, toMs } = past;
  const all = records?.rows ?? [];
  const { rows, first } = rowsAround(all, atMs, shownMax);
  const list = useRef<HTMLUListElement>(null);
  // The moment is what people came for; what was newest at the end of these seconds is not.
  useEffect(() => {
    // Chromium answers with a promise, which is nothing to clean up with.
    list.current?.scrollTo({ top: Math.max(0, first - rowsAfter) * rowPx });
  }, [first, atMs]);
  return (
    <section aria-label="Records of then" className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-[38px] shrink-0 items-center gap-3 border-b border-line px-4">
        <h2 className="font-semibold">Then</h2>
        <span className="font-mono text-[12px] text-quiet">
          {clock(fromMs, false)} to {clock(toMs, false)}
        </span>
        <span className="ml-auto font-mono text-[12px] text-quiet">
          {rows.length === all.length ? grouped(all.length) : `${grouped(rows.length)} of ${grouped(all.length)}`}
        </span>
      </div>
      {records === undefined ? (
        error === null || error === undefined ? (
          <Skeleton rows={6} label="Reading the journal" />
        ) : (
          <ErrorState inline error={error} what="The records of then" />
        )
      ) : (
        <ul ref={list} className="min-h-0 flex-1 overflow-auto" tabIndex={0} aria-label="Rows of then, newest first">
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
          {grouped(records.recordsRead)} records read
          {records.complete || records.readToMs === null
            ? ", all of these 20 s that the journal has."
            : `, up to ${clock(records.readToMs)}: more lie behind it.`}{" "}
          {records.looked.unclear === 0
            ? ""
            : `Of ${grouped(records.looked.unclear)} the filter could not tell (${records.looked.unclearWhy ?? ""}). `}
          Attempts that failed leave a count and no record.
        </p>
      )}
    </section>
  );
}
