/** Values against the codecs that the gateway uses: the same bytes both ways. */
import { decodeValue, DescriptorRegistry, encodeValue } from "@signalbox/proto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { anyCharacter } from "../../../e2e/stack/any-character.ts";
import { json, types, ValueError, type ValueType } from "../src/index.ts";

const descriptors = new DescriptorRegistry();
const cases: [string, ValueType<unknown>, fc.Arbitrary<unknown>, (value: unknown) => string][] = [
  ["bool", types.bool as ValueType<unknown>, fc.boolean(), String],
  ["int", types.int as ValueType<unknown>, fc.integer(), String],
  ["long", types.long as ValueType<unknown>, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), String],
  [
    "double",
    types.double as ValueType<unknown>,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    (value) => (Object.is(value, -0) ? "-0" : String(value)),
  ],
  ["string", types.string as ValueType<unknown>, fc.string({ unit: anyCharacter }), (value) => JSON.stringify(value)],
];

describe.each(cases)("a value of io.statefun.types/%s", (_name, type, values, jsonText) => {
  test("has the bytes that the gateway writes, and reads them back", () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = type.encode(value);
        const theirs = encodeValue(type.typename, jsonText(value), descriptors);
        expect(theirs).toMatchObject({ kind: "ok" });
        if (theirs.kind === "ok") expect(Buffer.from(bytes).equals(Buffer.from(theirs.bytes))).toBe(true);
        expect(type.decode(bytes)).toEqual(value);
        expect(decodeValue(type.typename, bytes, descriptors).as).toBe("json");
      }),
    );
  });

  test("never throws anything but a ValueError for bytes that are not one", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          type.decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
    );
  });
});

test("values out of range or of another type are refused when they are written", () => {
  expect(() => types.int.encode(2 ** 31)).toThrow(/expected an integer of 32 bits, got 2147483648/);
  expect(() => types.int.encode(1.5)).toThrow(ValueError);
  expect(() => types.long.encode(2n ** 63n)).toThrow(ValueError);
  expect(() => types.string.encode("\ud800")).toThrow(/well-formed/);
});

test("a schema's issue names the place in the value", () => {
  const type = json("shop/Items", z.array(z.object({ count: z.number() })));
  expect(() => type.decode(new TextEncoder().encode('[{"count":"x"}]'))).toThrow(/^shop\/Items: 0\.count: /);
});
