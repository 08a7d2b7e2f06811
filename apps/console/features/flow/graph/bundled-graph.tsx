/**
 * The graph of many types, by namespace (bundle.ts): a box each, one of them open. A click on a head opens it, `[` closes it, a cell or a card
 * shows its type's rows. The line under it says how much is drawn as how little.
 */
"use client";
import { useStore, type Node, type NodeProps } from "@xyflow/react";
import { createContext, use, useCallback, useDeferredValue, useMemo, useState } from "react";
import { counted, grouped } from "../../../format/numbers.ts";
import { useShortcut } from "../../../shell/shortcuts.tsx";
import type { FlowNode } from "../../../trpc/views.ts";
import { bundle, cardsOf, namespaceOf, type Bundled, type Group } from "./bundle.ts";
import { layOut, orderOf, type LaidOut } from "./bundle-layout.ts";
import type { FlowGraphProps } from "./flow-graph-props.ts";
import { FlowNodeCard } from "./flow-node-card.tsx";
import { FIT_MARGIN, GraphCanvas } from "./graph-canvas.tsx";
import { GroupBox } from "./group-box.tsx";

type CardNode = Node<{ node: FlowNode; chosen: boolean }, "card">;
type GroupNode = Node<{ group: Group; chosenType: string | null }, "group-box">;

interface GraphActions {
  choose: (node: FlowNode) => void;
  toggle: (namespace: string) => void;
}

const GraphActionsContext = createContext<GraphActions>({ choose: () => undefined, toggle: () => undefined });
const nodeTypes = { card: Card, "group-box": Box };
/** Boxes are not dragged, and the library lets the pointer through what is not. */
const interactive = { pointerEvents: "all" } as const;
const notDimmed = (): boolean => false;
const notLaid: LaidOut = { places: new Map(), width: 0, height: 0 };

function Card({ data }: NodeProps<CardNode>) {
  const { choose } = use(GraphActionsContext);
  return <FlowNodeCard node={data.node} chosen={data.chosen} dimmed={false} onChoose={choose} />;
}

function Box({ data, width = 0, height = 0 }: NodeProps<GroupNode>) {
  const { choose, toggle } = use(GraphActionsContext);
  return <GroupBox group={data.group} width={width} height={height} chosenType={data.chosenType} onToggle={toggle} onChoose={choose} />;
}

export function BundledGraph(props: FlowGraphProps) {
  const { nodes, edges, chosenType, onChooseType, onOpenDot, paused, openNamespace, onOpenNamespace } = props;
  const cards = useCards(nodes, openNamespace, chosenType);
  const bundled = useMemo(() => bundle(nodes, edges, { open: openNamespace, cards }), [nodes, edges, openNamespace, cards]);
  const laid = useLayout(bundled);
  const actions = useMemo(
    (): GraphActions => ({
      choose: (node) => onChooseType(node.name === chosenType ? null : node.name),
      toggle: (namespace) => onOpenNamespace(namespace === openNamespace ? null : namespace),
    }),
    [onChooseType, chosenType, onOpenNamespace, openNamespace],
  );
  useShortcut({ keys: "bracketleft", shown: "[", label: "Close the open namespace", group: "Flow" }, () => onOpenNamespace(null));
  const boxes = useMemo(() => boxesOf(bundled, laid, chosenType), [bundled, laid, chosenType]);
  const { lineOf } = bundled;
  const lines = useCallback((edge: string) => lineOf.get(edge), [lineOf]);
  const types = nodes.filter((node) => node.kind === "type").length;
  return (
    <GraphActionsContext value={actions}>
      <div className="flex size-full flex-col">
        <div className="min-h-0 flex-1">
          <GraphCanvas
            boxes={boxes}
            nodeTypes={nodeTypes}
            places={laid.places}
            edges={bundled.edges}
            lineOf={lines}
            dimmed={notDimmed}
            onOpenDot={onOpenDot}
            paused={paused}
            dotsBesideBoxes
            focus={openNamespace === null ? undefined : `namespace:${openNamespace}`}
            fitKey={`${openNamespace ?? ""} ${Math.round(laid.width)} ${Math.round(laid.height)}`}
          />
        </div>
        <p className="shrink-0 px-4 font-mono text-[11px] text-quiet max-room:px-3">
          {counted(types, "type", "types")}, {grouped(edges.length)} edges drawn as {grouped(bundled.edges.length)} · a cell is a type,{" "}
          <span className="whitespace-nowrap">
            bluer is slower, <span className="text-danger">■</span> fails
          </span>
        </p>
      </div>
    </GraphActionsContext>
  );
}

