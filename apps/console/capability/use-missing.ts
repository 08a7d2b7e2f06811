/**
 * useMissing: whether the runtime below the gateway can do what a control is for, and if not, why and what to do. It is asked once a tab,
 * because it cannot change while the gateway runs. Until the answer comes, everything counts as possible; the gateway refuses what is not.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/context.tsx";
import type { CapabilityView } from "../trpc/views.ts";

export type CapabilityName = CapabilityView["name"];

export interface Missing {
  /** The whole sentence: which runtime, what it cannot do, and why. */
  readonly sentence: string;
  readonly cure: string;
}

/** Returns null when it can. */
export function useMissing(name: CapabilityName): Missing | null {
  const { data } = useQuery(useTRPC().runtime.capabilities.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  const capability = data?.capabilities.find((each) => each.name === name);
  if (data === undefined || capability === undefined || capability.able) return null;
  return { sentence: `The runtime “${data.name}” cannot ${capability.text}: ${capability.reason}.`, cure: capability.cure };
}
