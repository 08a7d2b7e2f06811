/**
 * EdgeName: an edge of the flow by its ends, `ingress:http→type:shop/cart`, in words and as the filter of its messages. Pure. Neighbour:
 * use-open-cell.ts opens them.
 */
interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Returns null for the row that sums the rest. */
export function endsOf(name: string): Ends | null {
  const [from, to] = name.split("→");
  return from === undefined || to === undefined ? null : { from: bare(from), to: bare(to) };
}

/** Returns "shop/cart → shop/stock". */
export function edgeWords(name: string): string {
  const ends = endsOf(name);
  return ends === null ? name : `${ends.from} → ${ends.to}`;
}

/** Returns "cart → stock", for a narrow column. */
export function shortEdge(name: string): string {
  const ends = endsOf(name);
  return ends === null ? name : `${lastPart(ends.from)} → ${lastPart(ends.to)}`;
}

/**
 * Returns the filter of the invocations that consumed a message of the edge. The ingress of a message is not recorded, so all from outside
 * match.
 */
export function edgeFilter(name: string): string {
  const ends = endsOf(name);
  if (ends === null) return "";
  const sender = name.startsWith("ingress:") ? "ingress" : ends.from;
  return `type == ${JSON.stringify(ends.to)} && ${JSON.stringify(sender)} in senders`;
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function bare(end: string): string {
  return end.slice(end.indexOf(":") + 1);
}
