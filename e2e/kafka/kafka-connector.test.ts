/** The connector's parts against a real broker: where reading begins, what it survives, what is written once, what is named. */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KafkaClient } from "../../apps/gateway/src/connectors/kafka/kafka-client.ts";
import { KafkaDelivery, plainWriter } from "../../apps/gateway/src/connectors/kafka/kafka-delivery.ts";
import { failureOf } from "../../apps/gateway/src/connectors/kafka/kafka-failure.ts";
import type { PartitionPosition } from "../../apps/gateway/src/connectors/kafka/kafka-position.ts";
import { kafkaSettings } from "../../apps/gateway/src/connectors/kafka/kafka-properties.ts";
import { KafkaReader, type Taken } from "../../apps/gateway/src/connectors/kafka/kafka-reader.ts";
import { connectionOptions } from "../../apps/gateway/src/connectors/kafka/kafka-security.ts";
import { KafkaSender, type OutgoingRow } from "../../apps/gateway/src/connectors/kafka/kafka-sender.ts";
import type { StartRules } from "../../apps/gateway/src/connectors/kafka/kafka-start.ts";
import { KafkaTransactions } from "../../apps/gateway/src/connectors/kafka/kafka-transactions.ts";
import { readRegularFile } from "@signalbox/runtime/regular-file";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";

const reason = whyNoBroker();
const fileBytesMax = 1024 * 1024;

async function clientOf(address: string, properties: Record<string, string> = {}): Promise<KafkaClient> {
  const { settings, issues } = kafkaSettings({ address, properties: new Map(Object.entries(properties)), clientId: "signalbox-test" });
  expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
  const readFile = (location: string) => readRegularFile(location, fileBytesMax);
  return new KafkaClient(await connectionOptions(settings, { readFile, nowMs: Date.now, refusal: async () => undefined }));
}

type Positions = Map<string, PartitionPosition>;

/** Reads until it is disposed, and keeps what it saw. */
class Reading implements AsyncDisposable {
  readonly seen: string[] = [];
  /** Codes of what did not work meanwhile. */
  readonly troubles = new Set<string>();
  readonly resets: string[] = [];
  readonly positions: Positions;
  failure: unknown;
  readonly #end = new AbortController();
  readonly #reader: KafkaReader;
  readonly #run: Promise<void>;
  readonly #client: KafkaClient;
  #began = false;

  constructor(
    client: KafkaClient,
    topics: readonly string[],
    options: { rules?: Partial<StartRules>; positions?: Positions | undefined } = {},
  ) {
    this.#client = client;
    this.positions = new Map(options.positions);
    const rules: StartRules = { startup: { kind: "earliest" }, reset: "latest", groupId: undefined, ...options.rules };
    const limits = { maxWaitMs: 100, minBytes: 1, maxBytes: 1 << 20, partitionMaxBytes: 1 << 20, committedOnly: true };
    this.#reader = new KafkaReader(
      client,
      { topics, rules, limits, refreshMs: 500, recordsMax: 7 },
      {
        hasBegun: async () => this.positions.size > 0,
        begun: async () => {
          this.#began = true;
        },
        position: async ({ topic, partition }) => this.positions.get(`${topic}/${partition}`),
        take: async (taken) => this.#take(taken),
        trouble: (troubles) => {
          for (const { code } of troubles) this.troubles.add(code);
        },
        reset: ({ topic, partition }, { from, to }) => this.resets.push(`${topic}/${partition} ${from} to ${to}`),
        wait: (ms, until) =>
          delay(ms, undefined, { signal: until === undefined ? this.#end.signal : AbortSignal.any([until, this.#end.signal]) }).catch(
            () => undefined,
          ),
        draw: () => 0.5,
      },
    );
    this.#run = this.#read().catch((error: unknown) => {
      this.failure = error;
    });
  }

  async #read(): Promise<void> {
    await this.#reader.begin(this.#end.signal);
    await this.#reader.run(this.#end.signal);
  }

  #take({ topic, partition, records, position }: Taken): void {
    for (const { value } of records) this.seen.push(Buffer.from(value ?? []).toString());
    this.positions.set(`${topic}/${partition}`, position);
  }

  async saw(count: number): Promise<string[]> {
    await until(() => this.seen.length >= count, { what: `${count} records; ${this.seen.length} came`, timeoutMs: 60_000 });
    return [...this.seen];
  }

  async started(): Promise<void> {
    await until(() => this.#began, { what: "a first position", timeoutMs: 60_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#client.close();
    await this.#reader.ended();
    await this.#run;
  }
}

