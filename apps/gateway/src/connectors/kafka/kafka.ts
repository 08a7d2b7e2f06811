/** The two Kafka kinds of StateFun (docs/statefun.md 3.4, 3.5) as declarations. Recognised and checked; not active yet. */
import { duration, integer, listOf, object, text, variants, type Fields } from "../../shape/shape.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import { egress, ingress, type ReadContext } from "../connector.ts";
import { ioId, readId, startDate, targets, valueType } from "../io-id.ts";

const common: Fields = {
  id: ioId,
  address: { shape: text, meaning: "Bootstrap servers, host:port." },
  properties: { shape: { kind: "properties" }, meaning: "Settings of the Kafka client." },
};

export const kafkaIngress = ingress({
  direction: "ingress",
  kind: "io.statefun.kafka.v1/ingress",
  word: "kafka",
  meaning: "Reads Kafka topics (not active yet).",
  shape: {
    ...common,
    consumerGroupId: { shape: text, meaning: "Consumer group." },
    topics: {
      shape: listOf(object({ topic: { shape: text, required: true, meaning: "Topic's name." }, valueType, targets }), 1),
      required: true,
      meaning: "Topics and the functions their records go to.",
    },
    autoOffsetResetPosition: {
      shape: { kind: "word", words: ["earliest", "latest"] },
      meaning: "Where to go on when an offset is gone.",
      fallback: "latest",
    },
    startupPosition: {
      shape: variants({
        "group-offsets": {},
        earliest: {},
        latest: {},
        "specific-offsets": { offsets: { shape: { kind: "properties" }, required: true, meaning: "Entries - topic/partition: offset." } },
        date: { date: startDate },
      }),
      meaning: "Where a first start begins.",
      fallback: "latest",
    },
  },
  read: (spec) => ({ ...readId(spec, "ingress"), spec: {} }),
});

export const kafkaEgress = egress({
  direction: "egress",
  kind: "io.statefun.kafka.v1/egress",
  word: "kafka",
  meaning: "Writes to Kafka topics (not active yet).",
  shape: {
    ...common,
    deliverySemantic: {
      shape: variants({
        "at-least-once": {},
        "exactly-once": {
          transactionTimeout: { shape: duration, meaning: "Longest transaction." },
          transactionTimeoutMillis: { shape: integer(1), meaning: "Older form of transactionTimeout." },
        },
        none: {},
      }),
      meaning: "What delivery promises.",
      fallback: "at-least-once",
    },
  },
  read(spec, context) {
    checkTransactions(spec, context);
    return { ...readId(spec, "egress"), spec: {} };
  },
});

function checkTransactions(spec: SpecReader, { issues }: ReadContext): void {
  const semantic = spec.inside("deliverySemantic");
  if (semantic?.text("type") !== "exactly-once" || semantic.has("transactionTimeout") || semantic.has("transactionTimeoutMillis")) return;
  issues.error(semantic.position("type"), "`exactly-once` needs `transactionTimeout` beside it.", "transactionTimeout");
}
