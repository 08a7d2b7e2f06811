import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";
import { describe, expect, it } from "vitest";
import { DescriptorRegistry, messageShape } from "../src/index.ts";

function registryOf(source: string): DescriptorRegistry {
  const root = protobuf.parse(source, { keepCase: true }).root;
  const registry = new DescriptorRegistry();
  const bytes = (root as unknown as { toDescriptor(syntax: string): protobuf.Message }).toDescriptor("proto3");
  const encoded = (bytes.$type as protobuf.Type).encode(bytes).finish();
  expect(registry.add("set", encoded)).toMatchObject({ kind: "ok" });
  return registry;
}

describe("the shape of a protobuf message", () => {
  it("names fields as documents do, with a sample of what a person types for each", () => {
    const registry = registryOf(`syntax = "proto3"; package shop;
      enum Size { SMALL = 0; LARGE = 1; }
      message Line { string sku_name = 1; int32 count = 2; int64 cents = 3; bool gift = 4; bytes tag = 5; Size size = 6; }
      message Order { repeated Line lines = 1; map<string, string> notes = 2; }`);
    expect(messageShape(registry, "t/shop.Order")).toEqual({
      kind: "object",
      fields: [
        {
          name: "lines",
          shape: {
            kind: "array",
            items: {
              kind: "object",
              fields: [
                { name: "skuName", shape: { kind: "string" } },
                { name: "count", shape: { kind: "number", note: "int32" } },
                { name: "cents", shape: { kind: "string", note: "int64" } },
                { name: "gift", shape: { kind: "boolean" } },
                { name: "tag", shape: { kind: "string", note: "bytes in base64" } },
                { name: "size", shape: { kind: "enum", choices: ["SMALL", "LARGE"] } },
              ],
            },
          },
        },
        { name: "notes", shape: { kind: "any", note: "a map" } },
      ],
    });
  });
  it("ends for a type that contains itself, and is undefined for a type that no set has", () => {
    const registry = registryOf(`syntax = "proto3"; package t; message Node { Node next = 1; int32 n = 2; }`);
    expect(JSON.stringify(messageShape(registry, "x/t.Node")).length).toBeLessThan(2_000);
    expect(messageShape(registry, "x/t.Other")).toBeUndefined();
  });
});