function numbered(from: number, through: number): { key: string; value: string; partition: number }[] {
  return Array.from({ length: through - from + 1 }, (_, index) => ({ key: `k${index % 5}`, value: String(from + index), partition: 0 }));
}

function valuesOf(lines: readonly string[]): string[] {
  return lines.map((line) => line.slice(line.lastIndexOf("\t") + 1));
}

function isRising(values: readonly string[]): boolean {
  return values.every((value, index) => index === 0 || Number(values[index - 1]) < Number(value));
}

function row(sequence: number, topic: string, value = String(sequence)): OutgoingRow {
  return { sequence, topic, key: Buffer.from(`k${sequence % 7}`), value: Buffer.from(value), headers: [] };
}

/** Coordinators and leaders need a moment after a start, a new topic or the end of a transaction. */
async function settled<Result>(work: () => Promise<Result>): Promise<Result> {
  const done = await until(async () => ({ result: await work() }), { what: "the broker to settle", timeoutMs: 60_000 });
  return done.result;
}

function exactlyOnce(client: KafkaClient, incarnation: string): KafkaTransactions {
  const sender = new KafkaSender(client, {
    compression: "none",
    requestBytesMax: 100_000,
    metadataAgeMs: 60_000,
    nowMs: () => performance.now(),
  });
  const signal = new AbortController().signal;
  return new KafkaTransactions(
    { client, sender },
    {
      ...{ egress: "test/out", incarnation, transactionTimeoutMs: 60_000, signal },
      wait: (ms: number) => delay(ms, undefined, { signal }),
      steadyMs: () => performance.now(),
    },
  );
}

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

  it("names a topic that is not there, reads the others, and reads it once it is made", async () => {
    await broker.createTopic("there");
    await broker.produce("there", numbered(1, 1));
    await using reading = new Reading(await clientOf(broker.address), ["there", "not-there"], { rules: { startup: { kind: "earliest" } } });
    expect(await reading.saw(1)).toEqual(["1"]);
    await until(() => reading.troubles.has("UNKNOWN_TOPIC_OR_PARTITION"), { what: "the absent topic to be named" });
    await broker.createTopic("not-there");
    await broker.produce("not-there", [{ value: "late", partition: 0 }]);
    expect(await reading.saw(2)).toEqual(["1", "late"]);
  });

  it("begins a topic that was made again at its first record", async () => {
    await broker.createTopic("again");
    await broker.produce("again", numbered(1, 3));
    await using reading = new Reading(await clientOf(broker.address), ["again"]);
    await reading.saw(3);
    await broker.deleteTopic("again");
    await until(() => broker.createTopic("again").then(() => true), { what: "the topic to be made again", timeoutMs: 30_000 });
    await broker.produce("again", numbered(101, 102));
    expect((await reading.saw(5)).slice(3)).toEqual(["101", "102"]);
  });

  it("ends with why when the broker dies, and is read on from its positions", async () => {
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

  it("takes rows once: a predecessor's open transaction is given up, its answer is looked up, it can write no more", async () => {
    await broker.createTopic("once", { partitions: 3 });
    const client = await clientOf(broker.address);
    const first = exactlyOnce(client, "a");
    await settled(async () => {
      expect(await first.begin(["once"])).toBe(0);
      await first.write([1, 2, 3].map((sequence) => row(sequence, "once")));
    });
    // A transaction that is never ended: its owner dies between records and end.
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

  it("shows our reader the same committed records as Java's, among transactions that were given up", async () => {
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

  it("delivers what fits and names the row that is over the broker's size", async () => {
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
    // With none nobody hears that a new topic is not ready yet.
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
