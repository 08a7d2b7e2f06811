/**
 * The live tail: newest row first, and only the rows in view are in the page. Pausing or scrolling down keeps the rows where they are and
 * counts what comes; "N new" returns to now. Arrows move, Enter opens.
 */
"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { compact, grouped } from "../../format/numbers.ts";
import { nameOf } from "../../format/texts.ts";
import { clock, duration, exact } from "../../format/times.ts";
import { useConnection } from "../../live/use-live.ts";
import type { TailRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { TAIL_ROWS_MAX } from "./tail-buffer.ts";
import { useTail } from "./use-tail.ts";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";

const ROW_HEIGHT_PX = 26;
const PAGE_ROWS = 12;

export interface TailPanelProps {
  /** The filter's text. */
  filter: string;
  paused: boolean;
  onPause: (paused: boolean) => void;
  onClear: () => void;
  opened: number | null;
  onOpen: (row: TailRow) => void;
}

export function TailPanel({ filter, paused, onPause, onClear, opened, onOpen }: TailPanelProps) {
  const { rows: words, tail } = useFlowWords();
  const [away, setAway] = useState(false);
  const { rows, fresh, dropped, unclear, received } = useTail(filter, paused || away);
  const scroller = useRef<HTMLDivElement>(null);
  const offline = useConnection().kind === "offline";
  const toNow = (): void => {
    scroller.current?.scrollTo({ top: 0 });
    setAway(false);
    onPause(false);
  };
  const state = offline ? "standing still" : paused ? "paused" : away ? "held" : "live";
  return (
    <section aria-label={tail} className="flex min-h-0 flex-1 flex-col bg-panel">
      <header className="flex h-10 shrink-0 items-center gap-2.5 border-b border-line pr-2 pl-4">
        <h2 className="font-semibold">{tail}</h2>
        <span
          className={cn("rounded-[3px] border border-line px-1.5 font-mono text-[11px]", state === "live" ? "text-clear" : "text-caution")}
        >
          {words.is[state]}
        </span>
        {dropped === 0 ? null : (
          <span className="font-mono text-[11px] text-quiet" title={words.leftOutAbout}>
            {words.leftOut(compact(dropped))}
          </span>
        )}
        {unclear === 0 ? null : (
          <span className="font-mono text-[11px] text-caution" title={words.unclearAbout}>
            {words.unclear(compact(unclear))}
          </span>
        )}
        {fresh > 0 ? (
          <Button size="small" tone="link" className="ml-auto font-mono text-[12px]" onClick={toNow}>
            {words.fresh(grouped(fresh))}
          </Button>
        ) : (
          <span className="ml-auto pr-1 font-mono text-[11px] text-quiet">
            {received > TAIL_ROWS_MAX ? words.last(grouped(TAIL_ROWS_MAX)) : grouped(rows.length)}
          </span>
        )}
      </header>
      <TailList label={words.label} rows={rows} scroller={scroller} onAway={setAway} opened={opened} onOpen={onOpen} />
      {rows.length === 0 ? <NoRows filtered={filter !== ""} fresh={fresh} offline={offline} onClear={onClear} /> : null}
    </section>
  );
}

function NoRows({ filtered, fresh, offline, onClear }: { filtered: boolean; fresh: number; offline: boolean; onClear: () => void }) {
  const { rows: words } = useFlowWords();
  if (offline) return <p className="absolute inset-x-0 top-10 px-4 py-6 text-quiet">{words.offline}</p>;
  return (
    <div className="flex flex-1 flex-col items-start gap-2 px-4 py-6 text-quiet">
      <p>{fresh > 0 ? words.still : filtered ? words.noneFits : words.none}</p>
      {filtered && fresh === 0 ? (
        <Button size="small" onClick={onClear}>
          {words.clear}
        </Button>
      ) : null}
    </div>
  );
}

interface TailListProps {
  label: string;
  rows: readonly TailRow[];
  scroller: { current: HTMLDivElement | null };
  onAway: (away: boolean) => void;
  opened: number | null;
  onOpen: (row: TailRow) => void;
}

function TailList({ label, rows, scroller, onAway, opened, onOpen }: TailListProps) {
  const id = useId();
  const [cursor, setCursor] = useState<number | null>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 8,
  });
  const at = cursor === null ? -1 : rows.findIndex((row) => row.sequence === cursor);
  useEffect(() => {
    if (cursor !== null && at >= 0 && document.activeElement === scroller.current) virtualizer.scrollToIndex(at);
  }, [cursor, at, virtualizer, scroller]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + PAGE_ROWS,
      PageUp: at - PAGE_ROWS,
    };
    const step = steps[event.key];
    const row = rows[at];
    if (step !== undefined) {
      const next = rows[Math.max(0, Math.min(rows.length - 1, step))];
      if (next === undefined) return;
      event.preventDefault();
      onAway(true);
      setCursor(next.sequence);
    } else if (event.key === "Enter" && row !== undefined) {
      event.preventDefault();
      onOpen(row);
    }
  };
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={at >= 0 ? `${id}-${rows[at]?.sequence}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => onAway(event.currentTarget.scrollTop > ROW_HEIGHT_PX / 2)}
      className={cn("min-h-0 overflow-auto focus-visible:-outline-offset-2", rows.length === 0 ? "" : "flex-1")}
    >
      <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <TailLine
              key={row.sequence}
              id={`${id}-${row.sequence}`}
              row={row}
              topPx={item.start}
              opened={row.sequence === opened}
              atCursor={row.sequence === cursor}
              onOpen={() => {
                setCursor(row.sequence);
                onOpen(row);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

interface TailLineProps {
  id: string;
  row: TailRow;
  topPx: number;
  opened: boolean;
  atCursor: boolean;
  onOpen: () => void;
}

function TailLine({ id, row, topPx, opened, atCursor, onOpen }: TailLineProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={opened}
      onClick={onOpen}
      title={`${exact(row.atMs)}\n${row.preview}`}
      style={{ transform: `translateY(${topPx}px)` }}
      className={cn(
        "absolute inset-x-0 top-0 flex h-[26px] cursor-default items-center gap-3 border-b border-line px-4 font-mono text-[11.5px]",
        opened ? "bg-selected" : atCursor ? "bg-hover" : "hover:bg-hover",
      )}
    >
      <TailCells row={row} />
    </div>
  );
}

/** The cells of a row, live or of the past. */
export function TailCells({ row }: { row: TailRow }) {
  return (
    <>
      <span className="w-[58px] shrink-0 text-quiet">{clock(row.atMs, false)}</span>
      <span className="flex min-w-0 flex-1">
        <span className="max-w-[60%] shrink-0 truncate text-quiet">{row.address.type}/</span>
        <MiddleCut text={row.address.id} className="min-w-0 font-semibold" />
      </span>
      <span className="max-w-[104px] shrink-0 truncate text-quiet">
        {nameOf(row.valueType)}
        {row.messages > 1 ? ` ×${row.messages}` : ""}
      </span>
      <span className="flex min-w-[54px] shrink-0 justify-end">
        <Outcome row={row} />
      </span>
    </>
  );
}

function Outcome({ row }: { row: TailRow }) {
  const { rows: words } = useFlowWords();
  switch (row.status) {
    case "completed":
      return <>{duration(row.durationMs)}</>;
    case "failed":
      return <StatusWord tone="caution">{words.attempt(row.attempt)}</StatusWord>;
    case "parked":
      return <StatusWord tone="danger">{words.parked}</StatusWord>;
    case "act":
      return <StatusWord tone="message">{row.word}</StatusWord>;
  }
}
