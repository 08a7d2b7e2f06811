/**
 * useGuide: which of the first steps are done, each read from what exists: registered functions, a trace, a trace that was opened.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/context.tsx";
import { useGuideStage } from "./guide-progress.ts";

const LOOK_MS = 2_000;
const LOOKED_AT = 20;

export interface Guide {
  readonly registered: boolean;
  readonly sent: boolean;
  readonly seen: boolean;
  readonly done: number;
  /** The newest trace, preferably one of several hops. */
  readonly trace: number | null;
}

export const GUIDE_STEPS = 3;

export function useGuide(): Guide {
  const trpc = useTRPC();
  const seen = useGuideStage() === "trace-seen";
  // Only newcomers ask repeatedly, until there is something.
  const types = useQuery(
    trpc.functions.types.queryOptions(undefined, { refetchInterval: ({ state }) => (state.data?.length ? false : LOOK_MS) }),
  );
  const endpoints = useQuery(trpc.functions.endpoints.queryOptions());
  const traces = useQuery(
    trpc.traces.list.queryOptions(
      { limit: LOOKED_AT },
      { refetchInterval: ({ state }) => (state.data?.items.some(({ hops }) => hops > 1) ? false : LOOK_MS) },
    ),
  );
  const found = traces.data?.items ?? [];
  // A trace with several hops has more to show.
  const trace = (found.find(({ hops, status }) => hops > 1 && status === "completed") ?? found[0])?.trace ?? null;
  const registered = (types.data?.length ?? 0) + (endpoints.data?.length ?? 0) > 0;
  const sent = trace !== null;
  return { registered, sent, seen, done: [registered, sent, seen].filter(Boolean).length, trace };
}
