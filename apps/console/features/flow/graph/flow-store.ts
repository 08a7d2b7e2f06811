/**
 * The graph as the live stream reports it: nodes and edges as they are now, and how many messages moved in the last second and how many of
 * them are shown as dots. It is kept outside React.
 */
import type { FlowHeard } from "../../../live/live-store.ts";
import type { FlowEdge, FlowNode } from "../../../trpc/views.ts";

const WINDOW_MS = 1_000;

export interface FlowSnapshot {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
  movedPerSecond: number;
  shownPerSecond: number;
  known: boolean;
}

const nothing: FlowSnapshot = { nodes: [], edges: [], movedPerSecond: 0, shownPerSecond: 0, known: false };

export class FlowStore {
  #snapshot: FlowSnapshot = nothing;
  #window: { atMs: number; moved: number; shown: number }[] = [];

  readonly snapshot = (): FlowSnapshot => this.#snapshot;

  receive(heard: FlowHeard, atMs: number): void {
    this.#window = [
      ...this.#window.filter((entry) => entry.atMs > atMs - WINDOW_MS),
      { atMs, moved: heard.moved, shown: heard.dots.length },
    ];
    this.#snapshot = {
      nodes: heard.graph?.nodes ?? this.#snapshot.nodes,
      edges: heard.graph?.edges ?? this.#snapshot.edges,
      movedPerSecond: this.#window.reduce((sum, entry) => sum + entry.moved, 0),
      shownPerSecond: this.#window.reduce((sum, entry) => sum + entry.shown, 0),
      known: true,
    };
  }
}
