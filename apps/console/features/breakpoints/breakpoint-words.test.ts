import { expect, it } from "vitest";
import { holdHref, leftOf, placeOf } from "./breakpoint-words.ts";

it("names the covered entities: all, one, or those with a prefix", () => {
  const words = (entity: string | null, prefix: string | null): string => placeOf({ functions: "shop/cart", entity, prefix });
  expect([words(null, null), words("ada", null), words(null, "a")]).toEqual(["shop/cart", "shop/cart / ada", "shop/cart / a…"]);
});

it("counts down, and never below nothing", () => {
  expect([leftOf(247_000, 0), leftOf(3_723_000, 0), leftOf(0, 5_000)]).toEqual(["4:07", "1:02:03", "0:00"]);
});

it("leads to the form, filled in", () => {
  expect(holdHref({ type: "shop/cart" })).toBe("/flow/breakpoints?functions=shop%2Fcart");
  expect(holdHref({ type: "shop/cart", id: "a b" })).toBe("/flow/breakpoints?functions=shop%2Fcart&id=a+b");
});
