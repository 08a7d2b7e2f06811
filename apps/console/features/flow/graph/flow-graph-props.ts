/**
 * What the Flow page passes to its graph, however the graph is drawn.
 */
import type { FlowDot, FlowEdge, FlowNode, HotEntity } from "../../../trpc/views.ts";

export interface FlowGraphProps {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
  known: boolean;
  /** The function type whose rows the tail shows. */
  chosenType: string | null;
  onChooseType: (type: string | null) => void;
  /** The namespace whose types are cards, when the graph is drawn by namespaces. */
  openNamespace: string | null;
  onOpenNamespace: (namespace: string | null) => void;
  onOpenDot: (dot: FlowDot) => void;
  onOpenEntity: (entity: HotEntity) => void;
  /** Shows what waits for the chosen type, and why. */
  onOpenType: (type: string) => void;
  /** Goes to the zoom level below this one; null when there is none. */
  onZoomOut: (() => void) | null;
  /** Goes back to types, when the graph of namespaces was asked for. */
  onZoomIn: (() => void) | null;
  level: "types" | "namespaces";
  paused: boolean;
}
