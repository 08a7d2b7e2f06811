/**
 * The function of a Kafka world: it keeps the numbers that it was given, in order, and sends each on to the topic of its key. It is pure,
 * so a repeat does no harm.
 */
import { KafkaProducerRecord } from "@signalbox/proto";
import type { Bindings, InvocationOutcome, InvocationRequest, StateSpec } from "@signalbox/runtime";
import { producerRecordTypename } from "../../../../src/connectors/kafka/kafka-outgoing.ts";

export const relayType = "world/relay";
export const outEgress = "world/out";
export const outTopics = ["out-a", "out-b"] as const;

const seenState: StateSpec = { name: "seen", typename: "world/numbers", expiration: { mode: "none", afterMs: 0 } };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

export const relayBindings: Bindings = {
  endpoints: [
    {
      id: relayType,
      module: "world",
      namespace: "world",
      name: "relay",
      urlTemplate: "http://functions.test/",
      batchMessagesMax: 8,
      transport: {
        callTimeoutMs: 60_000,
        connectTimeoutMs: 10_000,
        readTimeoutMs: 10_000,
        poolTtlMs: 15_000,
        poolConnectionsMax: 16,
        payloadBytesMax: 1024 * 1024,
        tls: undefined,
      },
    },
  ],
  egresses: [{ id: outEgress, module: "world" }],
};

/** Returns what an entity was given, in order. */
export function numbersOf(bytes: Uint8Array | undefined): readonly number[] {
  return bytes === undefined || bytes.length === 0 ? [] : text(bytes).split(" ").map(Number);
}

export async function relay({ target, state, inputs }: InvocationRequest): Promise<InvocationOutcome> {
  const seen = state.find(({ name }) => name === seenState.name);
  if (seen === undefined) return { kind: "reply", reply: { kind: "incomplete", missing: [seenState] } };
  const given = inputs.map(({ value }) => Number(text(value.bytes)));
  const numbers = [...numbersOf(seen.value?.bytes), ...given];
  const topic = outTopics[Number(target.id.slice(1)) % outTopics.length] ?? outTopics[0];
  const egress = given.map((number) => ({
    egress: outEgress,
    value: {
      typename: producerRecordTypename,
      bytes: KafkaProducerRecord.encode({ topic, key: target.id, valueBytes: Buffer.from(String(number)) }).finish(),
    },
  }));
  const value = { typename: seenState.typename, bytes: Buffer.from(numbers.join(" ")) };
  return {
    kind: "reply",
    reply: {
      kind: "completed",
      effects: { mutations: [{ kind: "modify", name: seenState.name, value }], messages: [], delayed: [], egress },
    },
  };
}

/** Returns the number that a record of the outbox carries. */
export function numberOf(value: { readonly bytes: Uint8Array }): number {
  return Number(text(KafkaProducerRecord.decode(value.bytes).valueBytes));
}
