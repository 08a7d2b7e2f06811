/**
 * useGuide: which of the first steps are done, each read from what exists: registered functions, a trace, a trace that was opened. Where the
 * runtime keeps no traces there are two steps, and a function that ran says that something was sent.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useMissing, type Missing } from "../../capability/use-missing.ts";
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
  readonly steps: number;
  /** Why there are no traces here; null where there are. */
  readonly noTraces: Missing | null;
}

export function useGuide(): Guide {
  const trpc = useTRPC();
  const noTraces = useMissing("journal");
  const seen = useGuideStage() === "trace-seen";
  // Only newcomers ask repeatedly, until there is something.
  const types = useQuery(
    trpc.functions.types.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.length && noTraces === null ? false : LOOK_MS),
    }),
  );
  const endpoints = useQuery(trpc.functions.endpoints.queryOptions());
  const traces = useQuery(
    trpc.traces.list.queryOptions(
      { limit: LOOKED_AT },
      {
        enabled: noTraces === null,
        refetchInterval: ({ state }) => (state.data?.items.some(({ hops }) => hops > 1) ? false : LOOK_MS),
      },
    ),
  );
  const found = traces.data?.items ?? [];
  // A trace with several hops has more to show.
  const trace = (found.find(({ hops, status }) => hops > 1 && status === "completed") ?? found[0])?.trace ?? null;
  const registered = (types.data?.length ?? 0) + (endpoints.data?.length ?? 0) > 0;
  // The states of a function are learned by calling it.
  const hasRun = (types.data ?? []).some(({ ratePerSecond, states }) => ratePerSecond > 0 || states.length > 0);
  const steps = noTraces === null ? [registered, trace !== null, seen] : [registered, hasRun];
  const sent = noTraces === null ? trace !== null : hasRun;
  return { registered, sent, seen, done: steps.filter(Boolean).length, trace, steps: steps.length, noTraces };
}
