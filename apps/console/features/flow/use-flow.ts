/**
 * useFlow: the graph as the live stream, or the replay of the past, reports it, for a part of the page that shows it.
 */
"use client";
import { startTransition, useState } from "react";
import { useFlowHeard, useLiveFlow } from "../../live/use-live.ts";
import { FlowStore, type FlowSnapshot } from "./graph/flow-store.ts";

export function useFlow(): FlowSnapshot {
  useLiveFlow();
  const [store] = useState(() => new FlowStore());
  const [flow, setFlow] = useState(store.snapshot);
  // A transition is rendered in slices, and clicks and keys pass in between. The first graph of many types is the largest piece of work of
  // the page.
  useFlowHeard((heard) => {
    store.receive(heard, performance.now());
    startTransition(() => setFlow(store.snapshot()));
  });
  return flow;
}
