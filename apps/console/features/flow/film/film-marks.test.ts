import { expect, it } from "vitest";
import type { FlowEdge } from "../../../trpc/views.ts";
import { causalTree } from "../../traces/causal-tree.ts";
import { framesOf } from "../../traces/story-film.ts";
import { cart, message, record, stock, value } from "../../traces/test-records.ts";
import { filmLook, filmMarks } from "./film-marks.ts";

const tree = causalTree(1, [
  record(1, cart, {
    messages: [message(1, { caller: null, target: cart }, 8)],
    sent: [message(101, { caller: cart, target: stock }, 15)],
  }),
  record(4, stock, {
    messages: [message(101, { caller: cart, target: stock }, 15)],
    egress: [{ egress: "shop/out", value }],
  }),
]);
const frames = framesOf(tree);

function edge(from: string, to: string, total: number): FlowEdge {
  return { id: `${from}→${to}`, from, to, ratePerSecond: 0, total, p50Ms: null, p99Ms: null, failed: false };
}
const edges = [edge("ingress:http", "type:shop/cart", 3), edge("ingress:topic", "type:shop/cart", 9)];

it("marks the place of the story, its way, and its past; messages from outside come by the busiest ingress", () => {
  const begin = filmMarks(tree, { frames, at: 0, opened: frames[0] ?? null }, edges);
  expect(begin).toMatchObject({ here: "type:shop/cart", way: "ingress:topic→type:shop/cart" });
  const second = filmMarks(tree, { frames, at: 1, opened: frames[1] ?? null }, edges);
  expect(second).toMatchObject({ here: "type:shop/stock", way: "type:shop/cart→type:shop/stock", parked: false });
  expect(filmLook(second, ["type:shop/stock"])).toBe("here");
  expect(filmLook(second, ["type:shop/cart", "type:shop/other"])).toBe("passed");
  expect(filmLook(second, ["egress:shop/out"])).toBe("ahead");
  const last = filmMarks(tree, { frames, at: 2, opened: frames[2] ?? null }, edges);
  expect(last).toMatchObject({ here: "egress:shop/out", way: "type:shop/stock→egress:shop/out" });
});

it("marks nothing before the first frame, and nothing at all without a film", () => {
  expect(filmMarks(tree, { frames, at: -1, opened: null }, edges)).toMatchObject({ here: null, way: null, hop: null });
  expect(filmLook(null, ["type:shop/cart"])).toBeNull();
});
