/**
 * Owns the tab's live store and its connection, and turns "changed" into refetches. Sits once, above every page.
 */
"use client";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useEffect, useState, type ReactNode } from "react";
import type { Client } from "../trpc/client.ts";
import { invalidateChanged, type Change } from "./invalidate.ts";
import { openLiveConnection } from "./live-connection.ts";
import { LiveStore } from "./live-store.ts";

/** Many changes within this time are one round of refetches. */
const REFETCH_EVERY_MS = 600;

export const LiveContext = createContext<LiveStore | null>(null);

export function LiveProvider({ client, children }: { client: Client; children: ReactNode }) {
  const [store] = useState(() => new LiveStore());
  const queryClient = useQueryClient();

  useEffect(() => {
    let wasOffline = false;
    const pending = new Set<Change>();
    let flushing: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      flushing = undefined;
      invalidateChanged(queryClient, [...pending]);
      pending.clear();
    };
    const stopListening = store.onFrame((frame) => {
      for (const change of frame.changed) pending.add(change);
      if (pending.size > 0) flushing ??= setTimeout(flush, REFETCH_EVERY_MS);
    });
    // After a gap nobody knows what changed: everything shown is asked again.
    const stopWatching = store.watch(() => {
      const { kind } = store.snapshot().connection;
      if (kind === "offline") wasOffline = true;
      if (kind === "live" && wasOffline) {
        wasOffline = false;
        void queryClient.invalidateQueries();
      }
    });
    const close = openLiveConnection(client, store);
    return () => {
      close();
      stopWatching();
      stopListening();
      clearTimeout(flushing);
    };
  }, [client, queryClient, store]);

  return <LiveContext value={store}>{children}</LiveContext>;
}
