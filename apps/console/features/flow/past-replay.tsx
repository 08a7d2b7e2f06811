/**
 * PastReplay: reads the flow around a moment of the past, plays it, and passes it to the component that draws it. It makes one bounded read
 * for each moment. Neighbour: past-flow.ts keeps what is drawn.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLiveStore } from "../../live/use-live.ts";
import { useCursor, useTimeStore } from "../../time/use-time.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { PastFlow } from "./past-flow.ts";
import type { Replayed } from "./past-flow-provider.tsx";

const recordsMax = 1_000;
const recordsWhilePlayingMax = 300;
const tickMs = 100;

interface Props {
  fromMs: number;
  toMs: number;
  filter: string;
  /** Null when it is over. */
  onReplayed: (replayed: Replayed | null) => void;
}

export function PastReplay({ fromMs, toMs, filter, onReplayed }: Props): null {
  const live = useLiveStore();
  const time = useTimeStore();
  const playing = useCursor().kind === "playing";
  const [flow] = useState(() => new PastFlow());
  const query = useQuery({
    ...useTRPC().past.records.queryOptions({
      fromMs,
      toMs,
      order: "oldest",
      limit: playing ? recordsWhilePlayingMax : recordsMax,
      filter,
    }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => live.onFlow(({ graph }) => (graph === null ? undefined : flow.now(graph))), [live, flow]);
  useEffect(() => {
    if (query.data !== undefined && !query.isPlaceholderData) flow.show({ fromMs, toMs }, query.data);
  }, [flow, query.data, query.isPlaceholderData, fromMs, toMs]);
  useEffect(() => {
    let before = performance.now();
    const timer = setInterval(() => {
      const nowMs = performance.now();
      const { cursor } = time.snapshot();
      flow.pass(nowMs - before, cursor.kind === "playing" ? cursor.atMs : undefined);
      before = nowMs;
    }, tickMs);
    return () => clearInterval(timer);
  }, [flow, time]);
  const { data, error } = query;
  useEffect(() => onReplayed({ flow, records: data, error }), [flow, data, error, onReplayed]);
  useEffect(() => () => onReplayed(null), [onReplayed]);
  return null;
}
