/**
 * Typed values: text to bytes and back is exact for every built-in type, for protobuf through a descriptor set, and for every unknown type.
 */
import fc from "fast-check";
import descriptor from "protobufjs/ext/descriptor.js";
import { describe, expect, test } from "vitest";
import { anyCharacter } from "../../../e2e/stack/any-character.ts";
import { decodeValue, DescriptorRegistry, encodeValue, prettyJson, toBigInt, toBits64, toSafeNumber } from "../src/index.ts";

const none = new DescriptorRegistry();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function encoded(typename: string, text: string, registry = none): Uint8Array {
  const value = encodeValue(typename, text, registry);
  if (value.kind === "error") throw new Error(value.reason);
  return value.bytes;
}

/**
 * What protoc writes (without imports) for:
 *   enum Size { SIZE_UNKNOWN = 0; SIZE_LARGE = 1; }
 *   message Item { string name = 1; int64 price_cents = 2; Size size = 3; }
 *   message Cart { repeated Item items = 1; map<string, uint64> counts = 2; bytes seal = 3; google.protobuf.Timestamp at = 4; double rate = 5; }
 */
function cartDescriptors(): Uint8Array {
  const [optional, repeated] = [1, 3];
  const [double, int64, uint64, text, message, bytes, enumeration] = [1, 3, 4, 9, 11, 12, 14];
  const field = (name: string, number: number, type: number, more: object = {}): object => ({
    name,
    number,
    type,
    label: optional,
    ...more,
  });
  const file = {
    name: "shop/cart.proto",
    package: "shop",
    syntax: "proto3",
    dependency: ["google/protobuf/timestamp.proto"],
    enumType: [
      {
        name: "Size",
        value: [
          { name: "SIZE_UNKNOWN", number: 0 },
          { name: "SIZE_LARGE", number: 1 },
        ],
      },
    ],
    messageType: [
      {
        name: "Item",
        field: [field("name", 1, text), field("price_cents", 2, int64), field("size", 3, enumeration, { typeName: ".shop.Size" })],
      },
      {
        name: "Cart",
        field: [
          field("items", 1, message, { label: repeated, typeName: ".shop.Item" }),
          field("counts", 2, message, { label: repeated, typeName: ".shop.Cart.CountsEntry" }),
          field("seal", 3, bytes),
          field("at", 4, message, { typeName: ".google.protobuf.Timestamp" }),
          field("rate", 5, double),
        ],
        nestedType: [{ name: "CountsEntry", field: [field("key", 1, text), field("value", 2, uint64)], options: { mapEntry: true } }],
      },
    ],
  };
  return descriptor.FileDescriptorSet.encode(descriptor.FileDescriptorSet.fromObject({ file: [file] })).finish();
}

describe("built-in types", () => {
  test.each([
    ["bool", "true", "0801"],
    ["bool", "false", ""],
    ["int", "-2", "0dfeffffff"],
    ["int", "0", ""],
    ["int", "2147483647", "0dffffff7f"],
    ["long", "9007199254740993", "090100000000002000"],
    ["long", "-9223372036854775808", "090000000000000080"],
    ["long", "0", ""],
    ["float", "0.1", "0dcdcccc3d"],
    ["float", "0", ""],
    ["float", "-0", "0d00000080"],
    ["float", '"NaN"', "0d0000c07f"],
    ["double", "0.1", "099a9999999999b93f"],
    ["double", '"-Infinity"', "09000000000000f0ff"],
    ["double", "0", ""],
    ["string", '"é"', "0a02c3a9"],
    ["string", '""', ""],
    ["string", '"\\ufeffx"', "0a04efbbbf78"],
  ])("%s %s has exactly these bytes and reads back", (type, text, bytes) => {
    const typename = `io.statefun.types/${type}`;
    expect(hex(encoded(typename, text))).toBe(bytes);
    const decoded = decodeValue(typename, Buffer.from(bytes, "hex"), none);
    expect(decoded).toEqual({ as: "json", text: type === "string" ? JSON.stringify(JSON.parse(text)) : text, decoder: typename });
  });

  test.each([
    ["bool", "1"],
    ["int", "2147483648"],
    ["int", "1.5"],
    ["int", '"1"'],
    ["long", "9223372036854775808"],
    ["long", "x"],
    ["float", "1e39"],
    ["double", "1e400"],
    ["double", '"x"'],
    ["string", "Bob"],
    ["string", '"\\ud800"'],
    ["string", "7"],
  ])("%s refuses %s with a reason that names the type", (type, text) => {
    const value = encodeValue(`io.statefun.types/${type}`, text, none);
    expect(value).toMatchObject({ kind: "error", reason: expect.stringContaining(`io.statefun.types/${type}`) });
  });

  test("a long accepts its digits in quotes, as protobuf JSON writes them", () => {
    expect(hex(encoded("io.statefun.types/long", '"9007199254740993"'))).toBe("090100000000002000");
  });

  test("a default value that is written out reads as the default", () => {
    expect(decodeValue("io.statefun.types/bool", Buffer.from("0800", "hex"), none).text).toBe("false");
  });

  test("bytes that are not an encoding of the type say so and show their content", () => {
    expect(decodeValue("io.statefun.types/int", Buffer.from("Bob"), none)).toEqual({
      as: "text",
      text: "Bob",
      decoder: "UTF-8 text (not an encoding of io.statefun.types/int)",
    });
  });

  test("every long, float and double reads back as itself", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(decodeValue("io.statefun.types/long", encoded("io.statefun.types/long", String(value)), none).text).toBe(String(value));
        expect(toBigInt(toBits64(value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decodeValue(
          "io.statefun.types/float",
          encoded("io.statefun.types/float", Object.is(value, -0) ? "-0" : String(value)),
          none,
        ).text;
        expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decodeValue(
          "io.statefun.types/double",
          encoded("io.statefun.types/double", Object.is(value, -0) ? "-0" : String(value)),
          none,
        ).text;
        expect(Object.is(Number(text), value)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(decodeValue("io.statefun.types/string", encoded("io.statefun.types/string", text), none).text)).toBe(value);
      }),
    );
  });
});

