import { expect, test } from "vitest";
import type { FlowHeard } from "../../live/live-store.ts";
import type { FlowDot, FlowNode } from "../../trpc/views.ts";
import { PastFlow, pastGraph } from "./past-flow.ts";

const node = (id: string, kind: FlowNode["kind"]): FlowNode => ({
  ...{ id, kind, name: id, detail: "", state: "clear", stateWord: "running" },
  ...{ ratePerSecond: 99, waiting: 7, parked: 1, p99Ms: 5 },
});
const edge = "ingress:http→type:shop/cart";
const now = {
  nodes: [node("ingress:http", "ingress"), node("type:shop/cart", "type")],
  edges: [{ id: edge, from: "ingress:http", to: "type:shop/cart", ratePerSecond: 99, total: 500, p50Ms: 1, p99Ms: 2, failed: true }],
};
const dot = (sequence: number, atMs: number, parts: Partial<FlowDot> = {}): FlowDot => ({
  edge,
  sequence,
  trace: 1,
  atMs,
  failed: false,
  ...parts,
});

test("the graph of a moment has the boxes of now and the numbers of then", () => {
  const graph = pastGraph(now, [dot(1, 0), dot(2, 5), dot(3, 9, { edge: "type:shop/cart→type:shop/gone" })], 2);
  expect(graph.edges.map(({ id, ratePerSecond, failed }) => [id, ratePerSecond, failed])).toEqual([
    [edge, 1, false],
    ["type:shop/cart→type:shop/gone", 0.5, false],
  ]);
  expect(graph.nodes.map(({ name, ratePerSecond, waiting, stateWord }) => [name, ratePerSecond, waiting, stateWord])).toEqual([
    ["ingress:http", 1, 0, "moved then"],
    ["type:shop/cart", 1, 0, "moved then"],
    ["shop/gone", 0.5, 0, "moved then"],
  ]);
});

test("while time stands the window runs in a circle, each dot once a round; while it plays a dot sets out when time passes it", () => {
  const flow = new PastFlow();
  const seen: number[] = [];
  flow.onFlow((heard: FlowHeard) => seen.push(...heard.dots.map(({ sequence }) => sequence)));
  flow.now(now);
  const window = { fromMs: 1_000, toMs: 2_000 };
  flow.show(window, { dots: [dot(1, 1_100), dot(2, 1_600), dot(9, 2_500)] });
  for (let round = 0; round < 8; round += 1) flow.pass(250, undefined);
  expect(seen).toEqual([1, 2, 1, 2]);
  seen.length = 0;
  flow.show({ fromMs: 5_000, toMs: 9_000 }, { dots: [dot(3, 5_500), dot(4, 6_500)] });
  flow.pass(250, 6_000);
  expect(seen).toEqual([3]);
  flow.pass(250, 7_000);
  expect(seen).toEqual([3, 4]);
});
