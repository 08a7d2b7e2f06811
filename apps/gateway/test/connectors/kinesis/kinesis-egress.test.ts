/**
 * The Kinesis egress into streams in memory: the suite of all egresses, and the order of each key when a put takes only some entries.
 */
import { KinesisEgressRecord } from "@signalbox/proto";
import { afterEach, describe, expect, test } from "vitest";
import { egress } from "../../../src/connectors/connector.ts";
import { openKinesisEgress } from "../../../src/connectors/kinesis/kinesis-egress.ts";
import { kinesisSettings } from "../../../src/connectors/kinesis/kinesis-properties.ts";
import { kinesisEgress, type KinesisEgressSpec } from "../../../src/connectors/kinesis/kinesis.ts";
import { connectorStand, type ConnectorStand } from "../connector-stand.ts";
import { egressConformance } from "../egress-conformance.ts";
import { until } from "../manual-clock.ts";
import { MemoryKinesis } from "./memory-kinesis.ts";

const typename = "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord";
const spec: KinesisEgressSpec = {
  access: { region: "us-east-1", endpoint: undefined, credentials: { kind: "default" }, settings: kinesisSettings("egress", {}).settings },
  outstandingMax: 1000,
  deadLetters: undefined,
};

function over(kinesis: MemoryKinesis) {
  const { shape, meaning, word, kind } = kinesisEgress;
  return egress<KinesisEgressSpec>({
    direction: "egress",
    kind,
    word,
    meaning,
    shape,
    read: () => ({ id: "shop/io", spec, claims: [] }),
    open: (own, context) => openKinesisEgress(own, context, kinesis.connect),
  });
}

function kinesisRecord(text: string, record: { readonly stream?: string; readonly key?: string; readonly hashKey?: string } = {}) {
  const { stream = "clicks", key = "anna", hashKey = "" } = record;
  const bytes = KinesisEgressRecord.encode({ stream, partitionKey: key, explicitHashKey: hashKey, valueBytes: Buffer.from(text) }).finish();
  return { typename, bytes };
}

egressConformance(kinesisEgress, "into a Kinesis stream in memory", () => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  let failures = 0;
  let refused: string | undefined;
  kinesis.fault = () => (failures-- > 0 ? "ECONNRESET" : undefined);
  kinesis.refusal = (_, text) => (text === refused ? "InvalidArgumentException" : undefined);
  return {
    connector: over(kinesis),
    spec,
    specWithDeadLetters: { ...spec, deadLetters: "shop/dead" },
    recordOf: (text) => kinesisRecord(text),
    received: () => kinesis.texts("clicks"),
    fail: (times) => {
      failures = times;
    },
    refuse: (text) => {
      refused = text;
    },
    open: () => kinesis.open,
  };
});

let stand: ConnectorStand | undefined;
afterEach(() => stand?.supervisor.close());

async function writing(kinesis: MemoryKinesis, own: Partial<KinesisEgressSpec> = {}): Promise<ConnectorStand> {
  stand = connectorStand(over(kinesis), { ...spec, ...own });
  // "anna 1": the key, then anything.
  stand.engine.recordOf = (text) => kinesisRecord(text, { key: text.split(" ")[0] ?? "" });
  await stand.begin();
  return stand;
}

