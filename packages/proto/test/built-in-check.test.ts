/** The check of built-in values agrees with the decoder, for what encoders write and for any other bytes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtInTypenames, decodeScalar, encodeScalar } from "../src/built-in-types.ts";
import { isValueOfItsType } from "../src/built-in-check.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(builtInTypenames)("%s", (typename) => {
  test("holds the bytes that the decoder takes, and no others", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 12 }),
          fc
            .tuple(fc.constantFrom(0x08, 0x09, 0x0a, 0x0d), fc.uint8Array({ maxLength: 12 }))
            .map(([tag, rest]) => Uint8Array.of(tag, ...rest)),
          fc.string({ unit: "grapheme", maxLength: 200 }).map((text) => {
            const encoded = encodeScalar("io.statefun.types/string", JSON.stringify(text));
            return encoded.kind === "ok" ? encoded.bytes : new Uint8Array(0);
          }),
        ),
        (bytes) => {
          expect(isValueOfItsType(typename, bytes)).toBe(decodeScalar(typename, bytes) !== undefined);
        },
      ),
    );
  });
});

test("raw text is not a string value, and half a surrogate pair is not a character", () => {
  expect(isValueOfItsType("io.statefun.types/string", utf8("raw text"))).toBe(false);
  expect(isValueOfItsType("io.statefun.types/string", Uint8Array.of(0x0a, 1, 0xc3))).toBe(false);
  expect(isValueOfItsType("io.statefun.types/string", Uint8Array.of(0x0a, 2, 0xc3, 0xbc))).toBe(true);
});

test("a type that is not built in holds any bytes", () => {
  for (const typename of ["shop/order", "io.statefun.types/unset", "io.statefun.types/toString"])
    expect(isValueOfItsType(typename, Uint8Array.of(255))).toBe(true);
});
