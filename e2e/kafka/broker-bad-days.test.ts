/**
 * Bad days of the broker under a real gateway: each is a state with cause and cure in GET /v1/connectors, /health and the metrics,
 * everything else goes on, and once it is mended nothing is lost or doubled. Neighbour: bad-days.test.ts has those of addresses, logins and
 * topics.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionPool, txnOffsetCommitV3 } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { committedOf } from "../../apps/gateway/src/connectors/kafka/kafka-by-topic.ts";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";
import { type ConnectorRow, egressYaml, inState, ingressYaml } from "./connector-states.ts";
import { wentThrough } from "./crash-run.ts";
import { clientOf } from "./kafka-reading.ts";
import { feed, judge, makeTopics, plantedBy, RelayRun } from "./relay-run.ts";

const reason = whyNoBroker();
const clean = { lost: 0, doubled: 0, outOfOrder: 0, miscounted: 0 };

/** Checks what people see who do not look at the list of connectors; between two attempts it is another state for a moment. */
async function shownElsewhere(gateway: Gateway, id: string, state: string): Promise<void> {
  const shown = async (): Promise<boolean> => {
    const health = (await (await fetch(`${gateway.url}/health`)).json()) as { connectors: readonly ConnectorRow[] };
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const lines = metrics.split("\n").filter((line) => line.startsWith("signalbox_connector_state{") && line.includes(`id="${id}"`));
    return (
      health.connectors.some((row) => row.id === id && row.state === state && row.cure !== "") &&
      lines.some((line) => line.includes(`state="${state}"`) && line.endsWith(" 1"))
    );
  };
  await until(shown, { what: `${id} to be ${state} in health and metrics`, timeoutMs: 120_000 });
}

