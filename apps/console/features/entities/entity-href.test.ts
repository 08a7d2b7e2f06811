/** Entity URLs carry any id. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { addressOf, entityHref, fromSegment, toSegment } from "./entity-href.ts";

it("every text reads back from its segment", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => fromSegment(toSegment(text)) === text));
});
it("a segment never holds a slash, a percent sign or only dots", () => {
  for (const id of ["a/b", "..", ".", "", "50%", "é", "a b", "~"]) expect(toSegment(id)).toMatch(/^(?!\.+$)[A-Za-z0-9_.~-]+$/);
});
it("plain ids stay readable", () => {
  expect(entityHref({ type: "com.example/greeter", id: "o-48211" })).toBe("/entities/com.example/greeter/o-48211");
});
it("an address reads back from its path", () => {
  const [, , namespace = "", name = "", id = ""] = entityHref({ type: "shop/cart", id: "a/b c" }).split("/");
  expect(addressOf({ namespace, name, id })).toEqual({ type: "shop/cart", id: "a/b c" });
});
it("a segment of another origin is refused", () => {
  for (const segment of ["a%20b", "~G1", "~4", "~FF"]) expect(fromSegment(segment)).toBeNull();
});
