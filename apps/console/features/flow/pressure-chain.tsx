/**
 * PressureChain: what waits for what, beginning with one type: why its deepest mailbox waits, and when that is because another type is
 * full, why that one waits. The last link is the cause. It is bounded, and ends where it returns to a type that it has.
 */
"use client";
import { grouped } from "../../format/numbers.ts";
import type { HotEntity, HottestView } from "../../trpc/views.ts";
import { WaitLine } from "../waiting/why-it-waits.tsx";
import type { Selection } from "./selection.ts";
import { useHottest } from "./use-hottest.ts";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";
import { useFlowMoreWords } from "../../words/flow-more/use-flow-more-words.ts";

const LINKS_MAX = 4;

export interface PressureChainProps {
  type: string;
  onOpen: (next: Selection) => void;
  /** The types before it in the chain. */
  before?: readonly string[];
}

export function PressureChain({ type, onOpen, before = [] }: PressureChainProps) {
  const { pressure: words } = useFlowMoreWords();
  const { wait } = useFlowWords();
  const hottest = useHottest(type);
  const first = hottest === undefined ? undefined : deepest(hottest);
  if (hottest === undefined) return <p className="text-quiet">{words.onlyNow}</p>;
  if (first === undefined) return <p className="text-quiet">{before.length === 0 ? words.nothingWaits : words.waitsNoMore(type)}</p>;
  const next = first.waitReason?.kind === "held-back" ? first.waitReason.by : null;
  const chain = [...before, type];
  return (
    <div className="flex flex-col gap-1.5 text-[12px]">
      <p className="flex flex-wrap items-baseline gap-x-2">
        {before.length === 0 ? null : (
          <button type="button" className="font-mono hover:underline" onClick={() => onOpen({ kind: "type", type })}>
            {type}
          </button>
        )}
        <button
          type="button"
          className="min-w-0 truncate font-mono text-message hover:underline"
          title={first.address.id}
          onClick={() => onOpen({ kind: "entity", address: first.address })}
        >
          {first.address.id}
        </button>
        <span className="font-mono whitespace-nowrap text-caution">{wait(grouped(first.mailboxDepth))}</span>
      </p>
      <WaitLine of={first} />
      {next === null || chain.includes(next) || chain.length >= LINKS_MAX ? null : (
        <div className="ml-1 border-l border-line-strong pl-3">
          <PressureChain type={next} onOpen={onOpen} before={chain} />
        </div>
      )}
    </div>
  );
}

/** Returns the entity with the deepest mailbox, of those with a reason to wait; what is in flight does not wait. */
export function deepest({ entities }: Pick<HottestView, "entities">): HotEntity | undefined {
  return entities
    .filter(({ mailboxDepth, waitReason }) => mailboxDepth > 0 && waitReason !== null)
    .toSorted((left, right) => backlogOf(right) - backlogOf(left))[0];
}

function backlogOf({ mailboxDepth, waitReason }: HotEntity): number {
  return waitReason?.kind === "in-flight" ? mailboxDepth - waitReason.messages : mailboxDepth;
}
