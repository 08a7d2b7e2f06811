/**
 * FlowDelta: the graph as it is sent: whole once, then only what changed. The gateway keeps for each stream what it has sent (FlowSent) and
 * makes deltas; the browser keeps the same graph (FlowReceived) and applies them, in the order of the frames. Nodes and edges are
 * named by a number, in the order in which they were first sent; a number is never used twice within one stream.
 * Numbers are rounded to what is shown, so that noise below it costs nothing.
 */
import type { FlowDelta, FlowDot, FlowEdge, FlowNode } from "../contract/overview/flow.ts";

export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

type NodeNumbers = FlowDelta["nodeNumbers"][number];
type EdgeNumbers = FlowDelta["edgeNumbers"][number];

interface Sent {
  readonly place: number;
  readonly words: string;
  numbers: string;
}

export class FlowSent {
  readonly #nodes = new Map<string, Sent>();
  readonly #edges = new Map<string, Sent>();
  #nodesGiven = 0;
  #edgesGiven = 0;
  #whole = true;

  knowsEdge(id: string): boolean {
    return this.#edges.has(id);
  }

  /** Without a graph the delta has dots only. Dots on edges that the other side does not know are left out; `moved` counts them. */
  delta(graph: FlowGraph | null, { dots, moved, nowMs }: { dots: readonly FlowDot[]; moved: number; nowMs: number }): FlowDelta {
    const delta: FlowDelta = {
      whole: graph !== null && this.#whole,
      nodes: [],
      nodeNumbers: [],
      nodesGone: [],
      edges: [],
      edgeNumbers: [],
      edgesGone: [],
      dots: [],
      moved,
    };
    if (graph !== null) {
      this.#whole = false;
      this.#addNodes(graph.nodes, delta);
      this.#addEdges(graph.edges, delta);
    }
    for (const { edge, sequence, trace, atMs, failed } of dots) {
      const place = this.#edges.get(edge)?.place;
      if (place !== undefined) delta.dots.push([place, sequence, trace, Math.max(0, nowMs - atMs), failed ? 1 : 0]);
    }
    return delta;
  }

  #addNodes(nodes: readonly FlowNode[], delta: FlowDelta): void {
    const present = new Set<string>();
    for (const node of nodes) {
      present.add(node.id);
      const { id, kind, name, detail, state, stateWord } = node;
      const words = [detail, state, stateWord].join("\n");
      const known = this.#nodes.get(id);
      const place = known?.place ?? (this.#nodesGiven += 1);
      const numbers: NodeNumbers = [place, digits(node.ratePerSecond, 3), node.waiting, node.parked, digits(node.p99Ms, 2)];
      const text = numbers.join(" ");
      if (known?.words !== words) {
        this.#nodes.set(id, { place, words, numbers: text });
        delta.nodes.push([place, { id, kind, name, detail, state, stateWord }]);
        delta.nodeNumbers.push(numbers);
      } else if (known.numbers !== text) {
        known.numbers = text;
        delta.nodeNumbers.push(numbers);
      }
    }
    forget(this.#nodes, present, delta.nodesGone);
  }

  #addEdges(edges: readonly FlowEdge[], delta: FlowDelta): void {
    const present = new Set<string>();
    for (const edge of edges) {
      present.add(edge.id);
      const known = this.#edges.get(edge.id);
      const place = known?.place ?? (this.#edgesGiven += 1);
      const { ratePerSecond, total, p50Ms, p99Ms, failed } = edge;
      const numbers: EdgeNumbers = [place, digits(ratePerSecond, 3), total, digits(p50Ms, 2), digits(p99Ms, 2), failed ? 1 : 0];
      const text = numbers.join(" ");
      if (known === undefined) {
        this.#edges.set(edge.id, { place, words: "", numbers: text });
        delta.edges.push([place, edge.id]);
        delta.edgeNumbers.push(numbers);
      } else if (known.numbers !== text) {
        known.numbers = text;
        delta.edgeNumbers.push(numbers);
      }
    }
    forget(this.#edges, present, delta.edgesGone);
  }
}

function forget(sent: Map<string, Sent>, present: ReadonlySet<string>, gone: number[]): void {
  if (sent.size === present.size) return;
  for (const [id, { place }] of sent) {
    if (present.has(id)) continue;
    sent.delete(id);
    gone.push(place);
  }
}

function digits<Value extends number | null>(value: Value, count: number): Value;
function digits(value: number | null, count: number): number | null {
  return value === null ? null : Number(value.toPrecision(count));
}

export class FlowReceived {
  readonly #nodes = new Map<number, FlowNode>();
  readonly #edges = new Map<number, FlowEdge>();

  /** Takes over what a stream has received so far when it continues elsewhere (in another tab). */
  static of(places: FlowPlaces): FlowReceived {
    const received = new FlowReceived();
    for (const [place, node] of places.nodes) received.#nodes.set(place, node);
    for (const [place, edge] of places.edges) received.#edges.set(place, edge);
    return received;
  }

  places(): FlowPlaces {
    return { nodes: [...this.#nodes], edges: [...this.#edges] };
  }

  graph(): FlowGraph {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }

  dots(delta: FlowDelta, nowMs: number): FlowDot[] {
    return delta.dots.flatMap(([place, sequence, trace, agoMs, failed]) => {
      const edge = this.#edges.get(place);
      return edge === undefined ? [] : [{ edge: edge.id, sequence, trace, atMs: nowMs - agoMs, failed: failed === 1 }];
    });
  }

  apply(delta: FlowDelta): void {
    if (delta.whole) {
      this.#nodes.clear();
      this.#edges.clear();
    }
    for (const place of delta.nodesGone) this.#nodes.delete(place);
    for (const place of delta.edgesGone) this.#edges.delete(place);
    for (const [place, words] of delta.nodes) {
      const { ratePerSecond = 0, waiting = 0, parked = 0, p99Ms = null } = this.#nodes.get(place) ?? {};
      this.#nodes.set(place, { ...words, ratePerSecond, waiting, parked, p99Ms });
    }
    for (const [place, ratePerSecond, waiting, parked, p99Ms] of delta.nodeNumbers) {
      const node = this.#nodes.get(place);
      if (node !== undefined) this.#nodes.set(place, { ...node, ratePerSecond, waiting, parked, p99Ms });
    }
    for (const [place, id] of delta.edges) this.#edges.set(place, emptyEdge(id));
    for (const [place, ratePerSecond, total, p50Ms, p99Ms, failed] of delta.edgeNumbers) {
      const edge = this.#edges.get(place);
      if (edge !== undefined) this.#edges.set(place, { ...edge, ratePerSecond, total, p50Ms, p99Ms, failed: failed === 1 });
    }
  }
}

export interface FlowPlaces {
  readonly nodes: readonly (readonly [number, FlowNode])[];
  readonly edges: readonly (readonly [number, FlowEdge])[];
}

function emptyEdge(id: string): FlowEdge {
  const [from = "", to = ""] = id.split("→");
  return { id, from, to, ratePerSecond: 0, total: 0, p50Ms: null, p99Ms: null, failed: false };
}
