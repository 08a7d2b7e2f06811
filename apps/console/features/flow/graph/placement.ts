/**
 * Places a node that was not there when the graph was arranged: near those that it talks to, in a free place, without moving any other.
 * Pure; columns.ts makes the full layout.
 */
import { NODE_HEIGHT, NODE_WIDTH, type EdgeEnds, type Point } from "./geometry.ts";

export const COLUMN_GAP = 72;
export const ROW_GAP = 80;
const COLUMN = NODE_WIDTH + COLUMN_GAP;
const ROW = NODE_HEIGHT + ROW_GAP;
const ROWS_TRIED_MAX = 400;

export interface Placeable {
  id: string;
  kind: "ingress" | "type" | "egress";
}

/** Adds places for the nodes that have none; the others keep theirs. */
export function placeMissing(
  nodes: readonly Placeable[],
  edges: readonly EdgeEnds[],
  places: ReadonlyMap<string, Point>,
): Map<string, Point> {
  const result = new Map(places);
  for (const node of nodes) if (!result.has(node.id)) result.set(node.id, placeFor(node, edges, result));
  return result;
}

function placeFor(node: Placeable, edges: readonly EdgeEnds[], places: ReadonlyMap<string, Point>): Point {
  const callers = edges.filter((edge) => edge.to === node.id && edge.from !== node.id).flatMap((edge) => places.get(edge.from) ?? []);
  const targets = edges.filter((edge) => edge.from === node.id && edge.to !== node.id).flatMap((edge) => places.get(edge.to) ?? []);
  const all = [...places.values()];
  const leftmost = all.length === 0 ? 0 : Math.min(...all.map((place) => place.x));
  const rightmost = all.length === 0 ? 0 : Math.max(...all.map((place) => place.x));
  const x = columnFor(node.kind, { callers, targets, leftmost, rightmost });
  const near = [...callers, ...targets];
  const y = near.length === 0 ? 0 : near.reduce((sum, place) => sum + place.y, 0) / near.length;
  return freeNear({ x, y }, all);
}

interface Around {
  callers: readonly Point[];
  targets: readonly Point[];
  leftmost: number;
  rightmost: number;
}

function columnFor(kind: Placeable["kind"], { callers, targets, leftmost, rightmost }: Around): number {
  if (kind === "ingress") return targets.length > 0 ? Math.min(...targets.map((place) => place.x)) - COLUMN : leftmost;
  if (callers.length > 0) return Math.max(...callers.map((place) => place.x)) + COLUMN;
  if (targets.length > 0) return Math.min(...targets.map((place) => place.x)) - COLUMN;
  return kind === "egress" ? rightmost : leftmost + COLUMN;
}

/** Returns the wanted place, or the nearest one above or below it that covers no other. */
function freeNear(wanted: Point, taken: readonly Point[]): Point {
  const free = (place: Point): boolean =>
    taken.every((other) => Math.abs(other.x - place.x) >= NODE_WIDTH + 24 || Math.abs(other.y - place.y) >= NODE_HEIGHT + 24);
  for (let step = 0; step < ROWS_TRIED_MAX; step += 1) {
    for (const sign of [1, -1]) {
      const place = { x: wanted.x, y: wanted.y + sign * step * ROW };
      if (free(place)) return place;
    }
  }
  return { x: wanted.x + COLUMN, y: wanted.y };
}

/**
 * Returns the edges that lead onward from the ingresses, which a layout in columns may follow. Answers that go back to an earlier type are
 * left out, so that a reply never decides who is left of whom. So are edges between nodes that are equally many steps from an ingress: they
 * are in one column.
 */
export function onwardEdges<Edge extends EdgeEnds>(nodes: readonly Placeable[], edges: readonly Edge[]): Edge[] {
  const depths = depthsFrom(nodes, edges);
  const depth = (id: string): number => depths.get(id) ?? 0;
  const ends = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  return edges.filter(({ from, to }) =>
    depth(from) === depth(to) ? from < to && !(depths.has(from) && ends.has(`${to} ${from}`)) : depth(from) < depth(to),
  );
}

/** Counts the steps from an ingress (or from a node that nobody sends to) to each node. */
function depthsFrom(nodes: readonly Placeable[], edges: readonly EdgeEnds[]): Map<string, number> {
  const targets = Map.groupBy(edges, (edge) => edge.from);
  const reached = new Set(edges.filter((edge) => edge.from !== edge.to).map((edge) => edge.to));
  const depths = new Map<string, number>();
  let front = nodes.filter((node) => node.kind === "ingress" || !reached.has(node.id)).map((node) => node.id);
  for (let depth = 0; front.length > 0; depth += 1) {
    for (const id of front) depths.set(id, depth);
    front = [...new Set(front.flatMap((id) => targets.get(id)?.map((edge) => edge.to) ?? []))].filter((id) => !depths.has(id));
    const unreached = front.length === 0 ? nodes.find((node) => !depths.has(node.id)) : undefined;
    if (unreached !== undefined) front = [unreached.id];
  }
  return depths;
}
