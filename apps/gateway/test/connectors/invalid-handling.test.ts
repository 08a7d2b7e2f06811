/**
 * Records that cannot become messages arrive as raw messages with the reason, within the size limits of messages.
 */
import { expect, test } from "vitest";
import { invalidRecordTypename, messageOfInvalid, type RawRecord } from "../../src/connectors/invalid-handling.ts";

const raw: RawRecord = {
  ingress: "shop/orders",
  part: "orders/0",
  position: "5",
  what: "it has no key",
  atMs: 1,
  key: null,
  value: Buffer.from("bytes"),
  headers: [[Buffer.from("traceparent"), Buffer.from("00-1")]],
  messageBytesMax: 1_000_000,
};

function jsonOf(record: RawRecord): unknown {
  const message = messageOfInvalid({ kind: "park" }, record);
  return JSON.parse(Buffer.from(message?.value.bytes ?? []).toString());
}

test("a skipped record becomes no message, a parked one goes to the engine's own type, a forwarded one to the function", () => {
  expect(messageOfInvalid({ kind: "skip" }, raw)).toBeUndefined();
  const id = "shop/orders orders/0";
  expect(messageOfInvalid({ kind: "park" }, raw)).toMatchObject({
    target: { type: "io.signalbox.records/invalid", id },
    value: { typename: invalidRecordTypename },
  });
  expect(messageOfInvalid({ kind: "forward", to: "shop/odd" }, raw)).toMatchObject({ target: { type: "shop/odd", id } });
});

test("it keeps the record as it was, and its place", () => {
  expect(jsonOf(raw)).toEqual({
    ingress: "shop/orders",
    part: "orders/0",
    position: "5",
    what: "it has no key",
    atMs: 1,
    key: null,
    value: { bytes: 5, base64: Buffer.from("bytes").toString("base64") },
    headers: [{ name: "traceparent", value: { bytes: 4, base64: Buffer.from("00-1").toString("base64") } }],
  });
});

test("bytes that would not fit into a message are cut, and the original length is given", () => {
  const large = { ...raw, value: Buffer.alloc(2_000_000, 1), messageBytesMax: 100_000 };
  const message = messageOfInvalid({ kind: "park" }, large);
  expect(message?.value.bytes.length).toBeLessThan(100_000);
  expect(jsonOf(large)).toMatchObject({ value: { bytes: 2_000_000 } });
});

test("headers whose written names are far longer than they are still leave it a message", () => {
  const headers = Array.from({ length: 200 }, () => [Buffer.alloc(60, 1), Buffer.alloc(1000)] as const);
  const message = messageOfInvalid({ kind: "park" }, { ...raw, headers, value: Buffer.alloc(2_000_000, 1), messageBytesMax: 100_000 });
  expect(message?.value.bytes.length).toBeLessThan(100_000);
});
