/**
 * Bundle: the graph in a form that a person can read when it has many types: one box a namespace with a cell for each of its types, and
 * between boxes one line for all edges that run there. One namespace may be open: its busiest types are cards of their own, the rest stay
 * cells. Many ingresses or egresses become one box too. Nothing is left out silently: every type is a cell or a card, and a line says how
 * many edges it stands for. It is pure: the places depend on names alone, never on traffic.
 */
import { naturalOrder } from "../../../format/natural-order.ts";
import type { FlowEdge, FlowNode } from "../../../trpc/views.ts";
import { namespaceOf } from "./namespace-of.ts";

export const CARDS_MAX = 5;
const SINGLES_MAX = 8;
/** When there are more namespaces than this, the smallest share a box. */
const NAMESPACES_MAX = 24;

export interface Group {
  readonly id: string;
  readonly kind: "ingress" | "namespace" | "egress";
  readonly name: string;
  readonly open: boolean;
  /** Everything that it stands for, in the order of names. */
  readonly members: readonly FlowNode[];
  /** The members that are cards of their own; none while it is closed. */
  readonly cards: readonly FlowNode[];
  /** The card under which the hottest entities are listed. */
  readonly unfolded: string | null;
  readonly ratePerSecond: number;
  readonly waiting: number;
  readonly parked: number;
  /** How many of its members fail. */
  readonly failing: number;
  readonly state: FlowNode["state"];
}

export interface BundledEdge extends FlowEdge {
  /** How many edges this line stands for. */
  readonly count: number;
}

export interface Bundled {
  readonly groups: readonly Group[];
  /** Ingresses and egresses that are not in a box. */
  readonly singles: readonly FlowNode[];
  readonly edges: readonly BundledEdge[];
  /** The line as which each edge is drawn. */
  readonly lineOf: ReadonlyMap<string, string>;
}

export interface BundleOptions {
  /** The namespace that is open. */
  readonly open: string | null;
  /** The names of its types that are cards. */
  readonly cards: ReadonlySet<string>;
  /** The type whose hottest entities are shown. */
  readonly chosen?: string | null;
}

export function bundle(nodes: readonly FlowNode[], edges: readonly FlowEdge[], options: BundleOptions): Bundled {
  const groups = [...ends(nodes, "ingress"), ...namespaces(nodes, options), ...ends(nodes, "egress")];
  const drawnAs = new Map<string, string>();
  for (const group of groups) {
    for (const member of group.members) drawnAs.set(member.id, group.id);
    for (const card of group.cards) drawnAs.set(card.id, card.id);
  }
  const singles = nodes.filter((node) => !drawnAs.has(node.id));
  for (const node of singles) drawnAs.set(node.id, node.id);
  return { groups, singles, ...bundleEdges(edges, drawnAs) };
}

/** Returns the types that an opened namespace shows as cards: the chosen one and the busiest at that moment. */
export function cardsOf(nodes: readonly FlowNode[], namespace: string, chosen: string | null): ReadonlySet<string> {
  const members = nodes.filter((node) => node.kind === "type" && namespaceOf(node.name) === namespace);
  const byWeight = members.toSorted(
    (left, right) =>
      Number(right.name === chosen) - Number(left.name === chosen) ||
      right.ratePerSecond + right.waiting - (left.ratePerSecond + left.waiting) ||
      naturalOrder(left.name, right.name),
  );
  return new Set(byWeight.slice(0, CARDS_MAX).map((node) => node.name));
}

function namespaces(nodes: readonly FlowNode[], { open, cards, chosen = null }: BundleOptions): Group[] {
  const byName = Map.groupBy(
    nodes.filter((node) => node.kind === "type"),
    (node) => namespaceOf(node.name),
  );
  const names = [...byName.keys()].sort(naturalOrder);
  const large = new Set(
    names.length <= NAMESPACES_MAX
      ? names
      : names.toSorted((left, right) => (byName.get(right)?.length ?? 0) - (byName.get(left)?.length ?? 0)).slice(0, NAMESPACES_MAX - 1),
  );
  if (open !== null && byName.has(open)) large.add(open);
  const groups = names
    .filter((name) => large.has(name))
    .map((name) =>
      groupOf({ id: `namespace:${name}`, kind: "namespace", name, members: byName.get(name) ?? [], open: name === open, cards, chosen }),
    );
  const rest = names.filter((name) => !large.has(name));
  if (rest.length === 0) return groups;
  const members = rest.flatMap((name) => byName.get(name) ?? []);
  return [
    ...groups,
    groupOf({ id: "namespaces", kind: "namespace", name: `${rest.length} more namespaces`, members, open: false, cards, chosen }),
  ];
}

function ends(nodes: readonly FlowNode[], kind: "ingress" | "egress"): Group[] {
  const members = nodes.filter((node) => node.kind === kind);
  if (members.length <= SINGLES_MAX) return [];
  const name = kind === "ingress" ? "Ingresses" : "Egresses";
  return [groupOf({ id: `all:${kind}`, kind, name, members, open: false, cards: new Set(), chosen: null })];
}

interface GroupParts extends Pick<Group, "id" | "kind" | "name" | "open"> {
  members: readonly FlowNode[];
  cards: ReadonlySet<string>;
  chosen: string | null;
}

const worst = ["danger", "caution", "clear", "idle"] as const;

function groupOf({ members, cards, chosen, ...parts }: GroupParts): Group {
  const sorted = members.toSorted((left, right) => naturalOrder(left.name, right.name));
  const sum = (pick: (node: FlowNode) => number): number => members.reduce((total, node) => total + pick(node), 0);
  const shown = parts.open ? sorted.filter((node) => cards.has(node.name)) : [];
  return {
    ...parts,
    members: sorted,
    cards: shown,
    unfolded: shown.find((node) => node.name === chosen)?.id ?? null,
    failing: members.filter((node) => node.state === "danger").length,
    ratePerSecond: sum((node) => node.ratePerSecond),
    waiting: sum((node) => node.waiting),
    parked: sum((node) => node.parked),
    state: worst.find((state) => members.some((node) => node.state === state)) ?? "idle",
  };
}

function bundleEdges(edges: readonly FlowEdge[], drawnAs: ReadonlyMap<string, string>): Pick<Bundled, "edges" | "lineOf"> {
  const bundled = new Map<string, BundledEdge>();
  const lineOf = new Map<string, string>();
  for (const edge of edges) {
    const from = drawnAs.get(edge.from);
    const to = drawnAs.get(edge.to);
    // Edges inside one box are summed up by the box.
    if (from === undefined || to === undefined || (from === to && from !== edge.from)) continue;
    const id = `${from}→${to}`;
    const known = bundled.get(id);
    lineOf.set(edge.id, id);
    bundled.set(id, known === undefined ? { ...edge, id, from, to, count: 1 } : merged(known, edge));
  }
  return { edges: [...bundled.values()], lineOf };
}

function merged(bundled: BundledEdge, edge: FlowEdge): BundledEdge {
  return {
    ...bundled,
    count: bundled.count + 1,
    ratePerSecond: bundled.ratePerSecond + edge.ratePerSecond,
    total: bundled.total + edge.total,
    failed: bundled.failed || edge.failed,
    // A percentile over several edges belongs to none of them, so there is none.
    p50Ms: null,
    p99Ms: null,
  };
}
