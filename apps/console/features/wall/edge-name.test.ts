import { compileFilter } from "@signalbox/gateway/filter";
import { expect, it } from "vitest";
import { edgeFilter, edgeWords, shortEdge } from "./edge-name.ts";

it("an edge has words, short ones, and a filter that finds its messages", () => {
  const name = "type:shop/cart→type:shop/stock";
  expect([edgeWords(name), shortEdge(name)]).toEqual(["shop/cart → shop/stock", "cart → stock"]);
  expect(edgeFilter(name)).toBe('type == "shop/stock" && "shop/cart" in senders');
  expect(edgeFilter("ingress:http→type:shop/cart")).toBe('type == "shop/cart" && "ingress" in senders');
  expect(compileFilter(edgeFilter(name), "row")).toMatchObject({ kind: "ok" });
});

it("the sum of all others is not a single edge: its filter is that of everything", () => {
  expect([edgeWords("other"), shortEdge("other"), edgeFilter("other")]).toEqual(["other", "other", ""]);
});
