/**
 * The live graph: nodes with stable places, lines that tell rate and latency, and dots that are messages. Clicking a dot
 * opens its message and holds the line; clicking a line holds it; clicking a type shows its rows in the tail.
 */
"use client";
import {
  Background,
  Controls,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Node,
  type NodeChange,
  type NodeProps,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./flow-graph.css";
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type MouseEvent } from "react";
import { useFrames } from "../../../live/use-live.ts";
import type { FlowDot, FlowEdge, FlowNode } from "../../../trpc/views.ts";
import { Button } from "../../../ui/button.tsx";
import { DotField } from "./dot-field.ts";
import { DotsOverlay } from "./dots-overlay.tsx";
import { EdgeLayer } from "./edge-layer.tsx";
import { FlowNodeCard } from "./flow-node-card.tsx";
import { NODE_HEIGHT, NODE_WIDTH, pointAt, routeEdges, type Curve, type Point } from "./geometry.ts";
import { usePlaces } from "./use-places.ts";
import { useReducedMotion } from "./use-reduced-motion.ts";

export interface FlowGraphProps {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
  known: boolean;
  /** The function type whose rows the tail shows. */
  chosenType: string | null;
  onChooseType: (type: string | null) => void;
  onOpenDot: (dot: FlowDot) => void;
  paused: boolean;
}

type CardNode = Node<{ node: FlowNode; chosen: boolean; dimmed: boolean }, "card">;
const ChooseContext = createContext<(node: FlowNode) => void>(() => undefined);
const nodeTypes = { card: Card };
const DOT_REACH = 10;
const LINE_REACH = 8;
const SMALL_GRAPH_NODES_MAX = 24;
/** A small graph stays readable and is panned where it does not fit; a large one is shown whole. */
const FIT_SMALL = { padding: 0.05, maxZoom: 1.1, minZoom: 0.6 };
const FIT_LARGE = { padding: 0.05, maxZoom: 1.1, minZoom: 0.2 };

function Card({ data }: NodeProps<CardNode>) {
  const onChoose = use(ChooseContext);
  return <FlowNodeCard node={data.node} chosen={data.chosen} dimmed={data.dimmed} onChoose={onChoose} />;
}

