/**
 * Owns the tab's live store and its end of the live stream, and turns "changed" into refetches. It is mounted once, above every page.
 */
"use client";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useEffect, useState, type ReactNode } from "react";
import { invalidateChanged, type Change } from "./invalidate.ts";
import { originUrlOf } from "../shell/base-path.ts";
import { leadToLogin } from "../trpc/lead-to-login.ts";
import { ofMe } from "../trpc/query-client.ts";
import { LiveStore } from "./live-store.ts";
import { openLiveTab } from "./live-tab.ts";

/** Changes within this time are one round of refetches. */
const REFETCH_EVERY_MS = 600;

export const LiveContext = createContext<LiveStore | null>(null);

export function LiveProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => new LiveStore());
  const queryClient = useQueryClient();

  useEffect(() => {
    let wasAway = false;
    let askedAfter: string | undefined;
    const pending = new Set<Change | "entity">();
    let flushing: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      flushing = undefined;
      invalidateChanged(queryClient, [...pending]);
      pending.clear();
    };
    const stopListening = store.onFrame((frame) => {
      for (const change of frame.changed) pending.add(change);
      // Other tabs of this browser watch other entities.
      const { entities } = store.needs();
      if (frame.touched.some((touched) => entities.some(({ type, id }) => id === touched.id && type === touched.type)))
        pending.add("entity");
      if (pending.size > 0) flushing ??= setTimeout(flush, REFETCH_EVERY_MS);
    });
    // After a gap nobody knows what changed, so everything shown is asked again.
    const stopWatching = store.watch(() => {
      const { connection } = store.snapshot();
      const { kind } = connection;
      // A stream may end because the session did, or because the roles changed.
      const ended = connection.kind === "offline" ? (connection.refusal?.code ?? "silence") : undefined;
      if (ended !== undefined && ended !== askedAfter) {
        leadToLogin();
        void queryClient.invalidateQueries(ofMe);
      }
      askedAfter = ended;
      if (kind === "offline" || kind === "resting") wasAway = true;
      if (kind === "live" && wasAway) {
        wasAway = false;
        void queryClient.invalidateQueries();
      }
    });
    const close = openLiveTab(originUrlOf("/trpc"), store);
    return () => {
      close();
      stopWatching();
      stopListening();
      clearTimeout(flushing);
    };
  }, [queryClient, store]);

  return <LiveContext value={store}>{children}</LiveContext>;
}
