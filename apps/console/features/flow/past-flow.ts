/**
 * PastFlow: the graph and the dots of a moment: the boxes are where they are now, their numbers are those of the recorded messages around
 * the moment, and each dot is one of these messages. While nothing plays, the same seconds repeat; while time plays, a dot sets out when
 * time passes it. It is kept outside React. Neighbour: past-replay.tsx asks the gateway and keeps time.
 */
import type { FlowGraph } from "@signalbox/gateway/shared";
import type { FlowSource } from "../../live/flow-source.ts";
import type { FlowHeard } from "../../live/live-store.ts";
import type { FlowDot, FlowEdge, FlowNode, PastRecordsView } from "../../trpc/views.ts";

export interface PastWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export class PastFlow implements FlowSource {
  readonly #listeners = new Set<(heard: FlowHeard) => void>();
  #now: FlowGraph | null = null;
  #dots: readonly FlowDot[] = [];
  #window: PastWindow = { fromMs: 0, toMs: 0 };
  #passedMs = 0;
  #graph: FlowGraph | null = null;

  onFlow(listener: (heard: FlowHeard) => void): () => void {
    this.#listeners.add(listener);
    if (this.#graph !== null) listener({ graph: this.#graph, dots: [], moved: 0 });
    return () => this.#listeners.delete(listener);
  }

  /** Takes the places and the names from the present graph. */
  now(graph: FlowGraph): void {
    this.#now = graph;
    this.#draw();
  }

  show(window: PastWindow, { dots }: Pick<PastRecordsView, "dots">): void {
    const within = dots.filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs).sort((left, right) => left.atMs - right.atMs);
    if (window.fromMs !== this.#window.fromMs) this.#passedMs = window.fromMs;
    this.#window = window;
    this.#dots = within;
    this.#draw();
  }

  /** `playingMs` is the time that plays; when undefined, time stands and the window repeats. */
  pass(elapsedMs: number, playingMs: number | undefined): void {
    const { fromMs, toMs } = this.#window;
    if (toMs <= fromMs) return;
    const before = this.#passedMs;
    let now = playingMs ?? before + elapsedMs;
    let passed = this.#between(before, now);
    if (playingMs === undefined && now >= toMs) {
      now = fromMs + ((now - fromMs) % (toMs - fromMs));
      passed = [...passed, ...this.#between(fromMs, now)];
    }
    this.#passedMs = now;
    this.#tell({ graph: null, dots: passed, moved: passed.length });
  }

  #between(fromMs: number, toMs: number): FlowDot[] {
    return this.#dots.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }

  #draw(): void {
    if (this.#now === null) return;
    const seconds = (this.#window.toMs - this.#window.fromMs) / 1_000;
    this.#graph = pastGraph(this.#now, this.#dots, seconds);
    this.#tell({ graph: this.#graph, dots: [], moved: 0 });
  }

  #tell(heard: FlowHeard): void {
    for (const listener of this.#listeners) listener(heard);
  }
}

/** Makes the graph that the dots tell, in the shape of the present graph; what only they know is added. Pure. */
export function pastGraph(now: FlowGraph, dots: readonly FlowDot[], seconds: number): FlowGraph {
  const counts = new Map<string, { count: number; failed: number }>();
  for (const { edge, failed } of dots) {
    const known = counts.get(edge) ?? { count: 0, failed: 0 };
    counts.set(edge, { count: known.count + 1, failed: known.failed + (failed ? 1 : 0) });
  }
  const ids = [...new Set([...now.edges.map(({ id }) => id), ...counts.keys()])];
  const edges = ids.flatMap((id): FlowEdge[] => {
    const [from, to] = id.split("→");
    if (from === undefined || to === undefined) return [];
    const { count, failed } = counts.get(id) ?? { count: 0, failed: 0 };
    const ratePerSecond = seconds === 0 ? 0 : count / seconds;
    return [{ id, from, to, ratePerSecond, total: count, p50Ms: null, p99Ms: null, failed: failed > 0 }];
  });
  const known = new Set(now.nodes.map(({ id }) => id));
  const more = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].filter((id) => !known.has(id));
  const nodes = [...now.nodes, ...more.map(unknownNow)].map((node) => nodeOfThen(node, edges));
  return { nodes, edges };
}

function nodeOfThen(node: FlowNode, edges: readonly FlowEdge[]): FlowNode {
  const through = edges.filter(({ from, to }) => (node.kind === "ingress" ? from === node.id : to === node.id));
  const ratePerSecond = through.reduce((sum, edge) => sum + edge.ratePerSecond, 0);
  const failed = node.kind === "type" && through.some((edge) => edge.failed);
  const state = failed ? "danger" : ratePerSecond > 0 ? "clear" : "idle";
  return {
    ...node,
    ratePerSecond,
    waiting: 0,
    parked: 0,
    p99Ms: null,
    state,
    stateWord: failed ? "parked then" : ratePerSecond > 0 ? "moved then" : "quiet then",
  };
}

function unknownNow(id: string): FlowNode {
  const colon = id.indexOf(":");
  const kind = id.startsWith("ingress:") ? "ingress" : id.startsWith("egress:") ? "egress" : "type";
  return {
    id,
    kind,
    name: id.slice(colon + 1),
    detail: "not there now",
    state: "idle",
    stateWord: "",
    ratePerSecond: 0,
    waiting: 0,
    parked: 0,
    p99Ms: null,
  };
}