export function FlowGraph(props: FlowGraphProps) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ nodes, edges, known, chosenType, onChooseType, onOpenDot, paused }: FlowGraphProps) {
  const { places, move, arrange, arrangements } = usePlaces(nodes, edges, known);
  const [field] = useState(() => new DotField());
  const [held, setHeld] = useState<string | null>(null);
  const ringed = useRef<FlowDot | null>(null);
  const wake = useRef<() => void>(() => undefined);
  const still = useReducedMotion();
  const flow = useReactFlow();
  const fit = nodes.length > SMALL_GRAPH_NODES_MAX ? FIT_LARGE : FIT_SMALL;

  const edgeShape = edges.map((edge) => edge.id).join("\n");
  const latestEdges = useRef(edges);
  useEffect(() => {
    latestEdges.current = edges;
  });
  // Curves depend on which edges there are and where nodes stand, not on the traffic along them.
  const curves = useMemo(() => (places === null ? new Map<string, Curve>() : routeEdges(edgeIds(edgeShape), places)), [places, edgeShape]);

  useEffect(() => {
    field.setCurves(curves);
    wake.current();
  }, [field, curves]);
  useEffect(() => {
    field.hold(held);
    wake.current();
  }, [field, held]);
  useEffect(() => {
    if (still || paused) field.clear();
  }, [field, still, paused]);
  useFrames((frame) => {
    if (frame.flow === null || still || paused || document.hidden) return;
    field.add(frame.flow.dots);
    wake.current();
  });
  useEffect(() => {
    if (arrangements === 0) return undefined;
    const frame = requestAnimationFrame(() => void flow.fitView(fit));
    return () => cancelAnimationFrame(frame);
  }, [arrangements, flow, fit]);

  const near = useMemo(() => neighbours(chosenType, edges), [chosenType, edges]);
  const cards = useMemo(
    () => (places === null ? [] : nodes.flatMap((node): CardNode[] => toCard(node, { at: places.get(node.id), chosenType, near }))),
    [nodes, places, chosenType, near],
  );
  const choose = useCallback((node: FlowNode) => onChooseType(node.name === chosenType ? null : node.name), [onChooseType, chosenType]);
  const onNodesChange = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      for (const change of changes) if (change.type === "position" && change.position !== undefined) move(change.id, change.position);
    },
    [move],
  );
  const pick = (event: MouseEvent): { dot: FlowDot | undefined; line: string | undefined } => {
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const zoom = flow.getZoom();
    const dot = field.nearest(point, DOT_REACH / zoom);
    return { dot, line: dot?.edge ?? nearestLine(curves, point, LINE_REACH / zoom) };
  };
  const onClickCapture = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest("button, .react-flow__controls") !== null) return;
    const { dot, line } = pick(event);
    if (dot !== undefined) {
      event.stopPropagation();
      ringed.current = dot;
      setHeld(dot.edge);
      onOpenDot(dot);
    } else {
      setHeld(line === held ? null : (line ?? null));
    }
  };
  const onMouseMove = (event: MouseEvent<HTMLDivElement>): void => {
    if (event.buttons !== 0) return;
    const { dot, line } = pick(event);
    event.currentTarget.dataset["over"] = dot !== undefined ? "dot" : line !== undefined ? "line" : "";
  };

  return (
    <ChooseContext value={choose}>
      <div
        className="group relative size-full [&[data-over=dot]_.react-flow\_\_pane]:cursor-pointer [&[data-over=line]_.react-flow\_\_pane]:cursor-pointer"
        onClickCapture={onClickCapture}
        onMouseMove={onMouseMove}
      >
        <ReactFlow
          nodes={cards}
          edges={[]}
          nodeTypes={nodeTypes}
          onNodesChange={onNodesChange}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          minZoom={0.2}
          maxZoom={2}
          onlyRenderVisibleElements={cards.length > 150}
          proOptions={{ hideAttribution: true }}
          aria-label="Live graph. The table shows the same."
        >
          <EdgeLayer
            edges={edges}
            curves={curves}
            held={held}
            dimmed={(edge) => near !== null && edge.from !== near.id && edge.to !== near.id}
          />
          {still ? null : <DotsOverlay field={field} ringed={ringed} wake={wake} />}
          <Controls showInteractive={false} position="bottom-right" fitViewOptions={fit} />
          <Background gap={24} size={1} color="var(--line)" />
        </ReactFlow>
        <ArrangeButton onArrange={arrange} />
      </div>
    </ChooseContext>
  );
}

function ArrangeButton({ onArrange }: { onArrange: () => void }) {
  return (
    <Button
      size="small"
      tone="ghost"
      className="absolute right-12 bottom-4 z-10"
      onClick={onArrange}
      title="Lays out all nodes anew; nothing else moves them"
    >
      Arrange
    </Button>
  );
}

function edgeIds(shape: string): { id: string; from: string; to: string }[] {
  return shape.split("\n").flatMap((id) => {
    const [from, to] = id.split("→");
    return from === undefined || to === undefined ? [] : [{ id, from, to }];
  });
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
  return [{ id: node.id, type: "card", position: at, width: NODE_WIDTH, height: NODE_HEIGHT, data: { node, chosen, dimmed } }];
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

function nearestLine(curves: ReadonlyMap<string, Curve>, point: Point, reach: number): string | undefined {
  let best: string | undefined;
  let least = reach;
  for (const [id, curve] of curves) {
    const steps = Math.max(8, Math.ceil(curve.length / 10));
    for (let step = 0; step <= steps; step += 1) {
      const at = pointAt(curve, step / steps);
      const distance = Math.hypot(at.x - point.x, at.y - point.y);
      if (distance < least) {
        least = distance;
        best = id;
      }
    }
  }
  return best;
}
