/**
 * HeldRings: a stack of amber rings with the number of messages that are held before a node. Neighbour: held-stack.tsx fetches it when
 * something is held.
 */
"use client";
import { compact } from "../../../format/numbers.ts";
import { Link } from "../../../ui/link.tsx";
import { useFlowMoreWords } from "../../../words/flow-more/use-flow-more-words.ts";
import { breakpointsPath } from "../../breakpoints/breakpoint-words.ts";

const RINGS_MAX = 5;

export function HeldRings({ held, name }: { held: number; name: string }) {
  const { bundled: words } = useFlowMoreWords();
  return (
    <Link
      href={breakpointsPath}
      aria-label={words.openHeld(compact(held), name)}
      title={words.heldAt(held, name)}
      className="absolute -top-3 left-2 z-20 flex h-[18px] items-center gap-1.5 rounded-full border border-caution bg-caution-soft pr-2 pl-1.5 font-mono text-[12px] leading-none text-caution hover:underline"
    >
      <span aria-hidden="true" className="flex">
        {Array.from({ length: Math.min(RINGS_MAX, held) }, (_, index) => (
          <span key={index} className="-ml-1 size-2.5 rounded-full border-2 border-caution bg-panel first:ml-0" />
        ))}
      </span>
      {words.held(compact(held))}
    </Link>
  );
}
