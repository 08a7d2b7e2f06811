/**
 * The canvas of the live graph: boxes at their places, lines that show rate and latency, and dots that are messages. Clicking a dot opens
 * its message and holds the line; clicking a line holds it. The component that uses it says what the boxes are: types-graph.tsx (few types,
 * each a card) or bundled-graph.tsx (many, by namespace).
 */
"use client";
import { Background, Controls, ReactFlow, useReactFlow, useStore, type Node, type NodeChange, type NodeTypes } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./flow-graph.css";
import { use, useCallback, useEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode, type RefObject } from "react";
import { FlowSourceContext } from "../../../live/flow-source.ts";
import { useFlowHeard } from "../../../live/use-live.ts";
import type { FlowDot, FlowEdge } from "../../../trpc/views.ts";
import { DotField } from "./dot-field.ts";
import { DotsOverlay } from "./dots-overlay.tsx";
import { FilmMarksContext, type FilmMarks } from "../film/film-marks.ts";
import { EdgeLayer, type FilmLines } from "./edge-layer.tsx";
import { NODE_HEIGHT, NODE_WIDTH, pointAt, routeEdges, type Curve, type Place, type Point } from "./geometry.ts";
import { Button } from "../../../ui/button.tsx";
import { useReducedMotion } from "../../../ui/use-reduced-motion.ts";
import { useReveal, useRevealFocused } from "./use-reveal.ts";
import { useZoomPast, ZOOM_MAX, ZOOM_MIN } from "./use-zoom-past.ts";
import { useFlowWords } from "../../../words/flow/use-flow-words.ts";

const FIT_ZOOM_MAX = 1.1;
export const FIT_MARGIN = 14;
const DOT_REACH = 10;
const LINE_REACH = 8;
const nothingCovered: readonly Place[] = [];

export interface GraphCanvasProps<Box extends Node> {
  boxes: Box[];
  nodeTypes: NodeTypes;
  places: ReadonlyMap<string, Place> | null;
  edges: readonly FlowEdge[];
  /** Places, beside the boxes, that no label may cover; it must be the same array while nothing changes. */
  covered?: readonly Place[];
  /** The line along which an edge's dots are drawn. */
  lineOf?: ((edge: string) => string | undefined) | undefined;
  dimmed: (edge: FlowEdge) => boolean;
  onMove?: ((id: string, to: Point) => void) | undefined;
  onOpenDot: (dot: FlowDot) => void;
  paused: boolean;
  /** Whether dots run behind the boxes, as the lines do. */
  dotsBesideBoxes?: boolean;
  /** The view is fitted again whenever this changes. */
  fitKey: string;
  /** When not everything fits, this box is in view. */
  focus?: string | undefined;
  /** When this changes, the box is brought into view by the shortest way. */
  reveal?: string | undefined;
  /** Called when the wheel turns beyond the end of the zoom, with the box under the pointer: the next level of the graph. */
  onZoomPast?: ((way: "in" | "out", id: string | undefined) => void) | undefined;
  children?: ReactNode;
}

const onlyLookedAt = {
  nodesConnectable: false,
  nodesFocusable: false,
  elementsSelectable: false,
  deleteKeyCode: null,
  selectionKeyCode: null,
  multiSelectionKeyCode: null,
} as const;

export function GraphCanvas<Box extends Node>(props: GraphCanvasProps<Box>) {
  const {
    boxes,
    nodeTypes,
    places,
    edges,
    covered = nothingCovered,
    lineOf,
    dimmed,
    onMove,
    onOpenDot,
    paused,
    dotsBesideBoxes = false,
    fitKey,
    focus,
    reveal,
    onZoomPast,
    children,
  } = props;
  const words = useFlowWords();
  const still = useReducedMotion();
  const fit = useFit(places, { fitKey, focus });
  const marks = use(FilmMarksContext);
  const film = useMemo(() => filmLines(marks, { lineOf, still }), [marks, lineOf, still]);
  const onFocus = useRevealFocused(places);
  useReveal(places, reveal);
  const onWheelCapture = useZoomPast(onZoomPast);
  const curves = useCurves(edges, places, covered);
  const dots = useDots(curves, { lineOf, moving: !still && !paused && marks === null });
  const { held } = dots;
  const pointer = usePointer(curves, { dots, onOpenDot });
  const onNodesChange = useCallback(
    (changes: NodeChange<Box>[]) => {
      for (const change of changes) if (change.type === "position" && change.position !== undefined) onMove?.(change.id, change.position);
    },
    [onMove],
  );
  return (
    <div
      className="group relative size-full [&[data-over=dot]_.react-flow\_\_pane]:cursor-pointer [&[data-over=line]_.react-flow\_\_pane]:cursor-pointer"
      {...pointer}
      onWheelCapture={onWheelCapture}
      onFocus={onFocus}
    >
      <ReactFlow
        nodes={boxes}
        edges={[]}
        nodeTypes={nodeTypes}
        onNodesChange={onNodesChange}
        nodesDraggable={onMove !== undefined}
        {...onlyLookedAt}
        minZoom={ZOOM_MIN}
        maxZoom={ZOOM_MAX}
        onlyRenderVisibleElements={boxes.length > 150}
        proOptions={{ hideAttribution: true }}
        aria-label={words.live}
        ariaLabelConfig={words.controls}
      >
        <EdgeLayer edges={edges} curves={curves} held={held} dimmed={dimmed} film={film} />
        {still ? null : <DotsOverlay field={dots.field} ringed={dots.ringed} wake={dots.wake} behind={dotsBesideBoxes ? places : null} />}
        <Controls showInteractive={false} position="bottom-right" onFitView={fit} />
        <Background gap={24} size={1} color="var(--line)" />
        <Beyond places={places} fit={fit} />
      </ReactFlow>
      {children}
    </div>
  );
}

