/** Egresses that declare their type, and the bodies of the HTTP egress, as bytes on the wire. */
import { FromFunction, KafkaProducerRecord, KinesisEgressRecord, StringWrapper } from "@signalbox/proto";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  bytes,
  createDispatcher,
  egress,
  entity,
  httpEgress,
  httpRecord,
  json,
  kafkaEgress,
  kinesisEgress,
  types,
  ValueError,
  type Egress,
  type KafkaEgressRecord,
} from "../src/index.ts";
import { protobuf } from "../src/protobuf.ts";
import { requestBytes, text } from "./wire.ts";

type Text = ReturnType<typeof StringWrapper.create>;
const code = { encode: (value: Text) => StringWrapper.encode(value), decode: (value: Uint8Array) => StringWrapper.decode(value) };
const Receipt = z.object({ order: z.string(), cents: z.number().int() });

interface Sent {
  readonly to: string;
  readonly typename: string;
  readonly bytes: Uint8Array;
}

async function sentBy(send: Parameters<typeof entity>[1]["on"][string]): Promise<readonly Sent[]> {
  const shop = entity("shop/cart", { messages: { go: types.string }, on: { go: send } });
  const request = requestBytes({
    target: ["shop", "cart", "ada"],
    messages: [{ type: "io.statefun.types/string", value: types.string.encode("") }],
  });
  const outcome = await createDispatcher([shop]).dispatch(request);
  if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return (FromFunction.decode(outcome.bytes).invocationResult?.outgoingEgresses ?? []).map(({ egressNamespace, egressType, argument }) => ({
    to: `${egressNamespace}/${egressType}`,
    typename: argument?.typename ?? "",
    bytes: argument?.value ?? new Uint8Array(),
  }));
}

test("a typed egress writes its values under its own id, or under the name of the type", async () => {
  const receipts = egress("shop/receipts", Receipt);
  const named = egress("shop/archive", json("shop/Receipt", Receipt));
  const counts = egress("shop/counts", types.long);
  expectTypeOf(receipts).toEqualTypeOf<Egress<{ order: string; cents: number }>>();
  const sent = await sentBy((ctx) => {
    ctx.egress(receipts, { order: "a-1", cents: 5 });
    ctx.egress(named, { order: "a-1", cents: 5 });
    ctx.egress(counts, 3n);
  });
  const bytes = new Uint8Array(text('{"order":"a-1","cents":5}'));
  expect(sent.map(({ bytes: each, ...rest }) => ({ ...rest, bytes: new Uint8Array(each) }))).toEqual([
    { to: "shop/receipts", typename: "shop/receipts", bytes },
    { to: "shop/archive", typename: "shop/Receipt", bytes },
    { to: "shop/counts", typename: "io.statefun.types/long", bytes: types.long.encode(3n) },
  ]);
});

test("a value that does not fit is refused where it is made, and nothing leaves", async () => {
  const receipts = egress("shop/receipts", Receipt);
  expect(() => receipts.record({ order: "a-1", cents: 0.5 })).toThrow(ValueError);
  await expect(sentBy((ctx) => ctx.egress(receipts, { order: "a-1", cents: 0.5 }))).rejects.toThrow(/shop\/receipts: cents/);
  expect(() => egress("receipts", Receipt)).toThrow(/namespace\/name/);
});

test("the body of an HTTP record is a text, JSON or bytes", () => {
  const asText = httpRecord({ text: "grüße" });
  expect(asText.typename).toBe("io.statefun.types/string");
  expect(StringWrapper.decode(asText.bytes).value).toBe("grüße");
  expect(httpRecord({ json: { a: [1] } })).toEqual({ typename: "io.signalbox.http/json", bytes: text('{"a":[1]}') });
  expect(httpRecord({ bytes: Uint8Array.of(0, 255) })).toEqual({ typename: "io.signalbox.http/bytes", bytes: Uint8Array.of(0, 255) });
  expect(() => httpRecord({ json: undefined })).toThrow(ValueError);
});

