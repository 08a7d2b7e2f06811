/**
 * The tail of the current filter, and holding it: paused, or scrolled away from the newest row, the rows stand still while
 * new ones are counted. The buffer goes on filling, so that nothing is lost by looking. Rows of another filter (of another tab, or on
 * their way when this one was changed) never come in.
 */
"use client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { filterText, matchesRow, type RowFilter } from "@signalbox/gateway/shared";
import { useFrames, useLiveTail } from "../../live/use-live.ts";
import type { TailFrame, TailRow } from "../../trpc/views.ts";
import { usePastRows } from "./use-past-rows.ts";
import { TailBuffer, type TailSnapshot } from "./tail-buffer.ts";

export interface Tail {
  rows: readonly TailRow[];
  /** Came in since the rows stand still. */
  fresh: number;
  dropped: number;
  received: number;
}

export function useTail(filter: RowFilter, held: boolean): Tail {
  const [buffer] = useState(() => new TailBuffer());
  const text = filterText(filter);
  useLiveTail(text);
  useFrames((frame) => {
    const own = tailOf(frame.tails, text, filter);
    if (own !== undefined) buffer.push(own);
  });
  const [frozen, setFrozen] = useState<TailSnapshot | null>(null);
  useEffect(() => {
    buffer.clear();
    setFrozen((before) => (before === null ? null : buffer.snapshot()));
  }, [buffer, text]);
  usePastRows(buffer, text);
  useEffect(() => setFrozen(held ? buffer.snapshot() : null), [buffer, held]);
  const now = useSyncExternalStore(buffer.watch, buffer.snapshot, buffer.serverSnapshot);
  const shown = frozen ?? now;
  return { rows: shown.rows, fresh: now.received - shown.received, dropped: now.dropped, received: now.received };
}

/** The gateway applies the filter; the browser applies the same one again, so that no row is shown that does not match. */
export function tailOf(tails: readonly TailFrame[], text: string, filter: RowFilter): TailFrame | undefined {
  const own = tails.find((tail) => tail.filter === text);
  return own === undefined ? undefined : { ...own, rows: own.rows.filter((row) => matchesRow(filter, row)) };
}
