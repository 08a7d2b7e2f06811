/** EgressRecord: what leaves through an egress: any typed value, or a record for the Kafka and Kinesis egresses of StateFun's modules. */
import type { TypedBytes } from "./protocol/typed-value.ts";
import { Writer } from "./wire/writer.ts";
import type { ValueType } from "./value-type.ts";

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

function bytesOf(value: Uint8Array | string): Uint8Array {
  return typeof value === "string" ? utf8.encode(value) : value;
}
