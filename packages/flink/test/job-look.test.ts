/** Pages show the job on Flink with metrics by function type, whatever dots stand in the names, and sums over all subtasks. */
import { expect, test } from "vitest";
import { functionsOf } from "../src/job-look.ts";

test("metrics are those of a function type, summed over its subtasks; a known type shows where its dots separate parts", () => {
  const values = new Map<string, number[]>([
    ["functions.functions.com.shop.cart.in", [3, 4]],
    ["functions.functions.com.shop.cart.outLocal", [1]],
    ["functions.functions.com.shop.cart.outRemote", [2]],
    ["functions.functions.com.shop.cart.remoteInvocationLatency_p99", [5, 9, Number.NaN]],
    ["functions.functions.other.type.numBacklog", [2]],
  ]);
  const [cart, other] = functionsOf(values, ["com.shop/cart"]);
  expect(cart).toEqual({
    type: "com.shop/cart",
    received: 7,
    sent: 3,
    egress: 0,
    backlog: 0,
    callsInFlight: 0,
    callsFailed: 0,
    latencyP99Ms: 9,
  });
  expect(other).toMatchObject({ type: "other/type", backlog: 2, latencyP99Ms: undefined });
  expect(functionsOf(new Map(), [])).toEqual([]);
});
