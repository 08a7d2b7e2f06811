/**
 * How components read the time cursor: `useAt` is the moment that a page asks with (null for now), `useCursor` follows the hand. There is
 * one store a tab.
 * Neighbours: time-store.ts, time-url.tsx.
 */
"use client";
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Span, TimeCursor } from "./time-cursor.ts";
import { wantsLessMotion } from "../ui/use-reduced-motion.ts";
import { TimeStore } from "./time-store.ts";

const TimeContext = createContext<TimeStore | null>(null);
/** Without a shell, as in a test of one button, it is always now. */
const alwaysNow = new TimeStore();

export function TimeProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => new TimeStore({ isStill: wantsLessMotion }));
  useEffect(() => () => store.end(), [store]);
  return <TimeContext value={store}>{children}</TimeContext>;
}

export function useTimeStore(): TimeStore {
  return use(TimeContext) ?? alwaysNow;
}

/** In milliseconds; null for now. */
export function useAt(): number | null {
  const store = useTimeStore();
  return useSyncExternalStore(
    store.watch,
    () => store.snapshot().settledMs,
    () => store.serverSnapshot().settledMs,
  );
}

export function useCursor(): TimeCursor {
  const store = useTimeStore();
  return useSyncExternalStore(
    store.watch,
    () => store.snapshot().cursor,
    () => store.serverSnapshot().cursor,
  );
}

export function useSpan(): [Span, (span: Span) => void] {
  const store = useTimeStore();
  const span = useSyncExternalStore(
    store.watch,
    () => store.snapshot().span,
    () => store.serverSnapshot().span,
  );
  return [span, (next) => store.span(next)];
}