describe("types without a decoder", () => {
  test("any JSON is known as JSON, whatever space it begins with", () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\r") }), (json, space) => {
        expect(decodeValue("shop/json", Buffer.from(space + json), none)).toEqual({ as: "json", text: space + json, decoder: "JSON" });
      }),
    );
  });

  test("JSON keeps its text, digits included", () => {
    const text = '{"n": 9007199254740993, "n": 1.10}';
    expect(decodeValue("shop/json", Buffer.from(text), none)).toEqual({ as: "json", text, decoder: "JSON" });
  });

  test("printable UTF-8 is text; anything else is bytes", () => {
    expect(decodeValue("shop/raw", Buffer.from("héllo\n"), none)).toMatchObject({ as: "text", text: "héllo\n" });
    expect(decodeValue("shop/raw", Buffer.from([0xff, 0xfe]), none)).toMatchObject({ as: "bytes", text: "" });
    expect(decodeValue("shop/raw", Buffer.from([0x61, 0x00]), none)).toMatchObject({ as: "bytes", text: "" });
    expect(decodeValue("shop/raw", new Uint8Array(0), none)).toMatchObject({ as: "text", text: "" });
  });

  test("text passes as its UTF-8 bytes, unchanged", () => {
    expect(hex(encoded("shop/raw", '{"a": 1}\n'))).toBe(Buffer.from('{"a": 1}\n').toString("hex"));
  });

  test("text that has no UTF-8 form is refused", () => {
    expect(encodeValue("shop/raw", "\ud800", none).kind).toBe("error");
  });
});

describe("protobuf through a descriptor set", () => {
  const registry = new DescriptorRegistry();
  const added = registry.add("cart", cartDescriptors());

  test("an upload names the types it brings", () => {
    expect(added).toMatchObject({ kind: "ok", types: expect.arrayContaining(["shop.Cart", "shop.Item"]) });
    expect(registry.list()).toMatchObject([{ name: "cart" }]);
  });

  test.each(["type.googleapis.com/shop.Cart", "anything/shop.Cart"])("%s is protobuf JSON both ways, exact for 64 bits", (typename) => {
    const text =
      '{"items":[{"name":"tea","priceCents":"9007199254740993","size":"SIZE_LARGE"}],"counts":{"a":"18446744073709551615"},"seal":"AAE=","at":"2026-01-02T03:04:05Z","rate":0.5}';
    const bytes = encoded(typename, text, registry);
    expect(decodeValue(typename, bytes, registry)).toEqual({ as: "json", text, decoder: "protobuf shop.Cart" });
  });

  test("a wrong field is refused with its name", () => {
    expect(encodeValue("x/shop.Cart", '{"itemz":[]}', registry)).toMatchObject({ kind: "error", reason: expect.stringContaining("itemz") });
  });

  test("bytes that do not fit the descriptor are shown as bytes", () => {
    expect(decodeValue("x/shop.Cart", Buffer.from([0x0a, 0x7f]), registry)).toEqual({
      as: "bytes",
      text: "",
      decoder: "not an encoding of protobuf shop.Cart; as JSON or text neither: not printable",
    });
  });

  test("a broken upload changes nothing and names the cure", () => {
    const other = new DescriptorRegistry();
    expect(other.add("x", Buffer.from("not a descriptor"))).toMatchObject({
      kind: "error",
      reason: expect.stringContaining("--include_imports"),
    });
    expect(other.list()).toEqual([]);
  });

  test("a removed set is forgotten", () => {
    const other = new DescriptorRegistry();
    other.add("cart", cartDescriptors());
    expect(other.remove("cart")).toBe(true);
    expect(other.lookup("x/shop.Cart")).toBeUndefined();
  });
});

describe("helpers", () => {
  test("prettyJson indents and changes no token", () => {
    expect(prettyJson('{"a":[1.10,9007199254740993,{},[ ]],"b":"x\\"}, {"}')).toBe(
      '{\n  "a": [\n    1.10,\n    9007199254740993,\n    {},\n    []\n  ],\n  "b": "x\\"}, {"\n}',
    );
  });

  test("prettyJson keeps the meaning of any JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(JSON.parse(prettyJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test("toSafeNumber clamps beyond 2^53 and keeps the sign", () => {
    expect(toSafeNumber(toBits64(2n ** 62n))).toBe(Number.MAX_SAFE_INTEGER);
    expect(toSafeNumber(toBits64(-(2n ** 62n)))).toBe(Number.MIN_SAFE_INTEGER);
    expect(toSafeNumber(toBits64(-5n))).toBe(-5);
    expect(toSafeNumber(toBits64(4_294_967_295n))).toBe(4_294_967_295);
  });
});
