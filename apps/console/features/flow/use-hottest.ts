/**
 * useHottest: the entities of a type that get most messages, with what waits for each and why, asked again while somebody looks. The
 * gateway counts only while it is asked, so the first answer may be empty. For the past nothing of it is known.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/context.tsx";
import type { HottestView } from "../../trpc/views.ts";
import { usePastShown } from "./past-flow-provider.tsx";

const LOOK_MS = 2_000;
/** How long to wait for the first counts. */
const FIRST_LOOK_MS = 700;
const countedLittleMs = 2_000;

export function useHottest(type: string): HottestView | undefined {
  const past = usePastShown();
  const query = useQuery({
    ...useTRPC().flow.hottest.queryOptions({ type }),
    enabled: past === null,
    refetchInterval: ({ state }) => ((state.data?.countedMs ?? 0) < countedLittleMs ? FIRST_LOOK_MS : LOOK_MS),
  });
  return past === null ? query.data : undefined;
}
