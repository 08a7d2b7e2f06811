/** Typenames are parsed once at the edge; addresses are told apart by type and id. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, formatTypeName, parseTypeName, sameAddress } from "../src/model/address.ts";

test("a typename has one slash and two parts", () => {
  expect(parseTypeName("shop/cart")).toEqual({ kind: "ok", typeName: { namespace: "shop", name: "cart" } });
  expect(parseTypeName("io.statefun.types/int")).toMatchObject({ kind: "ok" });
});

test.each(["", "cart", "/", "shop/", "/cart", "shop/cart/anna", "a//b"])(
  "%j is refused with a reason that says how to write one",
  (text) => {
    expect(parseTypeName(text)).toEqual({ kind: "error", reason: expect.stringContaining("write <namespace>/<name>") });
  },
);

test("what is formatted parses back to itself", () => {
  const part = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("/"));
  fc.assert(
    fc.property(part, part, (namespace, name) => {
      expect(parseTypeName(formatTypeName({ namespace, name }))).toEqual({ kind: "ok", typeName: { namespace, name } });
    }),
  );
});

test("two addresses are the same only if type and id are", () => {
  const anna = { type: "shop/cart", id: "anna" };
  expect(sameAddress(anna, { ...anna })).toBe(true);
  expect(sameAddress(anna, { ...anna, id: "" })).toBe(false);
  expect(sameAddress(anna, { ...anna, type: "shop/order" })).toBe(false);
  // Equal for people, different for the engine: an id may hold slashes.
  const split = [
    { type: "a/b", id: "c/d" },
    { type: "a/b/c", id: "d" },
  ] as const;
  expect(formatAddress(split[0])).toBe(formatAddress(split[1]));
  expect(sameAddress(...split)).toBe(false);
});
