/** There is one rule for typenames and one for ids; addresses differ when type or id differ. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyCharacter } from "../../../e2e/stack/any-character.ts";
import {
  checkId,
  formatAddress,
  formatTypeName,
  idBytesMax,
  parseTypeName,
  sameAddress,
  splitTypeName,
  typeNameBytesMax,
} from "@signalbox/runtime/model/address";
import { utf8BytesAtMost } from "@signalbox/runtime/model/utf8-bytes";

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

test.each([
  "shop/cart ",
  " shop/cart",
  "shop /cart",
  "shop/ cart",
  "shop/\u00a0cart",
  "sh\top/cart",
  "shop/ca\u0000rt",
  "shop/ca\nrt",
  "shop/ca\u0085rt",
])("%j is refused: a part may not end in a blank or hold a control character", (text) => {
  expect(parseTypeName(text)).toEqual({ kind: "error", reason: expect.stringContaining("write <namespace>/<name>") });
  // A name that was stored under an older rule can still be read.
  expect(splitTypeName(text)).toMatchObject({ kind: "ok" });
});

test("a typename that is too long is refused with a short reason that makes invisible characters visible", () => {
  expect(parseTypeName(`n/${"x".repeat(typeNameBytesMax - 2)}`).kind).toBe("ok");
  const long = parseTypeName(`n/${"\u00e9".repeat(typeNameBytesMax)}`);
  expect(long.kind === "error" && long.reason.length).toBeLessThan(250);
  expect(parseTypeName("a\u0007/b")).toMatchObject({ reason: expect.stringContaining(String.raw`a\u0007/b`) });
});

test("a formatted address splits back to itself, and accepted addresses are accepted again", () => {
  const part = fc.string({ unit: anyCharacter, minLength: 1 }).filter((text) => !text.includes("/"));
  fc.assert(
    fc.property(part, part, (namespace, name) => {
      const text = formatTypeName({ namespace, name });
      const split = { kind: "ok", typeName: { namespace, name } };
      expect(splitTypeName(text)).toEqual(split);
      if (parseTypeName(text).kind === "ok") expect(parseTypeName(text)).toEqual(split);
    }),
  );
});

test("an id has 1 byte to idBytesMax bytes in UTF-8 and is well formed", () => {
  for (const id of ["a", ".", "..", "a/b", "?#%", " ", "\u0000", "x".repeat(idBytesMax), "\u00e9".repeat(idBytesMax / 2)])
    expect(checkId(id)).toBeUndefined();
  expect(checkId("")).toBe("the id is empty");
  expect(checkId("x".repeat(idBytesMax + 1))).toContain(`longer than ${idBytesMax} bytes`);
  expect(checkId("\u00e9".repeat(idBytesMax / 2 + 1))).toContain(`longer than ${idBytesMax} bytes`);
  expect(checkId("\ud800")).toContain("surrogate");
});

test("bytes are counted as UTF-8 writes them", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "\u00e9", "\u20ac", "\ud83d\ude00", "\ud800", "\udc00") }),
      fc.nat(60),
      (text, max) => {
        expect(utf8BytesAtMost(text, max)).toBe(new TextEncoder().encode(text).length <= max);
      },
    ),
  );
});

test("two addresses are the same only if type and id are", () => {
  const anna = { type: "shop/cart", id: "anna" };
  expect(sameAddress(anna, { ...anna })).toBe(true);
  expect(sameAddress(anna, { ...anna, id: "" })).toBe(false);
  expect(sameAddress(anna, { ...anna, type: "shop/order" })).toBe(false);
  // They look equal to people and differ for the engine, because an id may hold slashes.
  const split = [
    { type: "a/b", id: "c/d" },
    { type: "a/b/c", id: "d" },
  ] as const;
  expect(formatAddress(split[0])).toBe(formatAddress(split[1]));
  expect(sameAddress(...split)).toBe(false);
});
