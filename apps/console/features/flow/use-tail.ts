/**
 * The tail of the current filter, and holding it: while it is paused, or scrolled away from the newest row, the rows stay and new ones are
 * counted. The buffer continues to fill, so that nothing is lost by looking. Rows of another filter (of another tab, or on their way when
 * this one was changed) never come in, because each carries the text of its filter.
 */
"use client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useConnection, useFrames, useLiveTail } from "../../live/use-live.ts";
import type { TailRow } from "../../trpc/views.ts";
import { usePastRows } from "./use-past-rows.ts";
import { TailBuffer, type TailSnapshot } from "./tail-buffer.ts";

export interface Tail {
  rows: readonly TailRow[];
  /** Rows that came since the rows stay. */
  fresh: number;
  dropped: number;
  /** Rows for which the filter could not be decided. */
  unclear: number;
  received: number;
}

/** `text` is the filter. */
export function useTail(text: string, held: boolean): Tail {
  const [buffer] = useState(() => new TailBuffer());
  useLiveTail(text);
  const isLive = useConnection().kind === "live";
  const [carried, setCarried] = useState<string | null>(null);
  useFrames((frame) => {
    const own = frame.tails.find((tail) => tail.filter === text);
    if (own === undefined) return;
    buffer.push(own);
    if (carried !== text) setCarried(text);
  });
  useEffect(() => {
    if (!isLive) setCarried(null);
  }, [isLive]);
  const [frozen, setFrozen] = useState<TailSnapshot | null>(null);
  useEffect(() => {
    buffer.clear();
    setFrozen((before) => (before === null ? null : buffer.snapshot()));
  }, [buffer, text]);
  usePastRows(buffer, text, carried === text);
  useEffect(() => setFrozen(held ? buffer.snapshot() : null), [buffer, held]);
  const now = useSyncExternalStore(buffer.watch, buffer.snapshot, buffer.serverSnapshot);
  const shown = frozen ?? now;
  return { rows: shown.rows, fresh: now.received - shown.received, dropped: now.dropped, unclear: now.unclear, received: now.received };
}