test("a typed Kafka egress writes values as JSON, text, protobuf or bytes to its topic or another, with a key or without", () => {
  const orders = kafkaEgress("shop/orders", { topic: "orders", value: Receipt });
  expectTypeOf(orders).toEqualTypeOf<Egress<KafkaEgressRecord<{ order: string; cents: number }>>>();
  const read = ({ typename, bytes: record }: { typename: string; bytes: Uint8Array }) => {
    expect(typename).toBe("type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord");
    const { topic, key, valueBytes } = KafkaProducerRecord.decode(record);
    return [topic, key, Buffer.from(valueBytes).toString("utf8")];
  };
  const receipt = { order: "a-1", cents: 5 };
  expect(read(orders.record({ key: "ada", value: receipt }))).toEqual(["orders", "ada", '{"order":"a-1","cents":5}']);
  expect(read(orders.record({ topic: "late", value: receipt }))).toEqual(["late", "", '{"order":"a-1","cents":5}']);
  expect(read(kafkaEgress("shop/texts", { topic: "texts", value: types.string }).record({ value: "grüße" }))[2]).toBe("grüße");
  expect(read(kafkaEgress("shop/raw", { topic: "raw", value: bytes("shop/raw") }).record({ value: text("as it is") }))[2]).toBe("as it is");
  const wrapped = protobuf<Text>({ ...code, $type: "shop.Text" });
  const record = kafkaEgress("shop/proto", { topic: "proto", value: wrapped }).record({ value: StringWrapper.create({ value: "inside" }) });
  expect(StringWrapper.decode(KafkaProducerRecord.decode(record.bytes).valueBytes).value).toBe("inside");
});

test("a typed Kinesis egress writes to its stream or another, under its keys", () => {
  const clicks = kinesisEgress("shop/clicks", { stream: "clicks", value: Receipt });
  const read = ({ bytes: record }: { bytes: Uint8Array }) => {
    const { stream, partitionKey, explicitHashKey, valueBytes } = KinesisEgressRecord.decode(record);
    return [stream, partitionKey, explicitHashKey, Buffer.from(valueBytes).toString("utf8")];
  };
  const value = { order: "a-1", cents: 5 };
  expect(read(clicks.record({ partitionKey: "ada", value }))).toEqual(["clicks", "ada", "", JSON.stringify(value)]);
  expect(read(clicks.record({ partitionKey: "ada", explicitHashKey: "7", stream: "more", value }))).toEqual([
    ...["more", "ada", "7"],
    JSON.stringify(value),
  ]);
});

test("a typed HTTP egress marks JSON and text as such, and sends anything else as its bytes", () => {
  const value = { order: "a-1", cents: 5 };
  expect(httpEgress("shop/hook", Receipt).record(value)).toEqual({
    typename: "io.signalbox.http/json",
    bytes: text(JSON.stringify(value)),
  });
  expect(httpEgress("shop/hook", types.string).record("grüße")).toEqual(httpRecord({ text: "grüße" }));
  expect(httpEgress("shop/hook", bytes("shop/raw")).record(text("raw"))).toEqual({ typename: "shop/raw", bytes: text("raw") });
});

test("values that do not fit are refused where they are made, by each kind", () => {
  const wrong = { order: "a-1", cents: 0.5 };
  expect(() => kafkaEgress("shop/orders", { topic: "orders", value: Receipt }).record({ value: wrong })).toThrow(/shop\/orders: cents/);
  expect(() => kinesisEgress("shop/clicks", { stream: "s", value: Receipt }).record({ partitionKey: "k", value: wrong })).toThrow(
    ValueError,
  );
  expect(() => httpEgress("shop/hook", Receipt).record(wrong)).toThrow(/shop\/hook: cents/);
  expect(() => kafkaEgress("shop/texts", { topic: "t", value: types.string }).record({ value: "\ud800" })).toThrow(ValueError);
  for (const make of [
    () => kafkaEgress("orders", { topic: "orders", value: Receipt }),
    () => kinesisEgress("clicks", { stream: "clicks", value: Receipt }),
    () => httpEgress("hook", Receipt),
  ])
    expect(make).toThrow(/namespace\/name/);
});
