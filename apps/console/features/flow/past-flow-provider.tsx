/** PastFlowProvider: while a moment of the past is shown, the graph below it draws what the journal recorded around it. One bounded read a moment. */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import { FlowSourceContext } from "../../live/flow-source.ts";
import { useLiveStore } from "../../live/use-live.ts";
import { useTimeStore, useAt, useCursor } from "../../time/use-time.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { PastRecordsView } from "../../trpc/views.ts";
import { PastFlow } from "./past-flow.ts";

const aroundMs = 10_000;
const recordsMax = 1_000;
const recordsWhilePlayingMax = 300;
const tickMs = 100;

export interface PastShown {
  readonly fromMs: number;
  readonly toMs: number;
  readonly records: PastRecordsView | undefined;
  readonly error: unknown;
}

const PastShownContext = createContext<PastShown | null>(null);

/** Null: now is shown. */
export function usePastShown(): PastShown | null {
  return use(PastShownContext);
}

/** `filter`: of the rows of then. */
export function PastFlowProvider({ filter, children }: { filter: string; children: ReactNode }) {
  const atMs = useAt();
  return atMs === null ? (
    children
  ) : (
    <Replay atMs={atMs} filter={filter}>
      {children}
    </Replay>
  );
}

function Replay({ atMs, filter, children }: { atMs: number; filter: string; children: ReactNode }) {
  const live = useLiveStore();
  const time = useTimeStore();
  const playing = useCursor().kind === "playing";
  const [flow] = useState(() => new PastFlow());
  const { fromMs, toMs } = { fromMs: atMs - aroundMs, toMs: atMs + aroundMs };
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
  const shown = useMemo(() => ({ fromMs, toMs, records: data, error }), [fromMs, toMs, data, error]);
  return (
    <FlowSourceContext value={flow}>
      <PastShownContext value={shown}>{children}</PastShownContext>
    </FlowSourceContext>
  );
}
