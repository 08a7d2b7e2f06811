/**
 * EdgeEnds: how an edge of the flow is named, by what stands at its two ends: `ingress:http→type:shop/cart`,
 * `type:shop/cart→egress:shop/out`.
 * Neighbours: traffic.ts counts by it, rollups/kept-edges.ts keeps numbers by it, the graph of the console shows it.
 */
import type { EdgeDigest } from "./flow-digest.ts";

export interface EdgeEnds {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

export function edgeEnds({ kind, from, to }: Pick<EdgeDigest, "kind" | "from" | "to">): EdgeEnds {
  const source = kind === "ingress" ? `ingress:${from}` : `type:${from}`;
  const target = kind === "egress" ? `egress:${to}` : `type:${to}`;
  return { id: `${source}→${target}`, from: source, to: target };
}
