/**
 * carriedKafkaIngress, carriedKafkaEgress: the two Kafka kinds as StateFun's own connectors read them in the job on Flink. The properties
 * go to Kafka's Java client as they are. Neighbour: kafka.ts, whose kinds these are.
 */
import { nearestWord } from "../../shared/nearest-word.ts";
import type { Secret } from "../../shape/secret.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import type { CarriedSpec, ReadContext } from "../connector.ts";
import { refuseCarried, useGateway } from "../refuse-carried.ts";
import { isKafkaProperty, kafkaPropertyNames } from "./kafka-properties.ts";

export function carriedKafkaIngress(spec: SpecReader, context: ReadContext): CarriedSpec {
  refuseCarried(spec, ["invalidRecordHandling", "invalidRecords"], context);
  context.issues.warning(
    context.position,
    `StateFun's own connector reads this in the job on Flink: headers of records do not come along, and a record without a key or value fails the job again and again. Keep such records out, ${useGateway}.`,
  );
  return {
    ...connectionOf(spec, context),
    consumerGroupId: spec.text("consumerGroupId"),
    autoOffsetResetPosition: spec.text("autoOffsetResetPosition")?.toLowerCase(),
    startupPosition: startupOf(spec.inside("startupPosition")),
    topics: spec.insideEach("topics").map((one) => ({
      topic: one.text("topic"),
      valueType: one.text("valueType"),
      targets: one.texts("targets"),
    })),
  };
}

export function carriedKafkaEgress(spec: SpecReader, context: ReadContext): CarriedSpec {
  refuseCarried(spec, ["deadLetters"], context);
  context.issues.warning(
    context.position,
    `StateFun's own connector writes this in the job on Flink: records get no headers, and one that Kafka refuses fails the job again and again. ${capital(useGateway)}.`,
  );
  const semantic = spec.inside("deliverySemantic");
  const type = semantic?.text("type")?.toLowerCase();
  const timeoutMs = semantic?.integer("transactionTimeoutMillis") ?? semantic?.durationMs("transactionTimeout");
  return {
    ...connectionOf(spec, context),
    deliverySemantic: type && { type, ...(type === "exactly-once" && { transactionTimeout: `${timeoutMs ?? 0}ms` }) },
  };
}

const bootstrap = "bootstrap.servers";

function connectionOf(spec: SpecReader, { issues }: ReadContext): CarriedSpec {
  const { [bootstrap]: servers, ...properties } = spec.secretEntries("properties");
  const address = spec.text("address") ?? servers?.reveal();
  if (address === undefined || address.trim() === "")
    issues.error(spec.position("address"), "No broker is named: write `address: host:port`, as the TaskManagers of Flink reach it.");
  for (const name of Object.keys(properties))
    if (!isKafkaProperty(name))
      issues.warning(
        spec.entryPosition("properties", name),
        `\`${name}\` is no property that is known here; Kafka's Java client gets it as it is.`,
        nearestWord(name, kafkaPropertyNames),
      );
  return {
    id: spec.text("id"),
    address,
    properties: Object.entries(properties).map(([name, value]): Record<string, Secret> => ({ [name]: value })),
  };
}

function startupOf(startup: SpecReader | undefined): CarriedSpec | undefined {
  const type = startup?.text("type")?.toLowerCase();
  switch (type) {
    case "date":
      return { type, date: startup?.text("date") };
    case "specific-offsets":
      return { type, offsets: Object.entries(startup?.entries("offsets") ?? {}).map(([place, offset]) => ({ [place]: offset })) };
    default:
      return type === undefined ? undefined : { type };
  }
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