describe("a put that takes some entries only", () => {
  test("keeps the order of each key and delivers the others, each once", async () => {
    const kinesis = new MemoryKinesis();
    kinesis.create("clicks", 2);
    const refusals = new Map([
      ["anna 1", 2],
      ["bert 2", 1],
    ]);
    kinesis.refusal = (_, text) => {
      const left = refusals.get(text) ?? 0;
      refusals.set(text, left - 1);
      return left > 0 ? "ProvisionedThroughputExceededException" : undefined;
    };
    const { engine, clock } = await writing(kinesis);
    engine.put("shop/io", "anna 1", "bert 1", "anna 2", "bert 2", "carl 1", "anna 3", "bert 3");
    await until(clock, () => engine.outbox.length === 0);
    const got = kinesis.texts("clicks");
    expect([...got].sort()).toEqual(["anna 1", "anna 2", "anna 3", "bert 1", "bert 2", "bert 3", "carl 1"]);
    for (const key of ["anna", "bert"]) expect(got.filter((text) => text.startsWith(key))).toEqual([1, 2, 3].map((n) => `${key} ${n}`));
    // Only Anna's own records waited for Anna.
    expect(got.indexOf("carl 1")).toBeLessThan(got.indexOf("anna 1"));
  });

  test("is reported as slowed while it is throttled, and goes on by itself", async () => {
    const kinesis = new MemoryKinesis();
    kinesis.create("clicks");
    let throttled = true;
    kinesis.refusal = () => (throttled ? "ProvisionedThroughputExceededException" : undefined);
    const { engine, clock, state, supervisor } = await writing(kinesis);
    engine.put("shop/io", "anna 1", "anna 2");
    await until(clock, () => state() === "held-back");
    expect(supervisor.views()[0]?.state).toMatchObject({
      what: expect.stringContaining("clicks"),
      cure: expect.stringContaining("Add shards"),
    });
    throttled = false;
    await until(clock, () => engine.outbox.length === 0 && state() === "running");
    expect(kinesis.texts("clicks")).toEqual(["anna 1", "anna 2"]);
  });
});

test("no put holds more than the service accepts, nor two records of one key", async () => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  const { engine, clock } = await writing(kinesis, { outstandingMax: 5000 });
  engine.put("shop/io", ...Array.from({ length: 1200 }, (_, index) => `key-${index % 700} ${index}`));
  await until(clock, () => engine.outbox.length === 0);
  // 700 keys once: 500 and 200; 500 of them again: 500.
  expect(kinesis.asked.filter((call) => call.startsWith("put"))).toHaveLength(3);
});

test("an absent stream keeps its records waiting, is named, and gets them when it exists", async () => {
  const kinesis = new MemoryKinesis();
  const { engine, clock, state, supervisor } = await writing(kinesis);
  engine.put("shop/io", "anna 1");
  await until(clock, () => state() === "held-back");
  expect(supervisor.views()[0]?.state).toMatchObject({ what: "clicks: the stream is not there" });
  kinesis.create("clicks");
  await until(clock, () => engine.outbox.length === 0);
  expect(kinesis.texts("clicks")).toEqual(["anna 1"]);
});

test.each([
  ["another type", { typename: "shop/receipt", bytes: Buffer.from("x") }, "takes type.googleapis.com"],
  ["no message", { typename, bytes: Buffer.from([0xff]) }, "no KinesisEgressRecord"],
  ["no stream", kinesisRecord("x", { stream: "" }), "no name of a stream"],
  ["no partition key", kinesisRecord("x", { key: "" }), "0 characters"],
  ["a partition key that is too long", kinesisRecord("x", { key: "k".repeat(257) }), "257 characters"],
  ["a hash key that is none", kinesisRecord("x", { hashKey: "12a" }), "explicit hash key"],
  ["a hash key that is too large", kinesisRecord("x", { hashKey: String(2n ** 128n) }), "explicit hash key"],
])("a record with %s is put aside with the reason", async (_, value, what) => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  const { engine, clock } = await writing(kinesis, { deadLetters: "shop/dead" });
  engine.put("shop/io", "anna 1");
  engine.recordOf = () => value;
  engine.put("shop/io", "odd");
  engine.recordOf = (text) => kinesisRecord(text);
  engine.put("shop/io", "anna 2");
  await until(clock, () => engine.outbox.length === 0);
  expect(kinesis.texts("clicks")).toEqual(["anna 1", "anna 2"]);
  expect(JSON.parse(engine.texts()[0] ?? "")).toMatchObject({ what: expect.stringContaining(what) });
});