/** Chosen when the namespace is opened and kept while it is open: a card never comes or goes because traffic changed. */
function useCards(nodes: readonly FlowNode[], open: string | null, chosen: string | null): ReadonlySet<string> {
  const chosenHere = chosen !== null && open !== null && namespaceOf(chosen) === open ? chosen : null;
  const there = open !== null && nodes.some((node) => node.kind === "type" && namespaceOf(node.name) === open);
  const key = `${there ? open : ""}\n${chosenHere ?? ""}`;
  const [kept, setKept] = useState<{ key: string; open: string | null; cards: ReadonlySet<string> }>({
    key: "\n",
    open: null,
    cards: new Set(),
  });
  if (kept.key === key) return kept.cards;
  const stays = kept.open === open && (chosenHere === null || kept.cards.has(chosenHere));
  const cards = open === null || !there ? new Set<string>() : stays ? kept.cards : cardsOf(nodes, open, chosenHere);
  setKept({ key, open: there ? open : null, cards });
  return cards;
}

function useLayout(bundled: Bundled): LaidOut {
  // The canvas is measured in an update that must end at once; what follows from its size is drawn after it, in slices.
  const measured = useDeferredValue(useStore((state) => state.width));
  const width = measured - 2 * FIT_MARGIN;
  const height = useDeferredValue(useStore((state) => state.height)) - 2 * FIT_MARGIN;
  const [order, setOrder] = useState<readonly string[]>([]);
  const known = new Set(order);
  const fresh = bundled.groups.some((group) => group.kind === "namespace" && !known.has(group.id));
  const next = fresh ? orderOf(bundled, order) : order;
  if (next !== order) setOrder(next);
  // Places follow from who is there and what is open, not from numbers: the same shape keeps the same places.
  const shape = JSON.stringify([
    bundled.groups.map((group) => [group.id, group.members.length, group.cards.map((card) => card.id)]),
    bundled.singles.map((node) => node.id),
    next,
    width,
    height,
  ]);
  const [laid, setLaid] = useState<{ shape: string; laid: LaidOut }>({ shape: "", laid: notLaid });
  // Before that nobody knows how many columns fit: an arrangement would be made twice.
  if (measured === 0) return notLaid;
  if (laid.shape === shape) return laid.laid;
  const made = layOut(bundled, next, { width, height });
  setLaid({ shape, laid: made });
  return made;
}

function boxesOf(bundled: Bundled, laid: LaidOut, chosenType: string | null): (CardNode | GroupNode)[] {
  const groups = bundled.groups.flatMap((group): GroupNode[] => {
    const at = laid.places.get(group.id);
    if (at === undefined) return [];
    const { x, y, width = 0, height = 0 } = at;
    return [{ id: group.id, type: "group-box", position: { x, y }, width, height, style: interactive, data: { group, chosenType } }];
  });
  const single = [...bundled.singles, ...bundled.groups.flatMap((group) => group.cards)].flatMap((node): CardNode[] => {
    const at = laid.places.get(node.id);
    if (at === undefined) return [];
    const { x, y, width = 0, height = 0 } = at;
    const chosen = node.kind === "type" && node.name === chosenType;
    return [{ id: node.id, type: "card", position: { x, y }, width, height, zIndex: 1, style: interactive, data: { node, chosen } }];
  });
  return [...groups, ...single];
}
