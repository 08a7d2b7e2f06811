/**
 * useHottest: the entities of a type that get most messages, with what waits for each and why, asked for again while somebody looks. The gateway counts
 * only while it is asked, so the first answer may be empty. Nothing of the past is known of it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/context.tsx";
import type { HottestView } from "../../trpc/views.ts";
import { usePastShown } from "./past-flow-provider.tsx";

const LOOK_MS = 2_000;
/** Until the first counts are there. */
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
