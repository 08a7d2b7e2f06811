import { expect, it } from "vitest";
import { en } from "../../words/pauses/en.ts";
import { drainWords, endWords, nameOf, pauseHref, secondsOf } from "./pause-words.ts";

it("names a type, an endpoint and an entity apart, and leads to each", () => {
  const rows = [
    { kind: "function", functions: "shop/cart", entity: null },
    { kind: "endpoint", functions: "shop/*", entity: null },
    { kind: "entity", functions: "shop/cart", entity: "a/1" },
  ] as const;
  expect(rows.map((row) => nameOf(row, en))).toEqual(["shop/cart", "endpoint shop/*", "shop/cart/a/1"]);
  expect(rows.map(pauseHref)).toEqual([
    "/functions?type=shop%2Fcart",
    "/functions?view=endpoints&endpoint=shop%2F*",
    "/entities/shop/cart/a~2F1",
  ]);
});

it("says how many calls are still in flight, then that it is drained", () => {
  expect(drainWords({ inFlight: 1, waitingMessages: 3 }, en)).toBe("1 call is still in flight, 3 messages wait");
  expect(drainWords({ inFlight: 0, waitingMessages: 1 }, en)).toBe("drained, 1 message waits");
  expect(drainWords({ inFlight: null, waitingMessages: null }, en)).toBeNull();
});

it("counts down to its end, or says that a person ends it", () => {
  expect(endWords({ untilMs: 65_000 }, 0, en)).toBe("resumes by itself in 1:05");
  expect(endWords({ untilMs: null }, 0, en)).toBe("until somebody resumes it");
  expect([secondsOf("600"), secondsOf("none")]).toEqual([600, null]);
});
