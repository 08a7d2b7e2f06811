/**
 * StoryFilm: the hops of a trace as frames, in the order in which they happened, and what the graph shows in each: where the story is,
 * which way was taken last, and where the story has not been yet. Pure. Neighbours: film-graph.tsx draws a frame, film-bar.tsx moves
 * between them.
 */
import { addressOf, type CausalTree, type TraceItem } from "./causal-tree.ts";

export function framesOf({ items }: CausalTree): readonly TraceItem[] {
  return items
    .map((item, index) => ({ item, index, atMs: momentOf(item) }))
    .toSorted((left, right) => left.atMs - right.atMs || left.index - right.index)
    .map(({ item }) => item);
}

/** Returns when the hop happened; what still waits comes last. */
function momentOf(item: TraceItem): number {
  switch (item.kind) {
    case "record":
      return item.record.endedMs;
    case "egress":
      return item.atMs;
    case "delayed":
      return item.of.endedMs;
    case "waiting":
      return Number.MAX_SAFE_INTEGER;
  }
}

const STEP_MS = 1_000;
const REAL_STEP_MS_MIN = 150;
const REAL_STEP_MS_MAX = 5_000;

/**
 * Returns how long a frame stays: the same for all, or as it really was, within limits that a person can watch. `still` means that the
 * person wants less motion; then no frame is shorter than at the even pace.
 */
export function stayMs(frames: readonly TraceItem[], at: number, { pace, still }: { pace: "even" | "real"; still: boolean }): number {
  const [item, next] = [frames[at], frames[at + 1]];
  if (pace === "even" || item === undefined || next === undefined) return STEP_MS;
  return Math.min(REAL_STEP_MS_MAX, Math.max(still ? STEP_MS : REAL_STEP_MS_MIN, momentOf(next) - momentOf(item)));
}

export const OUTSIDE = "outside";

export interface FilmNode {
  id: string;
  name: string;
  kind: "outside" | "type" | "egress";
  /** The number of steps from outside. */
  depth: number;
}

export interface FilmEdge {
  id: string;
  from: string;
  to: string;
}

export interface FilmGraph {
  nodes: readonly FilmNode[];
  edges: readonly FilmEdge[];
}

/** Returns the way of a hop: from the node whose hop caused it to its own. */
export function wayOf(item: TraceItem, byKey: ReadonlyMap<string, TraceItem>): FilmEdge {
  const to = item.kind === "egress" ? `egress:${item.egress}` : `type:${addressOf(item).type}`;
  const cause = item.parent === null ? undefined : byKey.get(item.parent);
  const from = cause === undefined ? OUTSIDE : `type:${cause.kind === "delayed" ? cause.of.address.type : addressOf(cause).type}`;
  return { id: `${from}→${to}`, from, to };
}

export function filmGraph(tree: CausalTree): FilmGraph {
  const byKey = new Map(tree.items.map((item) => [item.key, item]));
  const nodes = new Map<string, FilmNode>([[OUTSIDE, { id: OUTSIDE, name: "from outside", kind: "outside", depth: 0 }]]);
  const edges = new Map<string, FilmEdge>();
  for (const item of tree.items) {
    const way = wayOf(item, byKey);
    edges.set(way.id, way);
    if (nodes.has(way.to)) continue;
    const depth = (nodes.get(way.from)?.depth ?? 0) + 1;
    const egress = item.kind === "egress";
    nodes.set(way.to, { id: way.to, name: egress ? item.egress : addressOf(item).type, kind: egress ? "egress" : "type", depth });
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}
