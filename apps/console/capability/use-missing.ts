/**
 * useMissing: whether the runtime below the gateway can do what a control is for, and if not, why and what to do. It is asked once a tab,
 * because it cannot change while the gateway runs. Until the answer comes, everything counts as possible; the gateway refuses what is not.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/context.tsx";
import type { CapabilityView } from "../trpc/views.ts";
import { en as english } from "../words/may/en.ts";
import { useMayWords } from "../words/may/use-may-words.ts";
import { useToldWords } from "../words/told/use-told-words.ts";

export type CapabilityName = CapabilityView["name"];

export interface Missing {
  /** The whole sentence: which runtime, what it cannot do, and why. */
  readonly sentence: string;
  readonly cure: string;
  /** English where the console has no other words for what the runtime says. */
  readonly lang: "en" | undefined;
}

/** Returns null when it can. */
export function useMissing(name: CapabilityName): Missing | null {
  const words = useMayWords();
  const { told } = useToldWords();
  const { data } = useQuery(useTRPC().runtime.capabilities.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  const capability = data?.capabilities.find((each) => each.name === name);
  if (data === undefined || capability === undefined || capability.able) return null;
  const { text, reason, cure } = capability;
  const [what, why, helps] = [told(text), told(reason), told(cure)];
  // Half a sentence in each language helps nobody.
  if (what === undefined || why === undefined || helps === undefined)
    return { sentence: english.cannot(data.name, text, reason), cure, lang: "en" };
  return { sentence: words.cannot(data.name, what, why), cure: helps, lang: undefined };
}
