/** useMe: who looks at this console, and whether anybody has to sign in. Asked once a tab; roles that change end the session's streams, and the page asks anew. */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/context.tsx";
import type { Me } from "../trpc/views.ts";

const STALE_MS = 60_000;

export function useMe(): Me | undefined {
  return useQuery(useTRPC().people.me.queryOptions(undefined, { staleTime: STALE_MS })).data;
}
