/** Values against the codecs that the gateway uses: the same bytes both ways. */
import { decodeValue, DescriptorRegistry, encodeValue } from "@signalbox/proto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { anyCharacter } from "../../../e2e/stack/any-character.ts";
import { egress, json, types, ValueError, type ValueType } from "../src/index.ts";

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

  test("throws nothing but a ValueError for bytes that are not one", () => {
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

describe("a schema's value is written only if the same schema reads it again", () => {
  const unread: [string, z.ZodType, unknown, RegExp][] = [
    [
      "a date",
      z.object({ at: z.date() }),
      { at: new Date(0) },
      /^shop\/V: at: .*expected date.*when what was written is read again.*z\.iso/,
    ],
    ["a map", z.map(z.string(), z.number()), new Map([["a", 1]]), /expected map/],
    ["a class", z.instanceof(Map), new Map(), /^shop\/V: /],
    [
      "a transform that throws on what it made",
      z.preprocess(
        (given) => given as string,
        z.string().transform((text) => ({ text: text.trim() })),
      ),
      "a",
      /^shop\/V: /,
    ],
    ["a bigint", z.object({ cents: z.bigint() }), { cents: 5n }, /^shop\/V: JSON cannot hold it \(.*BigInt/],
    ["NaN", z.any(), { list: [1, Number.NaN] }, /^shop\/V: list\.1: NaN would be read as null/],
    ["Infinity", z.any(), Infinity, /Infinity would be read as null/],
    ["undefined in a list", z.any(), [undefined], /^shop\/V: 0: undefined would be read as null/],
    ["a function", z.any(), { call: () => 1 }, /call: a function would be read as undefined/],
    ["a set under any", z.any(), new Set([1]), /a value of the kind Set would be read as a value of the kind Object/],
    ["a transform to another type", z.string().transform(Number), "5", /expected string.*gives? what it takes|expected string/],
    ["a transform that goes on with each reading", z.number().transform((count) => count + 1), 1, /^shop\/V: 2 would be read as 3/],
    ["a circle", z.any(), circle(), /JSON cannot hold it/],
  ];
  test.each(unread)("%s is refused where it is written", (_name, schema, value, error) => {
    expect(() => json("shop/V", schema).encode(value)).toThrow(error);
    expect(() => json("shop/V", schema).encode(value)).toThrow(ValueError);
  });

  const kept: [string, z.ZodType, unknown][] = [
    ["a date that is coerced", z.object({ at: z.coerce.date() }), { at: new Date(5) }],
    ["a default", z.object({ count: z.number().default(3) }), { count: 3 }],
    ["a field that is undefined", z.object({ count: z.number().optional() }), { count: undefined }],
    ["null", z.string().nullable(), null],
    ["a text that is trimmed", z.string().trim(), "a"],
  ];
  test.each(kept)("%s comes back", (_name, schema, value) => {
    const type = json("shop/V", schema);
    expect(type.decode(type.encode(value))).toEqual(value);
  });

  test("any value comes back", () => {
    const type = json("shop/V", z.any());
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        let bytes: Uint8Array;
        try {
          bytes = type.encode(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
          return;
        }
        expect(withoutSigns(type.decode(bytes))).toEqual(withoutSigns(value));
      }),
      { numRuns: 2_000 },
    );
  });

  test("a value that leaves through an egress is not read back, as others read it", () => {
    const receipts = egress("shop/receipts", z.object({ at: z.date() }));
    expect(new TextDecoder().decode(receipts.record({ at: new Date(0) }).bytes)).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });
});

function circle(): unknown {
  const of: { self?: unknown } = {};
  of.self = of;
  return of;
}

/** JSON has no negative zero. */
function withoutSigns(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return Array.from(value, withoutSigns);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutSigns(each)]));
}
