/** What the Flow page gives to its graph, however the graph is drawn. */
import type { FlowDot, FlowEdge, FlowNode } from "../../../trpc/views.ts";

export interface FlowGraphProps {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
  known: boolean;
  /** The function type whose rows the tail shows. */
  chosenType: string | null;
  onChooseType: (type: string | null) => void;
  /** The namespace whose types are cards, where the graph is drawn by namespaces. */
  openNamespace: string | null;
  onOpenNamespace: (namespace: string | null) => void;
  onOpenDot: (dot: FlowDot) => void;
  paused: boolean;
}
