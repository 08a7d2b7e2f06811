/**
 * The graph of a few types: each is a card, at a place that a person may change. Clicking a type shows its rows in the tail.
 */
"use client";
import type { Node, NodeProps } from "@xyflow/react";
import { createContext, lazy, Suspense, use, useMemo } from "react";
import type { FlowEdge, FlowNode } from "../../../trpc/views.ts";
import { useShortcut } from "../../../shell/shortcuts.tsx";
import { Button } from "../../../ui/button.tsx";
import { FilmMarksContext } from "../film/film-marks.ts";
import type { FlowGraphProps } from "./flow-graph-props.ts";
import { FlowNodeCard } from "./flow-node-card.tsx";
import { HOT_ROWS_HEIGHT, NODE_HEIGHT, NODE_WIDTH, type Place, type Point } from "./geometry.ts";
import { GraphCanvas } from "./graph-canvas.tsx";
import { usePlaces } from "./use-places.ts";
import { useFlowWords } from "../../../words/flow/use-flow-words.ts";

/** Fetched when a type is chosen for the first time. */
const HotRows = lazy(async () => ({ default: (await import("./hot-rows.tsx")).HotRows }));

type CardNode = Node<{ node: FlowNode; chosen: boolean; dimmed: boolean }, "card">;
type CardActions = Pick<FlowGraphProps, "onOpenEntity" | "onOpenType"> & { choose: (node: FlowNode) => void };
const nothing = (): void => undefined;
const CardActionsContext = createContext<CardActions>({ choose: nothing, onOpenEntity: nothing, onOpenType: nothing });
const nodeTypes = { card: Card };

function Card({ data }: NodeProps<CardNode>) {
  const { choose, onOpenEntity, onOpenType } = use(CardActionsContext);
  const { node, chosen, dimmed } = data;
  return (
    <FlowNodeCard node={node} chosen={chosen} dimmed={dimmed} onChoose={choose}>
      {chosen ? (
        <Suspense
          fallback={<div style={{ height: HOT_ROWS_HEIGHT }} className="rounded-b-md border border-t-0 border-message bg-raised" />}
        >
          <HotRows type={node.name} waiting={node.waiting} onOpen={onOpenEntity} onMore={() => onOpenType(node.name)} />
        </Suspense>
      ) : null}
    </FlowNodeCard>
  );
}

export function TypesGraph(props: FlowGraphProps) {
  const { nodes, edges, known, chosenType, onChooseType, onOpenDot, onOpenEntity, onOpenType, onZoomOut, paused } = props;
  const words = useFlowWords();
  const film = use(FilmMarksContext);
  const { places, move, arrange, arrangements } = usePlaces(nodes, edges, known);
  const near = useMemo(() => neighbours(chosenType, edges), [chosenType, edges]);
  const cards = useMemo(
    () => (places === null ? [] : nodes.flatMap((node): CardNode[] => toCard(node, { at: places.get(node.id), chosenType, near }))),
    [nodes, places, chosenType, near],
  );
  const chosenAt = chosenType === null ? undefined : places?.get(`type:${chosenType}`);
  const covered = useMemo((): Place[] => (chosenAt === undefined ? [] : [hotRowsOf(chosenAt)]), [chosenAt]);
  const actions = useMemo(
    (): CardActions => ({
      choose: (node) => onChooseType(node.name === chosenType ? null : node.name),
      onOpenEntity,
      onOpenType,
    }),
    [onChooseType, chosenType, onOpenEntity, onOpenType],
  );
  useShortcut({ keys: "bracketleft", shown: "[", label: words.levelOut, group: words.title }, () =>
    chosenType === null ? onZoomOut?.() : onChooseType(null),
  );
  return (
    <CardActionsContext value={actions}>
      <GraphCanvas
        boxes={cards}
        nodeTypes={nodeTypes}
        places={places}
        edges={edges}
        covered={covered}
        dimmed={(edge) => near !== null && edge.from !== near.id && edge.to !== near.id}
        onMove={move}
        onOpenDot={onOpenDot}
        paused={paused}
        fitKey={String(arrangements)}
        reveal={film?.here ?? (chosenType === null ? undefined : `type:${chosenType}`)}
        onZoomPast={(way) => (way === "out" ? onZoomOut?.() : undefined)}
      >
        <Button size="small" tone="ghost" className="absolute right-12 bottom-4 z-10" onClick={arrange} title={words.arrangeAbout}>
          {words.arrange}
        </Button>
      </GraphCanvas>
    </CardActionsContext>
  );
}

function hotRowsOf({ x, y }: Point): Place {
  return { x, y: y + NODE_HEIGHT, width: NODE_WIDTH, height: HOT_ROWS_HEIGHT };
}

interface CardParts {
  at: Point | undefined;
  chosenType: string | null;
  near: Near | null;
}

function toCard(node: FlowNode, { at, chosenType, near }: CardParts): CardNode[] {
  if (at === undefined) return [];
  const chosen = node.kind === "type" && node.name === chosenType;
  const dimmed = near !== null && !chosen && !near.nodes.has(node.id);
  // The chosen card is above the lines and the cards that its hottest entities may cover.
  const zIndex = chosen ? 10 : 0;
  return [{ id: node.id, type: "card", position: at, width: NODE_WIDTH, height: NODE_HEIGHT, zIndex, data: { node, chosen, dimmed } }];
}

interface Near {
  id: string;
  nodes: ReadonlySet<string>;
}

function neighbours(type: string | null, edges: readonly FlowEdge[]): Near | null {
  const id = `type:${type ?? ""}`;
  const touching = edges.filter((edge) => edge.from === id || edge.to === id);
  return type === null || touching.length === 0 ? null : { id, nodes: new Set(touching.flatMap((edge) => [edge.from, edge.to])) };
}
