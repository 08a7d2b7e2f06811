/**
 * Kafka and Kinesis by StateFun's own connectors, in the job on Flink: StateFun gets what the module says, in StateFun's words. What it
 * does not know is refused at its place. e2e/flink/kafka.test.ts and kinesis.test.ts show that StateFun reads it in this way.
 */
import { expect, test } from "vitest";
import { kafkaIngress } from "../../src/connectors/kafka/kafka.ts";
import { mergeModules } from "../../src/modules/merge-modules.ts";
import { parseModule } from "../../src/modules/parse-module.ts";
import { connectorStand } from "./connector-stand.ts";
import { settled } from "./manual-clock.ts";

const ingressYaml = `kind: io.statefun.kafka.v1/ingress
spec:
  id: shop/orders
  address: kafka:9092
  consumerGroupId: shop
  autoOffsetResetPosition: EARLIEST
  startupPosition: {type: specific-offsets, offsets: [orders/0: 9007199254740993]}
  properties:
    - ssl.truststore.type: JKS
    - ssl.truststore.password: \${PASSWORD}
  topics:
    - {topic: orders, valueType: shop/Order, targets: [shop/cart, shop/bill]}
`;
const egressYaml = `kind: io.statefun.kafka.v1/egress
spec:
  id: shop/out
  deliverySemantic: {type: exactly-once, transactionTimeout: 15min}
  properties: [bootstrap.servers: "kafka:9092", linger.ms: 5]
`;
const kinesisYaml = `kind: io.statefun.kinesis.v1/ingress
spec:
  id: shop/clicks
  awsRegion: {type: custom-endpoint, endpoint: "https://localhost:4567", id: us-west-1}
  awsCredentials: {type: basic, accessKeyId: id, secretAccessKey: "\${PASSWORD}"}
  startupPosition: {type: date, date: "2020-02-01 04:15:00.000 +0000"}
  streams: [{stream: clicks, valueType: shop/Click, targets: [shop/visits]}]
  clientConfigProperties: [SocketTimeout: 9999]
---
kind: io.statefun.kinesis.v1/egress
spec:
  id: shop/seen
  awsRegion: {type: specific, id: us-west-1}
  maxOutstandingRecords: 7
`;

const read = (yaml: string, carries = true) => parseModule({ name: "shop", yaml, env: { PASSWORD: "hush" }, carries });

function specsOf(yaml: string): unknown[] {
  const { document, issues } = read(yaml);
  expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
  const { bindings } = mergeModules(document === undefined ? [] : [document]);
  return (bindings.carried ?? []).map(({ direction, id, kind, module, spec }) => {
    expect([module, `${kind.split("/")[1]}`]).toEqual(["shop", direction]);
    expect(spec["id"]).toBe(id);
    return spec;
  });
}

test("a Kafka ingress and egress are told to StateFun as the module has them, properties and all", () => {
  expect(specsOf(`${ingressYaml}---\n${egressYaml}`)).toEqual([
    {
      id: "shop/orders",
      address: "kafka:9092",
      consumerGroupId: "shop",
      autoOffsetResetPosition: "earliest",
      startupPosition: { type: "specific-offsets", offsets: [{ "orders/0": "9007199254740993" }] },
      properties: [{ "ssl.truststore.type": "JKS" }, { "ssl.truststore.password": "hush" }],
      topics: [{ topic: "orders", valueType: "shop/Order", targets: ["shop/cart", "shop/bill"] }],
    },
    {
      id: "shop/out",
      address: "kafka:9092",
      deliverySemantic: { type: "exactly-once", transactionTimeout: "900000ms" },
      properties: [{ "linger.ms": "5" }],
    },
  ]);
});

