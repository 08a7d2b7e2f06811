/** Records of a topic on their way to entities: the key is the id, the value goes through as it is, the rest is told apart. */
import { describe, expect, it } from "vitest";
import { routeRecord } from "../../../src/connectors/kafka/kafka-routing.ts";

const route = { topic: "orders", valueType: "shop/Order", targets: ["shop/cart", "shop/audit"] };
const value = Buffer.from("bytes");
const bytesMax = 1000;

describe("a record of a topic", () => {
  it("becomes one message for each target", () => {
    expect(routeRecord({ key: Buffer.from("käse"), value }, route, bytesMax)).toEqual({
      kind: "messages",
      messages: route.targets.map((type) => ({
        target: { type, id: "käse" },
        value: { typename: "shop/Order", bytes: new Uint8Array(value) },
      })),
    });
  });

  it("keeps a byte order mark in its key: another key is another entity", () => {
    expect(routeRecord({ key: Buffer.from("\ufeffa"), value }, route, bytesMax)).toMatchObject({
      messages: [{ target: { id: "\ufeffa" } }, {}],
    });
  });

  it("does not keep the answer of its fetch alive", () => {
    const answer = Buffer.alloc(1024, 1);
    const routed = routeRecord({ key: Buffer.from("a"), value: answer.subarray(10, 12) }, route, bytesMax);
    expect(routed.kind === "messages" && routed.messages[0]?.value.bytes.buffer.byteLength).toBe(2);
  });

  it.each([
    ["no key", null, value, "KEY_ABSENT"],
    ["an empty key", Buffer.alloc(0), value, "KEY_NOT_AN_ID"],
    ["a key that is no UTF-8", Buffer.of(0xff), value, "KEY_NOT_UTF8"],
    ["a key that is too long", Buffer.alloc(100_000, "a"), value, "KEY_NOT_AN_ID"],
    ["no value", Buffer.from("a"), null, "VALUE_ABSENT"],
    ["a value that is too large", Buffer.from("a"), Buffer.alloc(1001), "VALUE_TOO_LARGE"],
  ])("cannot be routed with %s", (_what, key, bytes, code) => {
    expect(routeRecord({ key, value: bytes }, route, bytesMax)).toMatchObject({ kind: "invalid", code });
  });
});
