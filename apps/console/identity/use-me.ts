/**
 * useMe: who uses this console, and whether people have to sign in. It is asked once a minute at most, by whatever page needs it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useTRPC } from "../trpc/context.tsx";
import type { Me } from "../trpc/views.ts";

const STALE_MS = 60_000;

const never = (): (() => void) => () => undefined;

export function useMe(): Me | undefined {
  const { data } = useQuery(useTRPC().people.me.queryOptions(undefined, { staleTime: STALE_MS }));
  // The parts of a page hydrate one after the other, and the first paint of each is that of the build, which knows nobody.
  const isHydrated = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return isHydrated ? data : undefined;
}
