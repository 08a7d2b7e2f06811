/**
 * How components use the live stream: read the status summary, the timeline and the connection; declare what the page needs; listen to
 * frames. Declaring is enough: the one stream of the browser is reopened with the union of what is declared.
 */
"use client";
import { use, useEffect, useRef, useSyncExternalStore } from "react";
import type { AddressView, LiveFrame, StatusSummary, TimelineBucket } from "../trpc/views.ts";
import { FlowSourceContext } from "./flow-source.ts";
import { LiveContext } from "./live-provider.tsx";
import type { Connection, FlowHeard, LiveStore } from "./live-store.ts";

export function useLiveStore(): LiveStore {
  const store = use(LiveContext);
  if (store === null) throw new Error("useLive outside of LiveProvider: wrap the page in shell/providers.tsx");
  return store;
}

/** The engine's status summary; null until the first frame. */
export function useStatusSummary(): StatusSummary | null {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.watch,
    () => store.snapshot().summary,
    () => null,
  );
}

/** One part of the status summary: the component renders again only when that part changes. */
export function useStatusSummaryValue<Value extends string | number | boolean | null>(
  pick: (summary: StatusSummary) => Value,
): Value | null {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.watch,
    () => {
      const { summary } = store.snapshot();
      return summary === null ? null : pick(summary);
    },
    () => null,
  );
}

export function useTimeline(): readonly TimelineBucket[] {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.watch,
    () => store.snapshot().timeline,
    () => store.serverSnapshot().timeline,
  );
}

export function useConnection(): Connection {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.watch,
    () => store.snapshot().connection,
    () => store.serverSnapshot().connection,
  );
}

/** Calls the listener with every frame, in order. The listener may change between renders. */
export function useFrames(listener: (frame: LiveFrame) => void): void {
  const store = useLiveStore();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => store.onFrame((frame) => latest.current(frame)), [store]);
}

/** Asks for flow frames while the component is shown. */
export function useLiveFlow(wanted = true): void {
  const store = useLiveStore();
  useEffect(() => (wanted ? store.declare({ flow: true }) : undefined), [store, wanted]);
}

/** Gives the graph and the dots of every frame, while useLiveFlow asks for them, or those of a replay inside one. */
export function useFlowHeard(listener: (heard: FlowHeard) => void): void {
  const live = useLiveStore();
  const store = use(FlowSourceContext) ?? live;
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => store.onFlow((heard) => latest.current(heard)), [store]);
}

/** Asks for tail rows that match the filter. */
export function useLiveTail(filter: string): void {
  const store = useLiveStore();
  useEffect(() => store.declare({ tails: [filter] }), [store, filter]);
}

/** Asks for changes of this entity; its queries are then refetched automatically. */
export function useLiveEntity(address: AddressView | null): void {
  const store = useLiveStore();
  const type = address?.type;
  const id = address?.id;
  useEffect(() => (type === undefined || id === undefined ? undefined : store.declare({ entities: [{ type, id }] })), [store, type, id]);
}
