import { expect, it } from "vitest";
import type { FlowEdge } from "../../trpc/views.ts";
import { edgesOf, neighboursOf } from "./type-heat.tsx";

function edge(from: string, to: string, ratePerSecond: number): FlowEdge {
  return { id: `${from}→${to}`, from, to, ratePerSecond, total: 1, p50Ms: null, p99Ms: null, failed: false };
}

it("shows the edges of a type, the busiest first, and the types at their other ends, each once", () => {
  const all = [
    edge("type:shop/cart", "type:shop/stock", 2),
    edge("type:shop/stock", "type:shop/cart", 1),
    edge("ingress:http", "type:shop/cart", 9),
    edge("type:shop/stock", "egress:shop/out", 5),
  ];
  const own = edgesOf(all, "shop/cart");
  expect(own.map(({ ratePerSecond }) => ratePerSecond)).toEqual([9, 2, 1]);
  expect(neighboursOf(own, "shop/cart")).toEqual(["shop/stock"]);
});
