/** The Kafka kinds over a cluster in memory: the suites of all ingresses and egresses, for each delivery. A real broker runs them in e2e/kafka. */
import { KafkaProducerRecord } from "@signalbox/proto";
import { egress, ingress } from "../../../src/connectors/connector.ts";
import { openKafkaEgress } from "../../../src/connectors/kafka/kafka-egress.ts";
import { openKafkaIngress } from "../../../src/connectors/kafka/kafka-ingress.ts";
import { producerRecordTypename } from "../../../src/connectors/kafka/kafka-outgoing.ts";
import { parsePosition } from "../../../src/connectors/kafka/kafka-position.ts";
import type { DeliverySemantic, KafkaEgressSpec, KafkaIngressSpec } from "../../../src/connectors/kafka/kafka-spec.ts";
import { kafkaEgress, kafkaIngress } from "../../../src/connectors/kafka/kafka.ts";
import { egressConformance, type TestReceiver } from "../egress-conformance.ts";
import { ingressConformance, type TestSource } from "../ingress-conformance.ts";
import { MemoryKafka } from "./memory-kafka.ts";

const connection = { id: "shop/io", address: "memory:9092", properties: {} };
const reads: KafkaIngressSpec = {
  ...connection,
  groupId: "signalbox",
  topics: [{ topic: "orders", valueType: "shop/order", targets: ["shop/cart"] }],
  reset: undefined,
  startup: { type: "earliest", date: undefined, offsets: {} },
  invalid: { kind: "park" },
};

function memoryTopic(): TestSource {
  const kafka = new MemoryKafka();
  kafka.create("orders");
  let isDown = false;
  let durable = 0;
  kafka.fault = (call) => (isDown && call === "connect" ? "ECONNREFUSED" : undefined);
  const { kind, word, meaning, shape } = kafkaIngress;
  return {
    connector: ingress<KafkaIngressSpec>({
      ...{ direction: "ingress", kind, word, meaning, shape },
      read: () => ({ id: "shop/io", spec: reads, claims: [] }),
      open: async (spec, context) => {
        const opened = await openKafkaIngress(spec, context, kafka.connect);
        return {
          ended: opened.ended ?? Promise.resolve(),
          durable: (position, part) => {
            const parsed = parsePosition(position);
            if (parsed.kind === "position") durable = Math.max(durable, Number(parsed.position.next));
            opened.durable?.(position, part);
          },
          close: () => opened.close(),
        };
      },
    }),
    spec: reads,
    put: (...texts) => {
      for (const value of texts) kafka.put("orders", { key: "anna", value });
    },
    breakOff: () => kafka.cut(),
    down: (value) => {
      isDown = value;
    },
    open: () => kafka.open,
    durable: () => durable,
  };
}

function memoryCluster(semantic: DeliverySemantic): TestReceiver {
  const kafka = new MemoryKafka();
  kafka.create("receipts");
  const spec: KafkaEgressSpec = { ...connection, semantic, transactionTimeoutMs: 60_000, deadLetters: undefined };
  let failures = 0;
  let refused: string | undefined;
  kafka.fault = (call) => (call === "produce" && failures-- > 0 ? "NOT_ENOUGH_REPLICAS" : undefined);
  kafka.refusal = ({ value }) => (Buffer.from(value).toString() === refused ? "MESSAGE_TOO_LARGE" : undefined);
  const { kind, word, meaning, shape } = kafkaEgress;
  return {
    connector: egress<KafkaEgressSpec>({
      ...{ direction: "egress", kind, word, meaning, shape },
      read: () => ({ id: "shop/io", spec, claims: [] }),
      open: (own, context) => openKafkaEgress(own, context, kafka.connect),
    }),
    spec,
    specWithDeadLetters: { ...spec, deadLetters: "shop/dead" },
    recordOf: (text) => ({
      typename: producerRecordTypename,
      bytes: KafkaProducerRecord.encode({ topic: "receipts", key: "anna", valueBytes: Buffer.from(text) }).finish(),
    }),
    received: () => kafka.texts("receipts"),
    fail: (times) => {
      failures = times;
    },
    refuse: (text) => {
      refused = text;
    },
    open: () => kafka.open,
  };
}

ingressConformance(kafkaIngress, "over a Kafka topic in memory", { makeSource: memoryTopic });
egressConformance(kafkaEgress, "into a Kafka topic in memory, at least once", () => memoryCluster("at-least-once"));
egressConformance(kafkaEgress, "into a Kafka topic in memory, exactly once", () => memoryCluster("exactly-once"));
