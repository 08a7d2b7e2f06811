/**
 * The cost of an uploaded descriptor set is bounded: its bytes are looked through once, and a type is built alone, with the types that it
 * refers to.
 */
import { describe, expect, test } from "vitest";
import { decodeValue, describedBytesMax, DescriptorRegistry, descriptorFault, encodeValue } from "../src/index.ts";
import { fileBytes, times, type MessageSketch } from "./descriptor-bytes.ts";

const [int32, text, message] = [5, 9, 11];

function registryOf(...sets: Uint8Array[]): DescriptorRegistry {
  const registry = new DescriptorRegistry();
  for (const [index, bytes] of sets.entries()) expect(registry.add(`set${index}`, bytes)).toMatchObject({ kind: "ok" });
  return registry;
}

function nest(depth: number): MessageSketch {
  return depth === 0 ? { name: "N" } : { name: "N", nested: [nest(depth - 1)] };
}

describe("a descriptor set beyond its bounds", () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      "too many types",
      fileBytes(
        "m",
        times(10_001, (i) => ({ name: `T${i}` })),
      ),
      /more than 10000 types/,
    ],
    [
      "too many fields",
      fileBytes("f", [{ name: "F", fields: times(100_001, (i) => ({ name: `a${i}`, number: i + 1, type: int32 })) }]),
      /more than 100000 fields/,
    ],
    ["messages nested too deep", fileBytes("n", [nest(40)]), /nested deeper than 32/],
    ["messages nested thousands deep", fileBytes("n", [nest(2_000)]), /nested deeper than 32/],
    ["too many files", Buffer.concat(times(2_001, (i) => fileBytes(`p${i}`, []))), /more than 2000 files/],
    ["a name that is code", fileBytes("q", [{ name: 'a"];process.exit(7);//' }]), /no name for a message/],
    [
      "a field whose name is code",
      fileBytes("q", [{ name: "Q", fields: [{ name: 'a"]//', number: 1, type: int32 }] }]),
      /no name for a field/,
    ],
    ["a prototype's name", fileBytes("q", [{ name: "__proto__" }]), /no name for a message/],
    ["a name without end", fileBytes("q", [{ name: "x".repeat(600) }]), /more than 512 characters/],
    ["a package that is no name", fileBytes("a b", [{ name: "Q" }]), /no name for a package/],
    ["bytes that are none", Buffer.alloc(3_900_000, 0x0a), /./],
    ["more bytes than are read", Buffer.alloc(4 * 1024 * 1024 + 1), /at most 4194304/],
  ])("%s is refused with the bound", (_, bytes, reason) => {
    expect(descriptorFault(bytes)).toMatch(reason);
  });

  test("types of all sets together are bounded, and the set of before stays", () => {
    const registry = registryOf(
      ...times(4, (set) =>
        fileBytes(
          `s${set}`,
          times(10_000, (i) => ({ name: `T${i}` })),
        ),
      ),
    );
    expect(registry.add("one more", fileBytes("x", [{ name: "X" }]))).toMatchObject({
      kind: "error",
      reason: expect.stringMatching(/more than 40000/),
    });
    expect(registry.add("set0", fileBytes("x", [{ name: "X" }]))).toMatchObject({ kind: "ok" });
    expect(registry.lookup("t/s3.T9")).toBeDefined();
  });
});

describe("a type of a large set", () => {
  const wide = times(9_990, (i) => ({
    name: `T${i}`,
    fields: [{ name: "next", number: 1, type: message, typeName: `.w.T${(i + 1) % 9_990}` }],
  }));
  const small: MessageSketch = {
    name: "Small",
    fields: [
      { name: "n", number: 1, type: int32 },
      { name: "part", number: 2, type: message, typeName: "Part" },
    ],
  };
  const part: MessageSketch = {
    name: "Part",
    fields: [{ name: "s", number: 1, type: text }],
    nested: [{ name: "Inner", fields: [{ name: "up", number: 1, type: message, typeName: ".w.Small" }] }],
  };
  const registry = registryOf(fileBytes("w", [...wide, small, part]));

  test("is read and written as if it were alone, its neighbours found from the inside out", () => {
    const value = encodeValue("t/w.Small", '{"n":7,"part":{"s":"x"}}', registry);
    expect(value.kind === "ok" && decodeValue("t/w.Small", value.bytes, registry)).toEqual({
      as: "json",
      text: '{"n":7,"part":{"s":"x"}}',
      decoder: "protobuf w.Small",
    });
    const inner = encodeValue("t/w.Part.Inner", '{"up":{"n":1}}', registry);
    expect(inner.kind === "ok" && decodeValue("t/w.Part.Inner", inner.bytes, registry).text).toBe('{"up":{"n":1}}');
  });

  test("that refers to thousands of others is shown as bytes, not built", () => {
    expect(registry.lookup("t/w.T0")).toBeUndefined();
    expect(decodeValue("t/w.T0", Buffer.from([0x0a, 0x00, 0xff]), registry).as).toBe("bytes");
  });

  test("that refers to an absent type is shown as bytes", () => {
    const broken = registryOf(
      fileBytes("b", [{ name: "B", fields: [{ name: "x", number: 1, type: message, typeName: ".nope.Missing" }] }]),
    );
    expect(broken.lookup("t/b.B")).toBeUndefined();
  });

  test("that holds itself is read to a bounded depth", () => {
    const own = registryOf(fileBytes("p", [{ name: "R", fields: [{ name: "r", number: 1, type: message, typeName: ".p.R" }] }]));
    let value = Buffer.alloc(0);
    for (let i = 0; i < 4_000; i++) {
      const length: number[] = [];
      for (let rest = value.length; ; rest >>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      value = Buffer.concat([Buffer.from([0x0a, ...length]), value]);
    }
    expect(decodeValue("t/p.R", value, own).as).not.toBe("json");
  });

  test("is not decoded where one byte may become an element: a large value stays bytes", () => {
    const packed = registryOf(fileBytes("k", [{ name: "K", fields: [{ name: "n", number: 1, type: int32, repeated: true }] }]));
    const value = Buffer.alloc(describedBytesMax + 1, 0xff);
    expect(decodeValue("t/k.K", value, packed)).toMatchObject({
      as: "bytes",
      decoder: expect.stringContaining(`more than ${describedBytesMax} bytes`),
    });
  });
});

test("thousands of imports of one file cost one", () => {
  const registry = registryOf(
    fileBytes(
      "i",
      [{ name: "I", fields: [{ name: "at", number: 1, type: message, typeName: ".google.protobuf.Timestamp" }] }],
      times(20_000, () => "google/protobuf/timestamp.proto"),
    ),
  );
  expect(decodeValue("t/i.I", Buffer.from([0x0a, 0x02, 0x08, 0x01]), registry).text).toContain("1970-01-01T00:00:01Z");
});
