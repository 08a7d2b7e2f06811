/**
 * The graph of many types, by namespace (bundle.ts): one box each with its sums, one of them open, and in it the chosen type with its
 * hottest entities. A click on a head opens it, `[` goes one level out and `]` one in, a cell or a card shows its type. The line under it
 * says how much each part stands for.
 */
"use client";
import { useStore, type Node, type NodeProps } from "@xyflow/react";
import { createContext, use, useCallback, useDeferredValue, useMemo, useState } from "react";
import { useShortcut } from "../../../shell/shortcuts.tsx";
import type { FlowNode } from "../../../trpc/views.ts";
import { bundle, cardsOf, type Bundled, type Group } from "./bundle.ts";
import { namespaceOf } from "./namespace-of.ts";
import { layOut, orderOf, type LaidOut } from "./bundle-layout.ts";
import { FilmMarksContext } from "../film/film-marks.ts";
import type { FlowGraphProps } from "./flow-graph-props.ts";
import { FlowNodeCard } from "./flow-node-card.tsx";
import { HotRows } from "./hot-rows.tsx";
import { FIT_MARGIN, GraphCanvas } from "./graph-canvas.tsx";
import { GroupBox } from "./group-box.tsx";
import { useFlowWords } from "../../../words/flow/use-flow-words.ts";
import { useFlowMoreWords } from "../../../words/flow-more/use-flow-more-words.ts";

type CardNode = Node<{ node: FlowNode; chosen: boolean }, "card">;
type GroupNode = Node<{ group: Group; chosenType: string | null }, "group-box">;

interface GraphActions extends Pick<FlowGraphProps, "onOpenEntity" | "onOpenType"> {
  choose: (node: FlowNode) => void;
  toggle: (namespace: string) => void;
}

const nothing = (): void => undefined;
const GraphActionsContext = createContext<GraphActions>({ choose: nothing, toggle: nothing, onOpenEntity: nothing, onOpenType: nothing });
const nodeTypes = { card: Card, "group-box": Box };
/** Boxes are not dragged, and the library would let the pointer pass through them. */
const interactive = { pointerEvents: "all" } as const;
const notDimmed = (): boolean => false;
const notLaid: LaidOut = { places: new Map(), width: 0, height: 0 };

function Card({ data }: NodeProps<CardNode>) {
  const { choose, onOpenEntity, onOpenType } = use(GraphActionsContext);
  const { node, chosen } = data;
  return (
    <FlowNodeCard node={node} chosen={chosen} dimmed={false} onChoose={choose}>
      {chosen ? <HotRows type={node.name} waiting={node.waiting} onOpen={onOpenEntity} onMore={() => onOpenType(node.name)} /> : null}
    </FlowNodeCard>
  );
}

function Box({ data, width = 0, height = 0 }: NodeProps<GroupNode>) {
  const { choose, toggle } = use(GraphActionsContext);
  return <GroupBox group={data.group} width={width} height={height} chosenType={data.chosenType} onToggle={toggle} onChoose={choose} />;
}

