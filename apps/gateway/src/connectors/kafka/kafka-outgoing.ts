/** outgoingRow: a record of the outbox, as StateFun's SDKs write it for Kafka, becomes a row to send; or why it cannot. */
import type { EgressRecord } from "@signalbox/runtime";
import { KafkaProducerRecord } from "@signalbox/proto";
import { outgoingHeaders } from "../record-headers.ts";
import type { OutgoingRow } from "./kafka-sender.ts";

export const producerRecordTypename = "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord";

export type Outgoing =
  | { readonly kind: "row"; readonly row: OutgoingRow }
  | { readonly kind: "invalid"; readonly reason: string; readonly cure: string };

const cure = "Let the function build it with its SDK's Kafka egress builder.";

export function outgoingRow({ sequence, value, headers }: Pick<EgressRecord, "sequence" | "value" | "headers">): Outgoing {
  if (value.typename !== producerRecordTypename)
    return { kind: "invalid", reason: `a Kafka egress takes ${producerRecordTypename}, not ${value.typename}`, cure };
  let record: ReturnType<typeof KafkaProducerRecord.decode>;
  try {
    record = KafkaProducerRecord.decode(value.bytes);
  } catch (error) {
    return { kind: "invalid", reason: `it is no KafkaProducerRecord: ${error instanceof Error ? error.message : String(error)}`, cure };
  }
  if (record.topic === "") return { kind: "invalid", reason: "it names no topic", cure };
  const wrong = wrongTopic(record.topic);
  if (wrong !== undefined) return { kind: "invalid", reason: wrong, cure: "Mend the name that the function writes into the record." };
  // An empty key is no key, as in StateFun.
  const key = record.key === "" ? undefined : Buffer.from(record.key, "utf8");
  const handedOn = outgoingHeaders({ headers }).map(([name, text]) => [name, Buffer.from(text)] as const);
  return { kind: "row", row: { sequence, topic: record.topic, key, value: record.valueBytes, headers: handedOn } };
}

const topicCharactersMax = 249;
const shownCharactersMax = 60;

/**
 * The rule for topic names that brokers have. It is checked here, because with a much too long name a broker cuts the connection instead of
 * answering.
 */
function wrongTopic(topic: string): string | undefined {
  if (topic.length > topicCharactersMax) return `its topic has ${topic.length} characters, Kafka takes ${topicCharactersMax}`;
  if (/^[A-Za-z0-9._-]+$/.test(topic) && topic !== "." && topic !== "..") return undefined;
  return `${JSON.stringify(topic.slice(0, shownCharactersMax))} is no name of a topic: letters, digits, ".", "_" and "-" are`;
}
