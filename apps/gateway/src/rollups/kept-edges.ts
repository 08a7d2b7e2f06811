/**
 * KeptEdges: which edges of the flow have numbers of their own in the rollups: the edgesKeptMax that carry most; what the others carry is summed in one row.
 * Who is among them is looked at once a minute, so that each minute of an edge is whole; who is in stays until another carries twice as much.
 * Neighbour: second-rollup.ts asks for each edge of a digest.
 */
import { edgesMax } from "../flow/traffic-limits.ts";
import type { RollupKey } from "./rollup.ts";

/** A day of so many takes a third of the default rollupBytesMax when all of them carry something in each minute. */
export const edgesKeptMax = 100;
export const otherEdges = "other";
const minuteMs = 60_000;
/** Of one that has its place already. */
const stayFactor = 2;

export class KeptEdges {
  /** What each carried lately: halved every minute, forgotten below one. */
  #weights = new Map<string, number>();
  #kept = new Set<string>();
  #minute = 0;

  /** Of the row in which its numbers stand. */
  keyOf(id: string, count: number): RollupKey {
    const weight = this.#weights.get(id);
    if (weight === undefined && this.#weights.size >= edgesMax) return `edge:${otherEdges}`;
    this.#weights.set(id, (weight ?? 0) + Math.max(1, count));
    if (this.#kept.size < edgesKeptMax) this.#kept.add(id);
    return this.#kept.has(id) ? `edge:${id}` : `edge:${otherEdges}`;
  }

  /** `atMs` begins a second. */
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

/** Whether the edge of that name may be shown to who sees these namespaces: both its ends, or an ingress that belongs to all. */
export function seesEdge(name: string, namespaces: readonly string[]): boolean {
  const [from = "", to = "", ...more] = name.split("→");
  return more.length === 0 && seesEnd(from, namespaces) && seesEnd(to, namespaces);
}

function seesEnd(end: string, namespaces: readonly string[]): boolean {
  const name = end.slice(end.indexOf(":") + 1);
  if (end.startsWith("ingress:") && !name.includes("/")) return true;
  return namespaces.some((namespace) => name.startsWith(`${namespace}/`));
}

/** Whether the function type stands at one of its ends. */
export function touchesType(name: string, type: string): boolean {
  return name.split("→").includes(`type:${type}`);
}