export function BundledGraph(props: FlowGraphProps) {
  const { nodes, edges, chosenType, onChooseType, onOpenDot, onOpenEntity, onOpenType, paused, openNamespace, onOpenNamespace } = props;
  const { bundled: words } = useFlowMoreWords();
  const film = use(FilmMarksContext);
  const cards = useCards(nodes, openNamespace, chosenType);
  const bundled = useMemo(
    () => bundle(nodes, edges, { open: openNamespace, cards, chosen: chosenType }),
    [nodes, edges, openNamespace, cards, chosenType],
  );
  const laid = useLayout(bundled);
  const actions = useMemo(
    (): GraphActions => ({
      choose: (node) => {
        const chosen = node.name !== chosenType || namespaceOf(node.name) !== openNamespace;
        // Only the open namespace has cards, and the hottest entities are listed under a card.
        if (chosen) onOpenNamespace(namespaceOf(node.name));
        onChooseType(chosen ? node.name : null);
      },
      onOpenEntity,
      onOpenType,
      toggle: (namespace) => onOpenNamespace(namespace === openNamespace ? null : namespace),
    }),
    [onChooseType, chosenType, onOpenNamespace, openNamespace, onOpenEntity, onOpenType],
  );
  const levels = useLevels(props);
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
            reveal={revealed(bundled, laid, film?.here ?? (chosenType === null ? null : `type:${chosenType}`))}
            onZoomPast={(way, id) => {
              if (way === "out") levels.out();
              else if (id?.startsWith("namespace:") === true) onOpenNamespace(id.slice("namespace:".length));
              else levels.in();
            }}
            focus={openNamespace === null ? undefined : `namespace:${openNamespace}`}
            fitKey={`${openNamespace ?? ""} ${Math.round(laid.width)} ${Math.round(laid.height)}`}
          />
        </div>
        <p className="shrink-0 px-4 font-mono text-[11px] text-quiet max-room:px-3">
          {words.drawn(types, edges.length, bundled.edges.length)}
          <span className="whitespace-nowrap">
            {words.bluer}
            <span className="text-danger">■</span> {words.fails}
          </span>
        </p>
      </div>
    </GraphActionsContext>
  );
}

/**
 * Goes one level out: from the type to its namespace, to all, to what is above this graph; or one in: back into the namespace of the chosen
 * type, or to types.
 */
function useLevels({
  nodes,
  chosenType,
  onChooseType,
  openNamespace,
  onOpenNamespace,
  onZoomIn,
}: FlowGraphProps): Record<"in" | "out", () => void> {
  const out = (): void => {
    if (chosenType !== null) onChooseType(null);
    else onOpenNamespace(null);
  };
  const into = (): void => {
    if (openNamespace !== null) return onZoomIn?.();
    const busiest = nodes.filter(({ kind }) => kind === "type").toSorted((left, right) => right.ratePerSecond - left.ratePerSecond)[0];
    if (chosenType !== null) onOpenNamespace(namespaceOf(chosenType));
    else if (busiest !== undefined) onOpenNamespace(namespaceOf(busiest.name));
  };
  const words = useFlowWords();
  const { levelIn } = useFlowMoreWords().bundled;
  useShortcut({ keys: "bracketleft", shown: "[", label: words.levelOut, group: words.title }, out);
  useShortcut({ keys: "bracketright", shown: "]", label: levelIn, group: words.title }, into);
  return { in: into, out };
}

/** Returns the card, or the box that holds it. */
function revealed(bundled: Bundled, { places }: LaidOut, card: string | null): string | undefined {
  if (card === null) return undefined;
  return places.has(card) ? card : bundled.groups.find(({ members }) => members.some(({ id }) => id === card))?.id;
}

/** The cards are chosen when the namespace is opened and kept while it is open, so that traffic never adds or removes one. */
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
  // The canvas is measured in an update that must end at once; what follows from its size is rendered later, in slices.
  const measured = useDeferredValue(useStore((state) => state.width));
  const width = measured - 2 * FIT_MARGIN;
  const height = useDeferredValue(useStore((state) => state.height)) - 2 * FIT_MARGIN;
  const [order, setOrder] = useState<readonly string[]>([]);
  const known = new Set(order);
  const fresh = bundled.groups.some((group) => group.kind === "namespace" && !known.has(group.id));
  const next = fresh ? orderOf(bundled, order) : order;
  if (next !== order) setOrder(next);
  // Places depend on which types exist and what is open, not on numbers: the same shape keeps the same places.
  const shape = JSON.stringify([
    bundled.groups.map((group) => [group.id, group.members.length, group.cards.map((card) => card.id), group.unfolded]),
    bundled.singles.map((node) => node.id),
    next,
    width,
    height,
  ]);
  const [laid, setLaid] = useState<{ shape: string; laid: LaidOut }>({ shape: "", laid: notLaid });
  // Before the width is known, nobody can say how many columns fit, and the layout would be made twice.
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
    return [
      { id: node.id, type: "card", position: { x, y }, width, height, zIndex: chosen ? 10 : 1, style: interactive, data: { node, chosen } },
    ];
  });
  return [...groups, ...single];
}