/** Counts the boxes that are not wholly in view, because text stays readable and not all fit then; a click leads on to them. */
function Beyond({ places, fit }: { places: ReadonlyMap<string, Place> | null; fit: () => void }) {
  const words = useFlowWords();
  const flow = useReactFlow();
  const beyond = useStore(({ width, height, transform: [x, y, zoom] }) => {
    if (width === 0) return "";
    const over = [...(places?.values() ?? [])].map((place) => [
      (place.x + (place.width ?? NODE_WIDTH)) * zoom + x - width,
      (place.y + (place.height ?? NODE_HEIGHT)) * zoom + y - height,
    ]);
    const cut = over.filter(([right = 0, bottom = 0]) => Math.max(right, bottom) > 0);
    return cut.length === 0
      ? ""
      : [cut.length, width, height, ...[0, 1].map((way) => Math.max(...over.map((each) => each[way] ?? 0)))].join();
  });
  if (beyond === "") return null;
  const [count = 0, width = 0, height = 0, right = 0, bottom = 0] = beyond.split(",").map(Number);
  const lead = (): void => {
    const { x, y, zoom } = flow.getViewport();
    if (bottom > 0) void flow.setViewport({ x, y: y - Math.min(bottom + FIT_MARGIN, height / 2), zoom });
    else void flow.setViewport({ x: x - Math.min(right + FIT_MARGIN, width / 2), y, zoom });
  };
  return (
    <Button size="small" className="absolute bottom-2 left-2 z-10" title={words.beyondTitle} onClick={lead} onDoubleClick={fit}>
      {words.beyond(count)}
    </Button>
  );
}

/** Edges that are drawn as one line are one way of the film too. */
function filmLines(
  marks: FilmMarks | null,
  { lineOf, still }: { lineOf: GraphCanvasProps<Node>["lineOf"]; still: boolean },
): FilmLines | null {
  if (marks === null) return null;
  const drawn = (edge: string): string | undefined => (lineOf === undefined ? edge : lineOf(edge));
  const passed = new Set([...marks.ways].flatMap((way) => drawn(way) ?? []));
  return { here: marks.way === null ? undefined : drawn(marks.way), passed, parked: marks.parked, hop: marks.hop, still };
}

/** Curves depend on which edges exist and where nodes are, not on the traffic along them. */
function useCurves(
  edges: readonly FlowEdge[],
  places: ReadonlyMap<string, Place> | null,
  covered: readonly Place[],
): ReadonlyMap<string, Curve> {
  const edgeShape = edges.map((edge) => edge.id).join("\n");
  return useMemo(
    () => (places === null ? new Map<string, Curve>() : routeEdges(edgeIds(edgeShape), places, covered)),
    [places, edgeShape, covered],
  );
}

interface Dots {
  field: DotField;
  ringed: RefObject<FlowDot | null>;
  wake: RefObject<() => void>;
  /** The line that is held, with its dots. */
  held: string | null;
  setHeld: (line: string | null) => void;
}

interface DotsOptions {
  lineOf: GraphCanvasProps<Node>["lineOf"];
  moving: boolean;
}

