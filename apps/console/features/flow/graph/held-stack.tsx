/**
 * HeldStack: the messages that breakpoints hold, queued at the node that would get them: a stack of amber rings with their number, which leads to the held
 * messages. Shows nothing while nothing is held. The numbers are those of the banner.
 */
"use client";
import { compact, counted } from "../../../format/numbers.ts";
import { useStatusSummaryValue } from "../../../live/use-live.ts";
import type { StatusSummary } from "../../../trpc/views.ts";
import { Link } from "../../../ui/link.tsx";
import { breakpointsPath } from "../../breakpoints/breakpoint-words.ts";

const RINGS_MAX = 5;

export function HeldStack({ types, name }: { types: readonly string[]; name: string }) {
  const held = useStatusSummaryValue((summary) => heldOf(summary, types)) ?? 0;
  if (held === 0) return null;
  const words = `${counted(held, "message", "messages")} held at ${name}`;
  return (
    <Link
      href={breakpointsPath}
      aria-label={`${compact(held)} held at ${name}: open them`}
      title={`${words}; click to look, step, edit or release`}
      className="absolute -top-3 left-2 z-20 flex h-[18px] items-center gap-1.5 rounded-full border border-caution bg-caution-soft pr-2 pl-1.5 font-mono text-[12px] leading-none text-caution hover:underline"
    >
      <span aria-hidden="true" className="flex">
        {Array.from({ length: Math.min(RINGS_MAX, held) }, (_, index) => (
          <span key={index} className="-ml-1 size-2.5 rounded-full border-2 border-caution bg-panel first:ml-0" />
        ))}
      </span>
      {compact(held)} held
    </Link>
  );
}

export function heldOf({ breakpoints }: Pick<StatusSummary, "breakpoints">, types: readonly string[]): number {
  let held = 0;
  for (const { heldTypes } of breakpoints) for (const { type, messages } of heldTypes) if (types.includes(type)) held += messages;
  return held;
}