describe.skipIf(reason !== undefined)(`a Kafka broker's bad days${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    // The setting is off, because a broker that checks whether a group's part of a transaction was announced cannot be made to hang.
    broker = await KafkaBroker.start({ expired: true, properties: ["transaction.partition.verification.enable=false"] });
  }, 180_000);
  afterAll(async () => broker?.[Symbol.asyncDispose]());

  it("a certificate that has expired is named at both ends, the others go on, and a new one heals them", async () => {
    await makeTopics(broker, "tls-in", "tls-out");
    await using functions = await Functions.start("e2e/functions/kafka-relay.ts", { env: { TOPIC: "tls-out" } });
    await using gateway = await Gateway.start();
    const login = `sasl.jaas.config: x.PlainLoginModule required username="alice" password="alice-secret";`;
    const secure = ["security.protocol: SASL_SSL", "sasl.mechanism: PLAIN", login, `ssl.truststore.location: ${broker.file("ca.pem")}`];
    const yaml = [
      endpointYaml("test/*", functions.url),
      ingressYaml("test/in", broker.saslTlsAddress, { topic: "tls-in", properties: secure }),
      ingressYaml("plain/in", broker.address, { topic: "tls-in" }),
      egressYaml("test/out", broker.saslTlsAddress, { properties: secure }),
    ].join("---\n");
    await gateway.api.applyModule("tls", yaml);
    await broker.produce("tls-in", [{ key: "k1", value: "1" }]);
    for (const id of ["test/in", "test/out"]) {
      const row = await inState(gateway, id, { state: "waiting", saying: "has expired" });
      expect(row.cure).toContain("Renew it");
      await shownElsewhere(gateway, id, "waiting");
    }
    await until(async () => (await gateway.api.state({ type: "test/relay", id: "k1" }, "count")) === 1, { what: "the others to go on" });
    await broker.renew();
    for (const id of ["test/in", "test/out"]) await inState(gateway, id, "running");
    await until(async () => (await gateway.api.state({ type: "test/relay", id: "k1" }, "count")) === 2, {
      what: "the record to come by the healed ingress too",
      timeoutMs: 60_000,
    });
    await until(async () => (await gateway.api.egresses()).every(({ waitingRecords }) => waitingRecords === 0), {
      what: "all to leave",
      timeoutMs: 60_000,
    });
    expect((await broker.consumed("tls-out", { atLeast: 2 })).length).toBe(2);
  }, 300_000);

  it("a record over the broker's size holds up its egress and is named, until the topic takes it; with dead letters nothing waits", async () => {
    await broker.createTopic("small", { configuration: { "max.message.bytes": "1500" } });
    await makeTopics(broker, "size-in");
    await using functions = await Functions.start("e2e/functions/kafka-relay.ts", { env: { TOPIC: "small" } });
    await using gateway = await Gateway.start();
    const yaml = (deadLetters?: string): string =>
      [
        endpointYaml("test/*", functions.url),
        ingressYaml("test/in", broker.address, { topic: "size-in" }),
        egressYaml("test/out", broker.address, deadLetters === undefined ? {} : { deadLetters }),
      ].join("---\n");
    await gateway.api.applyModule("size", yaml());
    await broker.produce("size-in", [
      { key: "k1", value: "fits", partition: 0 },
      { key: "k1", value: "x".repeat(5000), partition: 0 },
      { key: "k1", value: "fits too", partition: 0 },
    ]);
    const row = await inState(gateway, "test/out", { state: "held-back", saying: "larger than the broker takes" });
    expect(row.what).toMatch(/^record \d+ is refused: /);
    expect(row.cure).toContain("max.message.bytes");
    await inState(gateway, "test/in", "running");
    // Records before it have arrived; it and those after it wait.
    expect((await gateway.api.egresses()).find(({ id }) => id === "test/out")?.waitingRecords).toBe(2);
    await gateway.api.applyModule("size", yaml("test/letters"));
    await inState(gateway, "test/out", "running");
    await until(async () => (await gateway.api.egresses()).every(({ waitingRecords }) => waitingRecords === 0), {
      what: "nothing to wait",
      timeoutMs: 60_000,
    });
    const values = (await broker.consumed("small", { atLeast: 2 })).map((line) => line.split("\t")[2]);
    expect(values).toEqual(["fits 1", "fits too 3"]);
  }, 240_000);

  it("a broker that dies within a transaction is named, and once it is up each record is there once and in order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-held-"));
    const held = join(folder, "go-on");
    try {
      await makeTopics(broker, "dies-in", "dies-out");
      await feed(broker, "dies-in", { from: 1, through: 300 });
      await using run = await RelayRun.start(broker, {
        ...{ from: "dies-in", to: "dies-out" },
        env: plantedBy({ KAFKA_HOLD_IN_TRANSACTION: held }),
      });
      await until(() => existsSync(`${held}.reached`), { what: "records to be written in a transaction", timeoutMs: 120_000 });
      await broker.kill();
      writeFileSync(held, "");
      const row = await inState(run.gateway, "test/out", "held-back");
      expect([row.what, row.cure]).toEqual([
        expect.stringMatching(/nothing listens|closed the connection|cut the connection/),
        expect.stringContaining("by itself"),
      ]);
      await shownElsewhere(run.gateway, "test/out", "held-back");
      await broker.start();
      await wentThrough(run, 300, 200_000);
      await inState(run.gateway, "test/out", "running");
      expect(judge(await broker.consumed("dies-out", { atLeast: 300 }), 300)).toEqual(clean);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 400_000);

  it("a marker that hangs is named with the tool that ends it, and goes on once Kafka's own tool has ended it", async () => {
    await makeTopics(broker, "hang-in", "hang-out");
    await feed(broker, "hang-in", { from: 1, through: 30 });
    const before = new Set(await broker.groups());
    await using run = await RelayRun.start(broker, { from: "hang-in", to: "hang-out" });
    const { api } = run.gateway;
    await wentThrough(run, 30, 120_000);
    await api.request("POST", "/v1/connectors/egress/test%2Fout/stop");
    const outbox = (await broker.groups()).find((group) => group.startsWith("signalbox-outbox-") && !before.has(group));
    await hang(broker, outbox ?? "");
    await feed(broker, "hang-in", { from: 31, through: 40 });
    await until(async () => (await run.waiting()) === 10, { what: "10 records to wait", timeoutMs: 60_000 });
    await api.request("POST", "/v1/connectors/egress/test%2Fout/start");
    const row = await inState(run.gateway, "test/out", { state: "waiting", saying: "never ended the last transaction" });
    expect(row.cure).toContain("kafka-transactions.sh");
    await shownElsewhere(run.gateway, "test/out", "waiting");
    await inState(run.gateway, "test/in", "running");
    expect(await run.waiting()).toBe(10);

    await endHanging(broker);
    await wentThrough(run, 40, 120_000);
    await inState(run.gateway, "test/out", "running");
    // The earlier records were trimmed, so that the topics leave a doubt.
    const numbers = (await broker.consumed("hang-out", { atLeast: 10 })).map((line) => Number(line.split("\t")[2]?.split(" ")[0]));
    expect(numbers.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 10 }, (_, index) => 31 + index));
  }, 400_000);
});

/** Writes its marker in a transaction that nobody will end, and trims its topic. */
async function hang(broker: KafkaBroker, group: string): Promise<void> {
  const client = await clientOf(broker.address);
  await client.metadata(["hang-out"], { create: false });
  for (const partition of [0, 1, 2]) {
    const { offsets } = await client.listOffsets(1, [{ topic: "hang-out", partition, timestamp: -1n }]);
    await broker.deleteRecords("hang-out", partition, offsets.get(`hang-out/${partition}`) ?? 0n);
  }
  const transactionalId = group.replace("signalbox-outbox-", "signalbox-");
  const { producerId, epoch } = await client.initProducer(transactionalId, 60_000);
  await client.close();
  const [host = "", port = ""] = broker.address.split(":");
  const pool = new ConnectionPool("hangs");
  const connection = await pool.get({ host, port: Number(port) });
  const marker = committedOf([{ topic: "hang-out", partition: 0, offset: 33n }]);
  await txnOffsetCommitV3.api.async(connection, transactionalId, group, producerId, epoch, -1, "", null, marker);
  await pool.close();
}

/** Does what the cure says: finds the transaction at a partition of __consumer_offsets, and aborts it. */
async function endHanging(broker: KafkaBroker): Promise<void> {
  for (const partition of ["0", "1", "2", "3"]) {
    const place = ["--topic", "__consumer_offsets", "--partition", partition];
    const [, ...producers] = (await broker.transactionsTool("describe-producers", ...place)).trim().split("\n");
    // The last column is the offset at which a producer's open transaction begins.
    const starts = producers.flatMap((line) => /(\d+)\s*$/.exec(line)?.[1] ?? []);
    for (const start of starts) await broker.transactionsTool("abort", ...place, "--start-offset", start);
  }
}
