import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlowReceived, FlowSent, type FlowGraph } from "../../src/shared/flow-delta.ts";
import type { FlowEdge, FlowNode } from "../../src/contract/overview/flow.ts";

const options = { dots: [], moved: 0, nowMs: 1_000 };

function node(name: string, parts: Partial<FlowNode> = {}): FlowNode {
  const words = { detail: "shop · closed", state: "clear", stateWord: "running" } as const;
  return { id: `type:${name}`, kind: "type", name, ...words, ratePerSecond: 1, waiting: 0, parked: 0, p99Ms: null, ...parts };
}

function edge(from: string, to: string, parts: Partial<FlowEdge> = {}): FlowEdge {
  const ends = { id: `type:${from}→type:${to}`, from: `type:${from}`, to: `type:${to}` };
  return { ...ends, ratePerSecond: 1, total: 1, p50Ms: null, p99Ms: null, failed: false, ...parts };
}

function sorted({ nodes, edges }: FlowGraph): FlowGraph {
  const byId = (left: { id: string }, right: { id: string }): number => (left.id < right.id ? -1 : 1);
  return { nodes: nodes.toSorted(byId), edges: edges.toSorted(byId) };
}

const name = fc.constantFrom("a/a", "a/b", "b/a", "b/b", "c/a");
const graph = fc.record({
  nodes: fc.uniqueArray(
    fc.tuple(name, fc.integer({ min: 0, max: 999 }), fc.constantFrom("clear", "danger"), fc.option(fc.integer({ min: 1, max: 99 }))),
    { selector: ([first]) => first },
  ),
  edges: fc.uniqueArray(fc.tuple(name, name, fc.integer({ min: 0, max: 999 }), fc.boolean()), {
    selector: ([from, to]) => `${from} ${to}`,
  }),
});

describe("the graph as it is sent", () => {
  test("is the same on the other side after any changes, whatever nodes come and go", () => {
    fc.assert(
      fc.property(fc.array(graph, { minLength: 1, maxLength: 8 }), (steps) => {
        const sent = new FlowSent();
        const received = new FlowReceived();
        for (const step of steps) {
          const now: FlowGraph = {
            nodes: step.nodes.map(([type, rate, state, p99Ms]) => node(type, { ratePerSecond: rate, state, p99Ms })),
            edges: step.edges.map(([from, to, rate, failed]) => edge(from, to, { ratePerSecond: rate, total: rate, failed })),
          };
          received.apply(structuredClone(sent.delta(now, options)));
          expect(sorted(received.graph())).toEqual(sorted(now));
          // Another tab that joins here goes on from the same graph.
          expect(FlowReceived.of(structuredClone(received.places())).graph()).toEqual(received.graph());
        }
      }),
    );
  });

  test("costs nothing while no visible part changed", () => {
    const sent = new FlowSent();
    sent.delta({ nodes: [node("a/a", { ratePerSecond: 1_234 })], edges: [edge("a/a", "b/b")] }, options);
    const delta = sent.delta({ nodes: [node("a/a", { ratePerSecond: 1_234.4 })], edges: [edge("a/a", "b/b")] }, options);
    expect(delta).toMatchObject({ whole: false, nodes: [], nodeNumbers: [], edges: [], edgeNumbers: [] });
  });

  test("brings the dots on edges that the other side knows, and the number of moved messages", () => {
    const sent = new FlowSent();
    const received = new FlowReceived();
    received.apply(sent.delta({ nodes: [node("a/a"), node("b/b")], edges: [edge("a/a", "b/b")] }, options));
    const dot = { edge: "type:a/a→type:b/b", sequence: 5, trace: 4, atMs: 990, failed: true };
    const delta = sent.delta(null, { dots: [dot, { ...dot, edge: "type:x/x→type:b/b" }], moved: 9, nowMs: 1_000 });
    expect(received.dots(delta, 1_000)).toEqual([dot]);
    expect(delta.moved).toBe(9);
  });
});
