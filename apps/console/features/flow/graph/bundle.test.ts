import { describe, expect, it } from "vitest";
import type { FlowEdge, FlowNode } from "../../../trpc/views.ts";
import { layOut, orderOf } from "./bundle-layout.ts";
import { bundle, CARDS_MAX, cardsOf, type Bundled } from "./bundle.ts";
import { NODE_HEIGHT } from "./geometry.ts";

function type(name: string, parts: Partial<FlowNode> = {}): FlowNode {
  const words = { detail: "", state: "clear", stateWord: "running" } as const;
  return { id: `type:${name}`, kind: "type", name, ...words, ratePerSecond: 1, waiting: 0, parked: 0, p99Ms: 1, ...parts };
}

function edge(from: string, to: string, ratePerSecond = 1): FlowEdge {
  return { id: `${from}→${to}`, from, to, ratePerSecond, total: 1, p50Ms: 1, p99Ms: 1, failed: false };
}

const http: FlowNode = { ...type("http"), id: "ingress:http", kind: "ingress" };
const spaces = Array.from({ length: 10 }, (_, n) => `ns${n}`);
const types = spaces.flatMap((space) => Array.from({ length: 20 }, (_, n) => type(`${space}/t${n}`)));
const edges = [
  ...types.map((node) => edge(http.id, node.id)),
  ...types.map((node, n) => edge(node.id, types[(n + 21) % types.length]?.id ?? "")),
];
const closed = { open: null, cards: new Set<string>() };

function overlaps(bundled: Bundled, width: number): string[] {
  const { places } = layOut(bundled, orderOf(bundled, []), { width, height: 700 });
  const boxes = bundled.groups.flatMap((group) => places.get(group.id) ?? []);
  return boxes.flatMap((left, at) =>
    boxes
      .slice(at + 1)
      .filter((right) => {
        const apartX = left.x + (left.width ?? 0) <= right.x || right.x + (right.width ?? 0) <= left.x;
        const apartY = left.y + (left.height ?? 0) <= right.y || right.y + (right.height ?? 0) <= left.y;
        return !apartX && !apartY;
      })
      .map((right) => `${left.x},${left.y} covers ${right.x},${right.y}`),
  );
}

describe("a graph of two hundred types", () => {
  it("is a box for each namespace with a cell for each type, and leaves no type out", () => {
    const { groups, singles } = bundle([http, ...types], edges, closed);
    expect(groups.map((group) => group.name)).toEqual(spaces);
    expect(groups.flatMap((group) => group.members).length).toBe(200);
    expect(groups[0]?.members.map((node) => node.name).slice(0, 3)).toEqual(["ns0/t0", "ns0/t1", "ns0/t2"]);
    expect(singles).toEqual([http]);
  });

  it("draws one line for all edges between two boxes, with the sum of their rates and no percentile", () => {
    const bundled = bundle([http, ...types], edges, closed);
    const line = bundled.edges.find(({ id }) => id === "ingress:http→namespace:ns3");
    expect(line).toMatchObject({ count: 20, ratePerSecond: 20, total: 20, p50Ms: null, p99Ms: null });
    expect(bundled.lineOf.get("ingress:http→type:ns3/t4")).toBe("ingress:http→namespace:ns3");
    const counted = bundled.edges.reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(bundled.lineOf.size);
  });

  it("opens a namespace into the cards of its busiest types and the one that is chosen", () => {
    const nodes = types.map((node, n) => ({ ...node, ratePerSecond: node.name === "ns3/t7" ? 99 : n / 1_000 }));
    const cards = cardsOf(nodes, "ns3", "ns3/t0");
    expect(cards.size).toBe(CARDS_MAX);
    expect([...cards].slice(0, 2)).toEqual(["ns3/t0", "ns3/t7"]);
    const open = bundle(nodes, edges, { open: "ns3", cards }).groups.find((group) => group.open);
    expect(open?.cards.map((card) => card.name)).toContain("ns3/t7");
    expect(open?.members.length).toBe(20);
  });

  it("adds up the numbers of its types: messages, waiting ones, and failing entities", () => {
    const nodes = [
      type("pay/a", { ratePerSecond: 2, waiting: 5 }),
      type("pay/b", { ratePerSecond: 3, waiting: 7, parked: 1, state: "danger" }),
      type("pay/c", { state: "danger" }),
    ];
    expect(bundle(nodes, [], closed).groups[0]).toMatchObject({ ratePerSecond: 6, waiting: 12, parked: 1, failing: 2, state: "danger" });
  });

  it("makes room for the hottest entities under the chosen card, and under no other", () => {
    const cards = cardsOf(types, "ns3", "ns3/t4");
    const open = bundle([http, ...types], edges, { open: "ns3", cards, chosen: "ns3/t4" });
    expect(open.groups.find((group) => group.open)?.unfolded).toBe("type:ns3/t4");
    const { places } = layOut(open, orderOf(open, []), { width: 860, height: 700 });
    const tall = [...cards].filter((name) => (places.get(`type:${name}`)?.height ?? 0) > NODE_HEIGHT);
    expect(tall).toEqual(["ns3/t4"]);
    expect(overlaps(open, 860)).toEqual([]);
    expect(bundle(types, [], { open: "ns4", cards: new Set(), chosen: "ns3/t4" }).groups.every(({ unfolded }) => unfolded === null)).toBe(
      true,
    );
  });

  it("lets no box cover another, at any width", () => {
    for (const width of [340, 700, 860, 1_600]) {
      expect(overlaps(bundle([http, ...types], edges, closed), width)).toEqual([]);
      expect(overlaps(bundle([http, ...types], edges, { open: "ns3", cards: cardsOf(types, "ns3", null) }), width)).toEqual([]);
    }
  });

  it("never moves a box because traffic changed", () => {
    const before = bundle([http, ...types], edges, closed);
    const order = orderOf(before, []);
    const busier = types.map((node, n) => ({ ...node, ratePerSecond: n, state: "danger" as const }));
    const after = bundle([http, ...busier], [...edges, edge("type:ns9/t1", "type:ns0/t1")], closed);
    const room = { width: 860, height: 700 };
    expect(layOut(after, orderOf(after, order), room)).toEqual(layOut(before, order, room));
  });

  it("keeps hundreds of namespaces to legible boxes: the smallest share one", () => {
    const many = Array.from({ length: 300 }, (_, n) => type(`n${n}/a`));
    const { groups } = bundle(many, [], closed);
    expect(groups.length).toBe(24);
    expect(groups.at(-1)).toMatchObject({ name: "277 more namespaces", open: false });
    expect(groups.flatMap((group) => group.members).length).toBe(300);
  });
});
