/**
 * What becomes of a webhook's request: pointers, headers, keys that mark a repeat, and requests that cannot become a message.
 */
import { describe, expect, test } from "vitest";
import { isPointer, valueAt } from "../../../src/shape/json-pointer.ts";
import { webhookMessage } from "../../../src/connectors/webhook/webhook-message.ts";
import type { WebhookSpec } from "../../../src/connectors/webhook/webhook-spec.ts";

/** The example of RFC 6901, 5. */
const document = {
  foo: ["bar", "baz"],
  "": 0,
  "a/b": 1,
  "c%d": 2,
  "e^f": 3,
  "g|h": 4,
  "i\\j": 5,
  'k"l': 6,
  " ": 7,
  "m~n": 8,
};

test.each([
  ["", document],
  ["/foo", ["bar", "baz"]],
  ["/foo/0", "bar"],
  ["/", 0],
  ["/a~1b", 1],
  ["/c%d", 2],
  ["/e^f", 3],
  ["/g|h", 4],
  ["/i\\j", 5],
  ['/k"l', 6],
  ["/ ", 7],
  ["/m~0n", 8],
  ["/foo/-", undefined],
  ["/foo/01", undefined],
  ["/foo/2", undefined],
  ["/foo/length", undefined],
  ["/toString", undefined],
  ["/__proto__", undefined],
  ["/foo/0/x", undefined],
])("the pointer %j gives %j", (pointer, value) => {
  expect(isPointer(pointer)).toBe(true);
  expect(valueAt(document, pointer)).toEqual(value);
});

test.each(["foo", "/a~", "/a~2", "#/foo"])("%j is not a pointer", (text) => {
  expect(isPointer(text)).toBe(false);
});

const spec = (change: Partial<WebhookSpec> = {}): WebhookSpec => ({
  path: "stripe",
  target: "shop/payments",
  entityId: { kind: "pointer", pointer: "/data/customer" },
  isJson: true,
  valueType: "shop/Payment",
  signature: { kind: "none" },
  deliveryId: { kind: "pointer", pointer: "/id" },
  anyHost: false,
  ...change,
});
const request = (body: string | Buffer, headers: Record<string, string> = {}) => ({
  body: Buffer.from(body),
  header: (name: string) => headers[name],
});
const event = '{"id":"evt_1","data":{"customer":"anna"}}';

describe("a webhook", () => {
  test("is for the entity that its body names, with the body as its value and its delivery as the key", () => {
    const message = webhookMessage("shop/hook", spec(), request(event));
    expect(message).toEqual({
      target: { type: "shop/payments", id: "anna" },
      value: { typename: "shop/Payment", bytes: new Uint8Array(Buffer.from(event)) },
      idempotencyKey: "hook:shop/hook:evt_1",
    });
  });

  test("may name both in headers, in UTF-8, and takes a whole number for an id", () => {
    const headers = { "x-customer": Buffer.from("Jörg").toString("latin1"), "webhook-id": "msg_1" };
    const named = spec({ entityId: { kind: "header", header: "x-customer" }, deliveryId: { kind: "header", header: "webhook-id" } });
    expect(webhookMessage("shop/hook", named, request("{}", headers))).toMatchObject({
      target: { id: "Jörg" },
      idempotencyKey: "hook:shop/hook:msg_1",
    });
    expect(webhookMessage("shop/hook", spec(), request('{"id":7,"data":{"customer":42}}'))).toMatchObject({
      target: { id: "42" },
      idempotencyKey: "hook:shop/hook:7",
    });
  });

  test("is text when no type is named, and bytes when it need not be JSON", () => {
    const fixed = { kind: "fixed", id: "all" } as const;
    const text = webhookMessage("shop/hook", spec({ entityId: fixed, valueType: "io.statefun.types/string" }), request('{"id":"a"}'));
    expect(Buffer.from(text.value.bytes).subarray(2).toString()).toBe('{"id":"a"}');
    const bytes = spec({ entityId: fixed, isJson: false, deliveryId: { kind: "header", header: "idempotency-key", optional: true } });
    const message = webhookMessage("shop/hook", bytes, request(Buffer.from([0xff, 0])));
    expect([message.value.bytes, message.idempotencyKey]).toEqual([new Uint8Array([0xff, 0]), undefined]);
  });

  test("has a key that keeps its length and tells two deliveries apart", () => {
    const keys = ["a".repeat(300), "a".repeat(301)].map(
      (id) => webhookMessage("shop/hook", spec(), request(JSON.stringify({ id, data: { customer: "anna" } }))).idempotencyKey ?? "",
    );
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(256);
    const body = spec({ deliveryId: { kind: "body" } });
    const [first, again, other] = [event, event, event.replace("anna", "bob")].map(
      (text) => webhookMessage("shop/hook", body, request(text)).idempotencyKey,
    );
    expect([first === again, first === other]).toEqual([true, false]);
  });

  test.each([
    ["no JSON", "hello", {}, "INVALID_VALUE"],
    ["bytes that are no UTF-8", Buffer.from([0x22, 0xff, 0x22]), {}, "INVALID_VALUE"],
    ["no entity", '{"id":"evt_1"}', {}, "NOT_ROUTABLE"],
    ["an entity that is a map", '{"id":"evt_1","data":{"customer":{}}}', {}, "NOT_ROUTABLE"],
    ["an entity without a name", '{"id":"evt_1","data":{"customer":""}}', {}, "NOT_ROUTABLE"],
    ["a number with more digits than can be told apart", '{"id":"e","data":{"customer":12345678901234567890}}', {}, "NOT_ROUTABLE"],
    ["a fraction", '{"id":"e","data":{"customer":1.5}}', {}, "NOT_ROUTABLE"],
    ["too long a name", JSON.stringify({ id: "e", data: { customer: "x".repeat(3000) } }), {}, "NOT_ROUTABLE"],
    ["no delivery", '{"data":{"customer":"anna"}}', {}, "NOT_ROUTABLE"],
    ["an absent header", event, { entityId: { kind: "header", header: "x-customer" } }, "NOT_ROUTABLE"],
  ] as const)("with %s becomes no message", (_name, body, change, code) => {
    expect(() => webhookMessage("shop/hook", spec(change), request(body))).toThrow(expect.objectContaining({ code }));
  });
});
