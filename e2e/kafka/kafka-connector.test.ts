/** The connector's parts against a real broker: where reading begins, what it survives, what is written once, what is named. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KafkaDelivery, plainWriter } from "../../apps/gateway/src/connectors/kafka/kafka-delivery.ts";
import { failureOf } from "../../apps/gateway/src/connectors/kafka/kafka-failure.ts";
import { KafkaSender } from "../../apps/gateway/src/connectors/kafka/kafka-sender.ts";
import type { StartRules } from "../../apps/gateway/src/connectors/kafka/kafka-start.ts";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";
import { clientOf, exactlyOnce, isRising, numbered, type Positions, Reading, row, settled, valuesOf } from "./kafka-reading.ts";

const reason = whyNoBroker();
describe.skipIf(reason !== undefined)(`a real Kafka broker${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await KafkaBroker.start();
  }, 180_000);
  afterAll(async () => broker?.[Symbol.asyncDispose]());

  it("is read from the start position that the module names", async () => {
    await broker.createTopic("starts");
    await broker.produce("starts", numbered(1, 5));
    const between = Date.now() + 1;
    await until(() => Date.now() > between, { what: "the next millisecond" });
    await broker.produce("starts", numbered(6, 10));
    const keeper = await clientOf(broker.address);
    await until(() => keeper.commitOffsets("watchers", [{ topic: "starts", partition: 0, offset: 8n }]).then(() => true), {
      what: "the group's coordinator",
      timeoutMs: 30_000,
    });
    await keeper.close();
    const rules: [Partial<StartRules>, string[]][] = [
      [{ startup: { kind: "earliest" } }, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]],
      [{ startup: { kind: "date", atMs: between } }, ["6", "7", "8", "9", "10"]],
      [{ startup: { kind: "group-offsets" }, groupId: "watchers" }, ["9", "10"]],
      [
        { startup: { kind: "group-offsets" }, groupId: "strangers", reset: "earliest" },
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
      ],
      [{ startup: { kind: "specific-offsets", offsets: new Map([["starts/0", 7n]]) } }, ["8", "9", "10"]],
    ];
    for (const [rule, expected] of rules) {
      await using reading = new Reading(await clientOf(broker.address), ["starts"], { rules: rule });
      expect(await reading.saw(expected.length)).toEqual(expected);
    }
    for (const startup of [{ kind: "latest" }, { kind: "date", atMs: Date.now() + 3_600_000 }] as const) {
      await using reading = new Reading(await clientOf(broker.address), ["starts"], { rules: { startup } });
      await reading.started();
      await broker.produce("starts", [{ value: "after", partition: 0 }]);
      expect(await reading.saw(1)).toEqual(["after"]);
    }
  });

  it("goes on from a position, and only from it", async () => {
    await broker.createTopic("resumes");
    await broker.produce("resumes", numbered(1, 4));
    let positions: Positions | undefined;
    {
      await using reading = new Reading(await clientOf(broker.address), ["resumes"]);
      await reading.saw(4);
      ({ positions } = reading);
    }
    await broker.produce("resumes", numbered(5, 6));
    await using again = new Reading(await clientOf(broker.address), ["resumes"], { positions, rules: { startup: { kind: "earliest" } } });
    expect(await again.saw(2)).toEqual(["5", "6"]);
  });

  it("shows new partitions from their first record", async () => {
    await broker.createTopic("grows");
    await using reading = new Reading(await clientOf(broker.address), ["grows"], { rules: { startup: { kind: "latest" } } });
    await reading.started();
    await broker.setPartitions("grows", 3);
    await until(() => broker.produce("grows", [{ value: "new", partition: 2 }]).then(() => true), {
      what: "the new partition to take a record",
    });
    expect(await reading.saw(1)).toEqual(["new"]);
  });

  it("passes a batch that unpacks to far more than its size, and reads the records around it", async () => {
    await broker.createTopic("bombs");
    const client = await clientOf(broker.address);
    const [leader = -1] = (await client.metadata(["bombs"], { create: false })).topics.get("bombs")?.leaders ?? [];
    for (const value of [Buffer.from("before"), Buffer.alloc(100_000_000, 97), Buffer.from("after")]) {
      const record = { topic: "bombs", partition: 0, key: Buffer.from("k"), value, headers: [] };
      await settled(() => client.produce(leader, [record], { acks: -1, compression: "gzip" }));
    }
    await client.close();
    await using reading = new Reading(await clientOf(broker.address), ["bombs"]);
    const [before, bomb, after] = await reading.saw(3);
    expect([before, after]).toEqual(["before", "after"]);
    // The batch arrives as one record, unchanged.
    expect(bomb?.length).toBeLessThan(1_000_000);
  });

  it("goes on by autoOffsetResetPosition where offsets are gone, and says so", async () => {
    await broker.createTopic("shrinks");
    await broker.produce("shrinks", numbered(1, 10));
    const view = await (await clientOf(broker.address)).metadata(["shrinks"], { create: false });
    await broker.deleteRecords("shrinks", 0, 6n);
    const positions = new Map([["shrinks/0", { topicId: view.topics.get("shrinks")?.id ?? "", next: 2n }]]);
    await using reading = new Reading(await clientOf(broker.address), ["shrinks"], { positions, rules: { reset: "earliest" } });
    expect(await reading.saw(4)).toEqual(["7", "8", "9", "10"]);
    expect(reading.resets).toEqual(["shrinks/0 2 to 6"]);
  });

  it("names an absent topic, reads the others, and reads it once it is created", async () => {
    await broker.createTopic("there");
    await broker.produce("there", numbered(1, 1));
    await using reading = new Reading(await clientOf(broker.address), ["there", "not-there"], { rules: { startup: { kind: "earliest" } } });
    expect(await reading.saw(1)).toEqual(["1"]);
    await until(() => reading.troubles.has("UNKNOWN_TOPIC_OR_PARTITION"), { what: "the absent topic to be named" });
    await broker.createTopic("not-there");
    await broker.produce("not-there", [{ value: "late", partition: 0 }]);
    expect(await reading.saw(2)).toEqual(["1", "late"]);
  });

  it("begins a topic that was created anew at its first record", async () => {
    await broker.createTopic("again");
    await broker.produce("again", numbered(1, 3));
    await using reading = new Reading(await clientOf(broker.address), ["again"]);
    await reading.saw(3);
    await broker.deleteTopic("again");
    await until(() => broker.createTopic("again").then(() => true), { what: "the topic to be made again", timeoutMs: 30_000 });
    await broker.produce("again", numbered(101, 102));
    expect((await reading.saw(5)).slice(3)).toEqual(["101", "102"]);
  });

  it("ends with the reason when the broker dies, and is read on from its positions", async () => {
    await broker.createTopic("outage");
    await broker.produce("outage", numbered(1, 3));
    let positions: Positions;
    {
      await using reading = new Reading(await clientOf(broker.address), ["outage"]);
      await reading.saw(3);
      await broker.kill();
      await until(() => reading.failure !== undefined, { what: "the outage to be named", timeoutMs: 60_000 });
      expect(["ECONNREFUSED", "CONNECTION_CLOSED"]).toContain((reading.failure as { code?: string }).code);
      ({ positions } = reading);
    }
    await broker.start();
    await until(() => broker.produce("outage", numbered(4, 6)).then(() => true), { what: "the broker to take records", timeoutMs: 60_000 });
    await using again = new Reading(await clientOf(broker.address), ["outage"], { positions });
    expect(await again.saw(3)).toEqual(["4", "5", "6"]);
  }, 180_000);

  it("takes rows once: a predecessor's open transaction is aborted, its answer is looked up, and it can write no more", async () => {
    await broker.createTopic("once", { partitions: 3 });
    const client = await clientOf(broker.address);
    const first = exactlyOnce(client, "a");
    await settled(async () => {
      expect(await first.begin(["once"])).toBe(0);
      await first.write([1, 2, 3].map((sequence) => row(sequence, "once")));
    });
    // This transaction is never ended, because its owner dies between the records and the end.
    const dying = await settled(() => client.initProducer(first.transactionalId, 60_000));
    await client.addPartitions(dying, [{ topic: "once", partition: 0 }]);
    await client.produce(1, [{ ...row(4, "once", "open"), partition: 0 }], {
      acks: -1,
      compression: "none",
      session: { producer: dying, sequences: new Map() },
    });
    const second = exactlyOnce(client, "a");
    expect(await second.begin(["once"])).toBe(3);
    await expect(first.write([row(4, "once", "late")])).rejects.toSatisfy((error) => failureOf(error).kind === "fenced");
    await second.write([row(4, "once"), row(5, "once")]);
    expect(await exactlyOnce(client, "b").begin(["once"])).toBe(0);
    const ours = new Reading(await clientOf(broker.address), ["once"]);
    expect((await ours.saw(5)).sort()).toEqual(["1", "2", "3", "4", "5"]);
    await ours[Symbol.asyncDispose]();
    expect(valuesOf(await broker.consumed("once")).sort()).toEqual(["1", "2", "3", "4", "5"]);
    expect((await broker.consumed("once", { committed: false })).length).toBeGreaterThanOrEqual(6);
    await client.close();
  }, 120_000);

  it("shows our reader the same committed records as Java's, among aborted transactions", async () => {
    await broker.createTopic("mixed", { partitions: 2 });
    const client = await clientOf(broker.address);
    await client.metadata(["mixed"], { create: false });
    const producers = await Promise.all(["x", "y"].map((name) => settled(() => client.initProducer(`mixed-${name}`, 60_000))));
    const sequences = producers.map(() => new Map<string, number>());
    for (let turn = 0; turn < 60; turn++) {
      const which = turn % 2;
      const producer = producers[which];
      const counted = sequences[which];
      if (producer === undefined || counted === undefined) continue;
      const partition = turn % 3 === 0 ? 1 : 0;
      await settled(() => client.addPartitions(producer, [{ topic: "mixed", partition }]));
      const record = { ...row(turn, "mixed", `${turn}`), partition };
      await settled(() => client.produce(1, [record], { acks: -1, compression: "gzip", session: { producer, sequences: counted } }));
      counted.set(`mixed:${partition}`, (counted.get(`mixed:${partition}`) ?? 0) + 1);
      await client.endTransaction(producer, turn % 5 < 2);
    }
    const theirs = valuesOf(await broker.consumed("mixed")).sort();
    expect(theirs.length).toBe(24);
    await using ours = new Reading(await clientOf(broker.address), ["mixed"]);
    expect((await ours.saw(theirs.length)).sort()).toEqual(theirs);
    await client.close();
  }, 120_000);

  it("delivers the rows that fit and names the row that is over the broker's size", async () => {
    await broker.createTopic("small", { configuration: { "max.message.bytes": "2000" } });
    const client = await clientOf(broker.address);
    const delivery = new KafkaDelivery(exactlyOnce(client, "sizes"));
    const rows = [row(1, "small"), row(2, "small", "x".repeat(5000)), row(3, "small")];
    const rejected = await settled(() => delivery.deliver(rows));
    expect(rejected).toMatchObject({ sequence: 2, failure: { code: "MESSAGE_TOO_LARGE", kind: "rejected" } });
    expect(await settled(() => delivery.deliver(rows.slice(2)))).toBeUndefined();
    await client.close();
    expect(valuesOf(await broker.consumed("small"))).toEqual(["1", "3"]);
  }, 120_000);

  it.each([
    ["at-least-once", -1],
    ["none", 0],
  ] as const)("takes rows with %s, and keys lie where Java puts them", async (semantic, acks) => {
    const topic = `plain-${semantic}`;
    await broker.createTopic(topic, { partitions: 3 });
    // Without acknowledgements nobody is told that a new topic is not ready yet.
    await settled(() =>
      broker.produce(
        topic,
        [0, 1, 2].map((partition) => ({ value: "ready", partition })),
      ),
    );
    const client = await clientOf(broker.address);
    const sender = new KafkaSender(client, {
      compression: "lz4",
      requestBytesMax: 300,
      metadataAgeMs: 60_000,
      nowMs: () => performance.now(),
    });
    const delivery = new KafkaDelivery(plainWriter(sender, acks));
    const rows = Array.from({ length: 50 }, (_, index) => row(index + 1, topic));
    expect(await settled(() => delivery.deliver(rows))).toBeUndefined();
    await client.close();
    const values = valuesOf(await broker.consumed(topic)).filter((value) => value !== "ready");
    expect(new Set(values).size).toBe(50);
    expect([...Map.groupBy(values, (value) => Number(value) % 7).values()].every(isRising)).toBe(true);
  });

  it.each([
    ["PLAIN", "SASL_PLAINTEXT", 'x.PlainLoginModule required username="alice" password="alice-secret";'],
    ["SCRAM-SHA-256", "SASL_PLAINTEXT", 'x.ScramLoginModule required username="bob" password="bob-secret";'],
    ["SCRAM-SHA-512", "SASL_SSL", 'x.ScramLoginModule required username="bob" password="bob-secret";'],
    ["OAUTHBEARER", "SASL_SSL", 'x.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="carol";'],
  ])("lets us in by %s over %s", async (mechanism, protocol, login) => {
    const tls = protocol === "SASL_SSL" ? { "ssl.truststore.location": broker.file("ca.pem") } : {};
    const address = protocol === "SASL_SSL" ? broker.saslTlsAddress : broker.saslAddress;
    const client = await clientOf(address, {
      "security.protocol": protocol,
      "sasl.mechanism": mechanism,
      "sasl.jaas.config": login,
      ...tls,
    });
    expect((await client.metadata([], { create: false })).brokers.size).toBe(1);
    await client.close();
  });

  it("lets us in by a client certificate", async () => {
    const client = await clientOf(broker.tlsAddress, {
      "security.protocol": "SSL",
      "ssl.truststore.location": broker.file("ca.pem"),
      "ssl.keystore.location": broker.file("client-chain-and-key.pem"),
      "ssl.keystore.type": "PEM",
    });
    expect((await client.metadata([], { create: false })).brokers.size).toBe(1);
    await client.close();
  });

  const wrong = 'x.PlainLoginModule required username="alice" password="wrong";';
  it.each([
    ["nothing listens", () => "127.0.0.1:1", {}, "ECONNREFUSED"],
    ["the host is unknown", () => "nowhere.invalid:9092", {}, "ENOTFOUND"],
    [
      "the password is wrong",
      () => broker.saslAddress,
      { "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": wrong },
      "SASL_AUTHENTICATION_FAILED",
    ],
    ["the listener wants TLS", () => broker.tlsAddress, {}, "BROKER_REQUIRES_TLS"],
    ["the listener is plain", () => broker.address, { "security.protocol": "SSL" }, "TLS_HANDSHAKE_FAILED"],
    ["the authority is unknown", () => broker.saslTlsAddress, { "security.protocol": "SSL" }, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ])("is named when %s", async (_what, address, properties, code) => {
    const client = await clientOf(address(), properties);
    await expect(client.metadata([], { create: false })).rejects.toMatchObject({ code });
    await client.close();
  });
});
