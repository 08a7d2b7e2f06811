/**
 * KeptEdges: which edges of the flow have numbers of their own in the rollups: the edgesKeptMax that carry most; the others are summed in
 * one row.
 * They are chosen once a minute, so that each minute of an edge is whole, and a chosen edge stays until another carries twice as much.
 * Neighbour: second-rollup.ts asks for each edge of a digest.
 */
import { edgesMax } from "../flow/traffic-limits.ts";
import type { RollupKey } from "./rollup.ts";

/** A day of this many edges takes a third of the default rollupBytesMax when all of them carry something in each minute. */
export const edgesKeptMax = 100;
export const otherEdges = "other";
const minuteMs = 60_000;
/** An edge that is kept already counts this many times as much. */
const stayFactor = 2;

export class KeptEdges {
  /** How much each edge carried lately: halved every minute, forgotten below one. */
  #weights = new Map<string, number>();
  #kept = new Set<string>();
  #minute = 0;

  /** Counts `count` for the edge and returns the key of the row that holds its numbers. */
  keyOf(id: string, count: number): RollupKey {
    const weight = this.#weights.get(id);
    if (weight === undefined && this.#weights.size >= edgesMax) return `edge:${otherEdges}`;
    this.#weights.set(id, (weight ?? 0) + Math.max(1, count));
    if (this.#kept.size < edgesKeptMax) this.#kept.add(id);
    return this.#kept.has(id) ? `edge:${id}` : `edge:${otherEdges}`;
  }

  /** Must be called as a second begins; `atMs` is that moment. */
  turn(atMs: number): void {
    const minute = Math.floor(atMs / minuteMs);
    if (minute === this.#minute) return;
    this.#minute = minute;
    const rank = ([id, weight]: readonly [string, number]): number => weight * (this.#kept.has(id) ? stayFactor : 1);
    const ranked = [...this.#weights].sort((left, right) => rank(right) - rank(left));
    this.#kept = new Set(ranked.slice(0, edgesKeptMax).map(([id]) => id));
    this.#weights = new Map(ranked.map(([id, weight]) => [id, weight / 2] as const).filter(([, weight]) => weight >= 1));
  }
}

/**
 * Whether an edge may be shown to a person who sees these namespaces: they must see each end, or it is an ingress that belongs to all.
 */
export function seesEdge(name: string, namespaces: readonly string[]): boolean {
  const [from = "", to = "", ...more] = name.split("→");
  return more.length === 0 && seesEnd(from, namespaces) && seesEnd(to, namespaces);
}

function seesEnd(end: string, namespaces: readonly string[]): boolean {
  const name = end.slice(end.indexOf(":") + 1);
  if (end.startsWith("ingress:") && !name.includes("/")) return true;
  return namespaces.some((namespace) => name.startsWith(`${namespace}/`));
}

/** Whether the function type is one of the edge's ends. */
export function touchesType(name: string, type: string): boolean {
  return name.split("→").includes(`type:${type}`);
}
