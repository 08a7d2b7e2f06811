/**
 * One node: a pill for an ingress or egress, a card for a function type. It shows the name, the rate, and one line with the most important
 * fact: trouble first, then what waits, then who serves it.
 */
"use client";
import { Link } from "../../../ui/link.tsx";
import { memo, use, type ReactNode } from "react";
import { compact, rate } from "../../../format/numbers.ts";
import type { FlowNode } from "../../../trpc/views.ts";
import { doorHref } from "../../doors/door-href.ts";
import { cn } from "../../../ui/cn.ts";
import { FilmMarksContext, filmClass, filmLook } from "../film/film-marks.ts";
import { HeldStack } from "./held-stack.tsx";
import { StatusWord, type Tone } from "../../../ui/feedback/status-word.tsx";
import { NODE_HEIGHT, NODE_WIDTH } from "./geometry.ts";
import { useFlowWords } from "../../../words/flow/use-flow-words.ts";
import type { FlowWords } from "../../../words/flow/en.ts";

export interface FlowNodeCardProps {
  node: FlowNode;
  chosen: boolean;
  dimmed: boolean;
  onChoose: (node: FlowNode) => void;
  /** Shown below it while it is chosen. */
  children?: ReactNode;
}

const tones: Record<FlowNode["state"], Tone> = { clear: "clear", caution: "caution", danger: "danger", idle: "quiet" };

export const FlowNodeCard = memo(function FlowNodeCard({ node, chosen, dimmed, onChoose, children }: FlowNodeCardProps) {
  const words = useFlowWords();
  const film = use(FilmMarksContext);
  const shape =
    node.kind === "type" ? (children === undefined || children === null ? "rounded-md" : "rounded-t-md") : "rounded-full px-4.5";
  const frame = cn(
    "flex flex-col justify-center border bg-panel px-3.5 text-left transition-opacity",
    shape,
    chosen ? "border-message ring-1 ring-message" : node.state === "danger" ? "border-danger" : "border-line-strong",
    dimmed && "opacity-45",
    filmClass(filmLook(film, [node.id]), film?.parked === true),
  );
  const size = { width: NODE_WIDTH, height: NODE_HEIGHT };
  const inside = <NodeText node={node} />;
  if (node.kind !== "type") {
    return (
      <Link
        href={doorHref(node.id) ?? "/flow"}
        className={frame}
        style={size}
        title={words.openNode(words.kinds[node.kind], node.name, words.state(node.stateWord))}
      >
        {inside}
      </Link>
    );
  }
  return (
    <>
      <HeldStack types={[node.name]} name={node.name} />
      <button type="button" className={frame} style={size} aria-pressed={chosen} title={words.showRows} onClick={() => onChoose(node)}>
        {inside}
      </button>
      {children}
    </>
  );
});

function NodeText({ node }: { node: FlowNode }) {
  const words = useFlowWords();
  const at = node.name.lastIndexOf("/");
  return (
    <>
      <span className="flex w-full items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium" title={node.name}>
          {at < 0 ? null : <span className="font-normal text-quiet">{node.name.slice(0, at + 1)}</span>}
          {node.name.slice(at + 1)}
        </span>
        <span className="font-mono text-[12px]">{rate(node.ratePerSecond)}</span>
      </span>
      <span className="flex w-full items-center justify-between gap-2 text-[12px] leading-4 text-quiet">
        <StatusWord tone={tones[node.state]} className="min-w-0 text-[12px]">
          <span className="truncate">{secondLine(node, words)}</span>
        </StatusWord>
        {node.waiting === 0 ? null : <span className="font-mono whitespace-nowrap">{words.wait(compact(node.waiting))}</span>}
      </span>
    </>
  );
}

/** A pill shows its kind, or its state when that is news, because it has room for one of them. */
function secondLine(node: FlowNode, words: FlowWords): string {
  if (node.kind === "type") return words.state(node.stateWord);
  return node.state === "clear" || node.state === "idle" ? words.kinds[node.kind] : words.state(node.stateWord);
}
