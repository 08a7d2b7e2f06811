/**
 * The stretch of time that the timeline and all charts share, and the kept numbers of it. All who ask the same share one query.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { RollupValueName } from "@signalbox/gateway/shared";
import { useSeconds } from "../live/use-seconds.ts";
import { useTRPC } from "../trpc/context.tsx";
import type { ReachView, RollupRangeView } from "../trpc/views.ts";
import { windowOf, type TimeWindow } from "./time-window.ts";
import { useAt, useCursor, useSpan } from "./use-time.tsx";
import { momentOf } from "./time-cursor.ts";

/** Nothing is asked more often, however short the bars are. */
const askMsMin = 10_000;
const reachMs = 60_000;

export function useReach(): ReachView | undefined {
  return useQuery({ ...useTRPC().past.reach.queryOptions({}), refetchInterval: reachMs, staleTime: reachMs }).data;
}

/** The window that is drawn: it follows the hand and the second. Null until the page runs in the browser. */
export function useWindow(): TimeWindow | null {
  const nowMs = useSeconds();
  const moment = momentOf(useCursor());
  const [span] = useSpan();
  const oldestMs = useReach()?.rollupsMs ?? null;
  return nowMs === 0 ? null : windowOf({ span, nowMs, atMs: moment, reachMs: oldestMs });
}

/** The window that is asked for, which stays the same for a while. */
export function useAskedWindow(): TimeWindow | null {
  const nowMs = useSeconds();
  const atMs = useAt();
  const [span] = useSpan();
  const oldestMs = useReach()?.rollupsMs ?? null;
  if (nowMs === 0) return null;
  const { stepMs } = windowOf({ span, nowMs, atMs, reachMs: oldestMs });
  const every = Math.max(stepMs, askMsMin);
  return windowOf({ span, nowMs: Math.floor(nowMs / every) * every, atMs, reachMs: oldestMs });
}

export interface RollupsAsked {
  readonly window: TimeWindow | null;
  readonly values: readonly RollupValueName[];
  /** Empty for everything, else type:… or endpoint:… */
  readonly of?: string;
}

export function useRollups({ window, values, of = "" }: RollupsAsked): RollupRangeView | undefined {
  const trpc = useTRPC();
  const asked = window ?? { fromMs: 0, toMs: 0, stepMs: 1_000 };
  const query = useQuery({
    ...trpc.rollups.range.queryOptions({ ...asked, of, values: values.join(",") }),
    enabled: window !== null,
    placeholderData: keepPreviousData,
    staleTime: askMsMin,
  });
  return query.data;
}
