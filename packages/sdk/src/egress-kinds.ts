/**
 * kafkaEgress(), kinesisEgress() and httpEgress(): typed egresses of these kinds, so that a record is checked where it is made. Neighbours:
 * egress.ts is the same for an egress of any kind, egress-record.ts has untyped records. The value of a record: a schema's values are JSON,
 * a text (types.string) is UTF-8, and any other value type writes its own bytes.
 */
import { typeNameParts } from "./address.ts";
import { types } from "./built-in-types.ts";
import type { Egress } from "./egress.ts";
import { httpJsonType, kafkaRecord, kinesisRecord } from "./egress-record.ts";
import { leavingTypeOf, type Declared } from "./value-type.ts";

export interface KafkaEgressRecord<Value> {
  /** None: the record has no key. */
  readonly key?: string;
  /** Another one than the egress names. */
  readonly topic?: string;
  readonly value: Value;
}

/**
 * An egress of kind io.statefun.kafka.v1/egress, with the topic and the type of its records.
 * @example
 * const orders = kafkaEgress("shop/orders", { topic: "orders", value: z.object({ order: z.string(), cents: z.number().int() }) });
 * ctx.egress(orders, { key: "ada", value: { order: "a-1", cents: 1250 } });
 */
export function kafkaEgress<Value>(
  id: string,
  { topic, value: declared }: { readonly topic: string; readonly value: Declared<Value> },
): Egress<KafkaEgressRecord<Value>> {
  const write = writerOf(id, declared);
  return {
    id,
    record: ({ key, topic: another = topic, value }) =>
      kafkaRecord({ topic: another, value: write(value), ...(key === undefined ? {} : { key }) }),
  };
}

export interface KinesisEgressRecord<Value> {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  /** Another one than the egress names. */
  readonly stream?: string;
  readonly value: Value;
}

/**
 * An egress of kind io.statefun.kinesis.v1/egress, with the stream and the type of its records.
 * @example
 * const clicks = kinesisEgress("shop/clicks", { stream: "clicks", value: z.object({ page: z.string() }) });
 * ctx.egress(clicks, { partitionKey: "ada", value: { page: "/" } });
 */
export function kinesisEgress<Value>(
  id: string,
  { stream, value: declared }: { readonly stream: string; readonly value: Declared<Value> },
): Egress<KinesisEgressRecord<Value>> {
  const write = writerOf(id, declared);
  return {
    id,
    record: ({ partitionKey, explicitHashKey, stream: another = stream, value }) =>
      kinesisRecord({
        ...{ stream: another, partitionKey, value: write(value) },
        ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
      }),
  };
}

/**
 * An egress of kind io.signalbox.http.v1/egress, with the type of its bodies. Without a `contentType` of the egress a schema's values go as
 * `application/json`, a text as `text/plain`, anything else as `application/octet-stream`.
 * @example
 * const hook = httpEgress("shop/hook", z.object({ order: z.string(), cents: z.number().int() }));
 * ctx.egress(hook, { order: "a-1", cents: 1250 });
 */
export function httpEgress<Value>(id: string, declared: Declared<Value>): Egress<Value> {
  typeNameParts(id, "egress");
  const type = leavingTypeOf(declared, id);
  const typename = "~standard" in declared ? httpJsonType : type.typename;
  return { id, record: (value) => ({ typename, bytes: type.encode(value) }) };
}

function writerOf<Value>(id: string, declared: Declared<Value>): (value: Value) => Uint8Array | string {
  typeNameParts(id, "egress");
  const type = leavingTypeOf(declared, id);
  if (type.typename !== types.string.typename) return (value) => type.encode(value);
  // Its own encoding is for messages and states; a topic's other readers want the text. It is checked as there.
  return (value) => types.string.decode(type.encode(value));
}