test("a Kinesis ingress and egress are told to StateFun as the module has them", () => {
  expect(specsOf(kinesisYaml)).toEqual([
    {
      id: "shop/clicks",
      awsRegion: { type: "custom-endpoint", endpoint: "https://localhost:4567", id: "us-west-1" },
      awsCredentials: { type: "basic", accessKeyId: "id", secretAccessKey: "hush" },
      startupPosition: { type: "date", date: "2020-02-01 04:15:00.000 +0000" },
      streams: [{ stream: "clicks", valueType: "shop/Click", targets: ["shop/visits"] }],
      clientConfigProperties: [{ SocketTimeout: "9999" }],
    },
    {
      id: "shop/seen",
      awsRegion: { type: "specific", id: "us-west-1" },
      awsCredentials: undefined,
      clientConfigProperties: [],
      maxOutstandingRecords: 7,
    },
  ]);
});

test.each([
  [ingressYaml, "  invalidRecordHandling: skip\n", "invalidRecordHandling"],
  [egressYaml, "  deadLetters: shop/dead\n", "deadLetters"],
  [kinesisYaml.split("---\n")[0] ?? "", "  invalidRecordHandling: park\n", "invalidRecordHandling"],
  [kinesisYaml.split("---\n")[1] ?? "", "  deadLetters: shop/dead\n", "deadLetters"],
])("properties that only the gateway's connectors know are refused at their line, with the way out", (yaml, line, field) => {
  const errors = read(yaml + line).issues.filter(({ severity }) => severity === "error");
  expect(errors).toMatchObject([
    { line: yaml.split("\n").length, message: expect.stringMatching(new RegExp(`${field}.*SIGNALBOX_FLINK_CONNECTORS=gateway`)) },
  ]);
  expect(read(yaml + line, false).issues.filter(({ message }) => message.includes("on Flink"))).toEqual([]);
});

test("an endpoint of Kinesis without TLS, which StateFun accepts from nobody, is refused at its line", () => {
  const { issues } = read(kinesisYaml.replace("https://localhost", "http://localhost"));
  expect(issues).toMatchObject([{ severity: "error", line: 4, message: expect.stringContaining("no https: URL") }]);
});

test("an ingress from Kafka says which parts are left behind; an unknown property goes on with a warning, and an absent broker is an error", () => {
  const warned = read(ingressYaml.replace("ssl.truststore.type", "ssl.truststore.typo")).issues;
  expect(warned).toMatchObject([
    { severity: "warning", line: 1, message: expect.stringContaining("headers of records do not come along") },
    { severity: "warning", line: 9, suggestion: "ssl.truststore.type" },
  ]);
  const nobody = read(egressYaml.replace('bootstrap.servers: "kafka:9092", ', "")).issues;
  expect(nobody).toMatchObject([{ severity: "warning" }, { severity: "error", message: expect.stringContaining("No broker is named") }]);
});

test("where the gateway carries a component, StateFun is told nothing, and properties that only Java can read are refused", () => {
  const { issues } = read(ingressYaml, false);
  expect(issues).toMatchObject([{ severity: "error", message: expect.stringContaining("JKS") }]);
  const { document } = read(egressYaml, false);
  expect(mergeModules(document === undefined ? [] : [document]).bindings.carried).toBeUndefined();
});

test("the gateway opens no component that StateFun carries: the component runs with a note, and can be neither stopped, checked nor moved", async () => {
  const { document } = read(ingressYaml);
  const [declared] = document?.ingresses ?? [];
  if (declared === undefined) throw new Error("the module has no ingress");
  const { supervisor, warned } = connectorStand(kafkaIngress, {});
  await supervisor.begin([declared]);
  await settled();
  expect(supervisor.views()).toMatchObject([
    {
      id: "shop/orders",
      word: "kafka",
      canCheck: false,
      state: { kind: "running" },
      note: { what: expect.stringContaining("StateFun's own") },
    },
  ]);
  expect(supervisor.details("ingress", "shop/orders")).toMatchObject({ canSeek: false, parts: [] });
  expect(await supervisor.stop("ingress", "shop/orders", true)).toBe(false);
  await supervisor.close();
  expect(warned).toEqual([]);
});
