/**
 * HeldStack: the messages that breakpoints hold, at the node that would get them. It shows and fetches nothing while nothing is held,
 * because most people never see it and the page is heavy. The numbers are those of the banner.
 */
"use client";
import { lazy, Suspense } from "react";
import { useStatusSummaryValue } from "../../../live/use-live.ts";
import type { StatusSummary } from "../../../trpc/views.ts";

const HeldRings = lazy(async () => ({ default: (await import("./held-rings.tsx")).HeldRings }));

export function HeldStack({ types, name }: { types: readonly string[]; name: string }) {
  const held = useStatusSummaryValue((summary) => heldOf(summary, types)) ?? 0;
  if (held === 0) return null;
  return (
    <Suspense>
      <HeldRings held={held} name={name} />
    </Suspense>
  );
}

function heldOf({ breakpoints }: Pick<StatusSummary, "breakpoints">, types: readonly string[]): number {
  let held = 0;
  for (const { heldTypes } of breakpoints) for (const { type, messages } of heldTypes) if (types.includes(type)) held += messages;
  return held;
}
