/**
 * The tail of the current filter, and holding it: paused, or scrolled away from the newest row, the rows stand still while
 * new ones are counted. The buffer goes on filling, so that nothing is lost by looking.
 */
"use client";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useFrames, useLiveTail } from "../../live/use-live.ts";
import type { TailRow } from "../../trpc/views.ts";
import { toTailFilter, type FilterFields } from "./filter-text.ts";
import { usePastRows } from "./use-past-rows.ts";
import { TailBuffer, type TailSnapshot } from "./tail-buffer.ts";

export interface Tail {
  rows: readonly TailRow[];
  /** Came in since the rows stand still. */
  fresh: number;
  dropped: number;
  received: number;
}

export function useTail(fields: FilterFields, held: boolean): Tail {
  const [buffer] = useState(() => new TailBuffer());
  const { type, id, value, is, q } = fields;
  const filter = useMemo(() => toTailFilter({ type, id, value, is, q }), [type, id, value, is, q]);
  useLiveTail(filter);
  useFrames((frame) => {
    if (frame.tail !== null) buffer.push(frame.tail);
  });
  const [frozen, setFrozen] = useState<TailSnapshot | null>(null);
  useEffect(() => {
    buffer.clear();
    setFrozen((before) => (before === null ? null : buffer.snapshot()));
  }, [buffer, filter]);
  usePastRows(buffer, filter);
  useEffect(() => setFrozen(held ? buffer.snapshot() : null), [buffer, held]);
  const now = useSyncExternalStore(buffer.watch, buffer.snapshot, buffer.serverSnapshot);
  const shown = frozen ?? now;
  return { rows: shown.rows, fresh: now.received - shown.received, dropped: now.dropped, received: now.received };
}
