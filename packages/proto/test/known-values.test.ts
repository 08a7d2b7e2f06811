/** Values that need no uploaded descriptor: Google's wrappers and the records of StateFun's egresses, exact both ways; and exact JSON. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue, DescriptorRegistry, encodeValue, KafkaProducerRecord, KinesisEgressRecord, longsAsTexts } from "../src/index.ts";

const none = new DescriptorRegistry();
const kafka = "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord";
const kinesis = "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord";
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function shown(typename: string, bytes: Uint8Array): unknown {
  const decoded = decodeValue(typename, bytes, none);
  expect(decoded.as).toBe("json");
  return JSON.parse(decoded.text);
}

function encoded(typename: string, text: string): Uint8Array {
  const value = encodeValue(typename, text, none);
  if (value.kind === "error") throw new Error(value.reason);
  return value.bytes;
}

describe("Google's wrappers", () => {
  test.each([
    ["type.googleapis.com/google.protobuf.StringValue", '"käse"', "0a056bc3a47365"],
    ["google.protobuf.BoolValue", "true", "0801"],
    ["google.protobuf.Int32Value", "-1", "08ffffffffffffffffff01"],
    ["google.protobuf.Duration", '"1.500s"', "08011080cab5ee01"],
  ])("%s %s", (typename, json, hex) => {
    expect(Buffer.from(encoded(typename, json)).toString("hex")).toBe(hex);
    expect(decodeValue(typename, Buffer.from(hex, "hex"), none)).toMatchObject({ as: "json", text: json });
  });

  test("an Int64Value keeps every digit", () => {
    expect(decodeValue("google.protobuf.Int64Value", encoded("google.protobuf.Int64Value", '"9007199254740993"'), none).text).toBe(
      '"9007199254740993"',
    );
  });
});

describe("an egress record", () => {
  test("of Kafka shows topic, key and the value inside, as JSON, text or bytes", () => {
    const of = (valueBytes: Uint8Array) => KafkaProducerRecord.encode({ topic: "orders", key: "anna", valueBytes }).finish();
    expect(shown(kafka, of(utf8('{"total":66.80}')))).toEqual({ topic: "orders", key: "anna", value: { total: 66.8 } });
    expect(shown(kafka, of(utf8("paid")))).toEqual({ topic: "orders", key: "anna", valueText: "paid" });
    expect(shown(kafka, of(Uint8Array.of(0xff, 0)))).toEqual({ topic: "orders", key: "anna", valueBytes: "/wA=" });
    expect(shown(kafka, KafkaProducerRecord.encode({ topic: "t" }).finish())).toEqual({ topic: "t", valueText: "" });
  });

  test("of Kinesis shows stream, partition key and hash key", () => {
    const record = { stream: "gps", partitionKey: "7", explicitHashKey: "1", valueBytes: utf8("[1]") };
    expect(shown(kinesis, KinesisEgressRecord.encode(record).finish())).toEqual({
      stream: "gps",
      partitionKey: "7",
      explicitHashKey: "1",
      value: [1],
    });
  });

  test("comes back to the same bytes, whatever it carries", () => {
    const carried = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.json().map(utf8),
      fc.constantFrom('{"n":9007199254740993}', '{ "spaced": 1 }', '{"a":1,"a":2}', "[1e400,-0.0]", '"text"').map(utf8),
      fc.string({ unit: "grapheme" }).map(utf8),
    );
    const texts = fc.string({ unit: "grapheme", maxLength: 10 });
    fc.assert(
      fc.property(texts, texts, carried, (topic, key, valueBytes) => {
        const bytes = KafkaProducerRecord.encode({ topic, key, valueBytes }).finish();
        const again = KafkaProducerRecord.decode(encoded(kafka, decodeValue(kafka, bytes, none).text));
        expect({ topic: again.topic, key: again.key, value: Buffer.from(again.valueBytes).toString("hex") }).toEqual({
          topic,
          key,
          value: Buffer.from(valueBytes).toString("hex"),
        });
      }),
    );
  });

  test.each([
    "5",
    "[]",
    "{}",
    '{"topic":1,"valueText":""}',
    '{"value":{},"valueText":""}',
    '{"valueBytes":"?"}',
    '{"headers":[],"value":1}',
  ])("refuses %s and says what it takes", (text) => {
    const refused = encodeValue(kafka, text, none);
    expect(refused).toMatchObject({ kind: "error", reason: expect.stringContaining("topic, key and one of value (JSON)") });
  });

  test("with bytes that are not a record is shown as bytes", () => {
    expect(decodeValue(kafka, utf8("plain words"), none)).toMatchObject({ as: "text", text: "plain words" });
  });
});

describe("longs as texts", () => {
  test.each([
    ["9007199254740993", '"9007199254740993"'],
    ['{"a":-9223372036854775808,"b":[9007199254740991,1]}', '{"a":"-9223372036854775808","b":[9007199254740991,1]}'],
    [
      '{"12345678901234567890":"12345678901234567890 \\" 12345678901234567890"}',
      '{"12345678901234567890":"12345678901234567890 \\" 12345678901234567890"}',
    ],
    [
      "[1.12345678901234567890,1e12345678901234567890,12345678901234567890e2]",
      "[1.12345678901234567890,1e12345678901234567890,12345678901234567890e2]",
    ],
    ["[-0,0.5,1E+5,12345678901234567]", '[-0,0.5,1E+5,"12345678901234567"]'],
  ])("%s", (json, texts) => {
    expect(longsAsTexts(json)).toBe(texts);
  });

  test("a number of very many digits takes time in proportion to them", () => {
    const digits = "1".repeat(1_000_000);
    expect(longsAsTexts(`${digits}.5`)).toBe(`${digits}.5`);
    expect(longsAsTexts(`-${digits}`)).toBe(`"-${digits}"`);
  });
});
