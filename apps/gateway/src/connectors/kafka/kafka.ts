/** The two Kafka kinds of StateFun (docs/statefun.md 3.4, 3.5) as declarations. kafka-ingress.ts and kafka-egress.ts are loaded when one opens. */
import { duration, integer, listOf, object, text, typename, variants, type Fields } from "../../shape/shape.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import { egress, ingress, type ReadContext } from "../connector.ts";
import { invalidFields, readInvalidHandling } from "../invalid-handling.ts";
import { ioId, readId, startDate, targets, valueType } from "../io-id.ts";
import { carriedKafkaEgress, carriedKafkaIngress } from "./kafka-carried.ts";
import { settingsOf, type DeliverySemantic, type KafkaConnectionSpec, type KafkaEgressSpec, type KafkaIngressSpec } from "./kafka-spec.ts";
import { startupOf, type StartupSpec } from "./kafka-startup.ts";

const transactionTimeoutMsDefault = 60_000;

const common: Fields = {
  id: ioId,
  address: { shape: text, meaning: "Bootstrap servers, host:port." },
  properties: {
    shape: { kind: "properties" },
    meaning: "Settings by the names of Kafka's Java clients; write secrets as ${NAME}.",
    secret: "written",
  },
};

export const kafkaIngress = ingress<KafkaIngressSpec>({
  direction: "ingress",
  kind: "io.statefun.kafka.v1/ingress",
  word: "kafka",
  meaning: "Reads Kafka topics; each record is a message to the entity that its key names.",
  shape: {
    ...common,
    consumerGroupId: { shape: text, meaning: "Consumer group whose offsets are read at the start and written for monitoring." },
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
    ...invalidFields,
  },
  read(spec, context) {
    const { id, claims } = readId(spec, "ingress");
    const reset = spec.text("autoOffsetResetPosition")?.toLowerCase();
    return {
      id,
      claims,
      spec: {
        ...connectionOf(spec, id, context),
        groupId: spec.text("consumerGroupId"),
        topics: topicsOf(spec, context),
        reset: reset === "earliest" || reset === "latest" ? reset : undefined,
        startup: startupSpecOf(spec, context),
        invalid: readInvalidHandling(spec, context),
      },
    };
  },
  carried: carriedKafkaIngress,
  open: async (spec, context) => (await import("./kafka-ingress.ts")).openKafkaIngress(spec, context),
  check: async (spec, context) => (await import("./kafka-check.ts")).kafkaIngressCheck(spec, context),
  seek: async (spec, context, to) => (await import("./kafka-seek.ts")).kafkaSeek(spec, context, { to }),
});

export const kafkaEgress = egress<KafkaEgressSpec>({
  direction: "egress",
  kind: "io.statefun.kafka.v1/egress",
  word: "kafka",
  meaning: "Writes records to the Kafka topics that they name.",
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
    deadLetters: {
      shape: typename,
      meaning: "Function type that gets what Kafka refuses; without it a refused record holds up the others.",
    },
  },
  read(spec, context) {
    checkTransactions(spec, context);
    const { id, claims } = readId(spec, "egress");
    const semantic = spec.inside("deliverySemantic");
    return {
      id,
      claims,
      spec: {
        ...connectionOf(spec, id, context),
        semantic: semanticOf(semantic?.text("type")),
        transactionTimeoutMs:
          semantic?.integer("transactionTimeoutMillis") ?? semantic?.durationMs("transactionTimeout") ?? transactionTimeoutMsDefault,
        deadLetters: spec.text("deadLetters"),
      },
    };
  },
  carried: carriedKafkaEgress,
  open: async (spec, context) => (await import("./kafka-egress.ts")).openKafkaEgress(spec, context),
  check: async (spec, context) => (await import("./kafka-check.ts")).kafkaEgressCheck(spec, context),
});

function semanticOf(word: string | undefined): DeliverySemantic {
  const lower = word?.toLowerCase();
  return lower === "none" || lower === "exactly-once" ? lower : "at-least-once";
}

/** The properties are checked here, so that issues have their line. */
function connectionOf(spec: SpecReader, id: string, { issues, carries }: ReadContext): KafkaConnectionSpec {
  const connection = { id, address: spec.text("address"), properties: spec.secretEntries("properties") };
  // On Flink the properties go to Java's client, which knows more of them, so they are not checked here.
  if (carries === true) return connection;
  for (const { severity, property, message, suggestion } of settingsOf(connection).issues) {
    const position = property === "address" ? spec.position("address") : spec.entryPosition("properties", property);
    issues[severity](position, `\`${property}\`: ${message}.`, suggestion);
  }
  return connection;
}

function topicsOf(spec: SpecReader, { issues }: ReadContext): KafkaIngressSpec["topics"] {
  const seen = new Set<string>();
  return spec.insideEach("topics").map((one) => {
    const topic = one.text("topic") ?? "";
    if (seen.has(topic)) issues.error(one.position("topic"), `The topic \`${topic}\` stands here twice; give it several targets instead.`);
    seen.add(topic);
    return { topic, valueType: one.text("valueType") ?? "", targets: one.texts("targets") };
  });
}

function startupSpecOf(spec: SpecReader, { issues }: ReadContext): StartupSpec {
  const inside = spec.inside("startupPosition");
  const startup: StartupSpec = {
    type: inside?.text("type")?.toLowerCase(),
    date: inside?.text("date"),
    offsets: inside?.entries("offsets") ?? {},
  };
  const parsed = startupOf(startup);
  if (parsed.kind === "error") issues.error(inside?.position(parsed.property) ?? spec.position("startupPosition"), `${parsed.reason}.`);
  return startup;
}

function checkTransactions(spec: SpecReader, { issues }: ReadContext): void {
  const semantic = spec.inside("deliverySemantic");
  if (semantic?.text("type")?.toLowerCase() !== "exactly-once") return;
  if (semantic.has("transactionTimeout") || semantic.has("transactionTimeoutMillis")) return;
  issues.error(semantic.position("type"), "`exactly-once` needs `transactionTimeout` beside it.", "transactionTimeout");
}
