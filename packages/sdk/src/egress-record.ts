/**
 * EgressRecord: what leaves through an egress: any typed value, a record for the Kafka and Kinesis egresses of StateFun's modules, or the
 * body of a request for Signalbox' HTTP egress. Neighbours: egress.ts and egress-kinds.ts tie an egress to the one type that it takes.
 */
import { types } from "./built-in-types.ts";
import type { TypedBytes } from "./protocol/typed-value.ts";
import { Writer } from "./wire/writer.ts";
import { ValueError, type ValueType } from "./value-type.ts";

export type EgressRecord = TypedBytes;

const utf8 = new TextEncoder();

/** A typed value, for egresses that take any. */
export function record<Value>(type: ValueType<Value>, value: Value): EgressRecord {
  return { typename: type.typename, bytes: type.encode(value) };
}

export interface KafkaRecord {
  readonly topic: string;
  /** None: the record has no key. */
  readonly key?: string;
  readonly value: Uint8Array | string;
}

/** A record for an egress of kind io.statefun.kafka.v1/egress. A text is written as UTF-8. */
export function kafkaRecord({ topic, key = "", value }: KafkaRecord): EgressRecord {
  if (topic === "") throw new TypeError("a Kafka record needs a topic");
  const writer = new Writer().text(1, key).bytes(2, bytesOf(value)).text(3, topic);
  return { typename: "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord", bytes: writer.finish() };
}

export interface KinesisRecord {
  readonly stream: string;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly value: Uint8Array | string;
}

/** A record for an egress of kind io.statefun.kinesis.v1/egress. A text is written as UTF-8. */
export function kinesisRecord({ stream, partitionKey, explicitHashKey = "", value }: KinesisRecord): EgressRecord {
  if (stream === "" || partitionKey === "") throw new TypeError("a Kinesis record needs a stream and a partition key");
  const writer = new Writer().text(1, partitionKey).bytes(2, bytesOf(value)).text(3, stream).text(4, explicitHashKey);
  return { typename: "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord", bytes: writer.finish() };
}

/** The body of a request. */
export type HttpBody = { readonly text: string } | { readonly json: unknown } | { readonly bytes: Uint8Array };

/** The HTTP egress knows what is JSON by it. */
export const httpJsonType = "io.signalbox.http/json";

/**
 * A record for an egress of kind io.signalbox.http.v1/egress: the body of one request. Its media type is the egress's `contentType`; without one a
 * text is `text/plain`, JSON `application/json`, anything else `application/octet-stream`.
 * @example
 * ctx.egress("shop/hook", httpRecord({ json: { order: "a-1", cents: 1250 } }));
 */
export function httpRecord(body: HttpBody): EgressRecord {
  if ("text" in body) return record(types.string, body.text);
  if ("bytes" in body) return { typename: "io.signalbox.http/bytes", bytes: body.bytes };
  const json: string | undefined = JSON.stringify(body.json);
  if (json === undefined) throw new ValueError("an HTTP record: undefined has no JSON form");
  return { typename: httpJsonType, bytes: utf8.encode(json) };
}

function bytesOf(value: Uint8Array | string): Uint8Array {
  return typeof value === "string" ? utf8.encode(value) : value;
}