/** Adds the messages of every frame as dots on the curves, while they may move. */
function useDots(curves: ReadonlyMap<string, Curve>, { lineOf, moving }: DotsOptions): Dots {
  const [field] = useState(() => new DotField());
  const [held, setHeld] = useState<string | null>(null);
  const ringed = useRef<FlowDot | null>(null);
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    field.setCurves(curves, lineOf);
    wake.current();
  }, [field, curves, lineOf]);
  useEffect(() => {
    field.hold(held);
    wake.current();
  }, [field, held]);
  useEffect(() => {
    if (!moving) field.clear();
  }, [field, moving]);
  // A dot of the present must not be under way between those of the past.
  const source = use(FlowSourceContext);
  useEffect(() => {
    field.clear();
    wake.current();
  }, [field, source]);
  useFlowHeard(({ dots }) => {
    if (dots.length === 0 || !moving || document.hidden) return;
    field.add(dots);
    wake.current();
  });
  return { field, ringed, wake, held, setHeld };
}

interface Pointer {
  onClickCapture: (event: MouseEvent) => void;
  onMouseMove: (event: MouseEvent<HTMLDivElement>) => void;
}

/** A click on a dot opens its message and holds its line; a click on a line holds it, and another one releases it. */
function usePointer(curves: ReadonlyMap<string, Curve>, { dots, onOpenDot }: { dots: Dots; onOpenDot: (dot: FlowDot) => void }): Pointer {
  const flow = useReactFlow();
  const { field, ringed, held, setHeld } = dots;
  const pick = (event: MouseEvent): { dot: FlowDot | undefined; line: string | undefined } => {
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const zoom = flow.getZoom();
    const dot = field.nearest(point, DOT_REACH / zoom);
    return { dot, line: dot === undefined ? nearestLine(curves, point, LINE_REACH / zoom) : field.lineOf(dot) };
  };
  const onClickCapture = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest("a, button, [data-group], .react-flow__controls") !== null) return;
    const { dot, line } = pick(event);
    if (dot !== undefined) {
      event.stopPropagation();
      ringed.current = dot;
      setHeld(line ?? null);
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
  return { onClickCapture, onMouseMove };
}

/** Fits the view when the layout or the window changes, but never smaller than text can be read. */
function useFit(places: ReadonlyMap<string, Place> | null, { fitKey, focus }: { fitKey: string; focus: string | undefined }): () => void {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const latest = useRef(places);
  useEffect(() => {
    latest.current = places;
  });
  const fit = useCallback(() => {
    const bounds = boundsOf(latest.current);
    if (bounds === null || width === 0 || height === 0) return;
    const room = { width: width - 2 * FIT_MARGIN, height: height - 2 * FIT_MARGIN };
    const zoom = Math.max(ZOOM_MIN, Math.min(FIT_ZOOM_MAX, room.width / bounds.width, room.height / bounds.height));
    const x = FIT_MARGIN + Math.max(0, (room.width - bounds.width * zoom) / 2) - bounds.x * zoom;
    const top = FIT_MARGIN + Math.max(0, (room.height - bounds.height * zoom) / 2) - bounds.y * zoom;
    const seen = focus === undefined ? undefined : latest.current?.get(focus);
    // The view moves up by as much as the box extends below it, but never so far that the box's own head leaves it.
    const below = seen === undefined ? 0 : top + (seen.y + (seen.height ?? NODE_HEIGHT)) * zoom - room.height;
    const y = seen === undefined ? top : Math.max(Math.min(top, FIT_MARGIN - seen.y * zoom), top - Math.max(0, below));
    void flow.setViewport({ x, y, zoom });
  }, [flow, width, height, focus]);
  const ready = places !== null && places.size > 0;
  useEffect(() => {
    if (!ready) return undefined;
    const frame = requestAnimationFrame(fit);
    return () => cancelAnimationFrame(frame);
  }, [fit, ready, fitKey]);
  return fit;
}

function boundsOf(places: ReadonlyMap<string, Place> | null): { x: number; y: number; width: number; height: number } | null {
  if (places === null || places.size === 0) return null;
  const all = [...places.values()];
  const x = Math.min(...all.map((place) => place.x));
  const y = Math.min(...all.map((place) => place.y));
  const width = Math.max(...all.map((place) => place.x + (place.width ?? NODE_WIDTH))) - x;
  const height = Math.max(...all.map((place) => place.y + (place.height ?? NODE_HEIGHT))) - y;
  return { x, y, width, height };
}

function edgeIds(shape: string): { id: string; from: string; to: string }[] {
  return shape.split("\n").flatMap((id) => {
    const [from, to] = id.split("→");
    return from === undefined || to === undefined ? [] : [{ id, from, to }];
  });
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
