/** The Kinesis ingress over streams in memory: the suite of all ingresses, resharding, packed records, and the bad days of a stream. */
import { EngineError } from "@signalbox/runtime";
import { afterEach, describe, expect, test } from "vitest";
import { ingress, type IngressContext, type OpenIngress } from "../../../src/connectors/connector.ts";
import { openKinesisIngress } from "../../../src/connectors/kinesis/kinesis-ingress.ts";
import { kinesisSettings } from "../../../src/connectors/kinesis/kinesis-properties.ts";
import { kinesisIngress, type KinesisIngressSpec } from "../../../src/connectors/kinesis/kinesis.ts";
import { connectorStand, type ConnectorStand } from "../connector-stand.ts";
import { ingressConformance, type TestSource } from "../ingress-conformance.ts";
import { settled, until } from "../manual-clock.ts";
import { MemoryEngine } from "../memory-engine.ts";
import { MemoryKinesis } from "./memory-kinesis.ts";
import { packedRecord } from "./packed-record.ts";

const access = {
  region: "us-east-1",
  endpoint: undefined,
  credentials: { kind: "default" },
  settings: kinesisSettings("ingress", {}).settings,
} as const;
const earliest: KinesisIngressSpec = {
  access,
  streams: [{ stream: "clicks", valueType: "shop/click", targets: ["shop/visits"] }],
  startup: { kind: "earliest" },
  invalid: { kind: "park" },
};

type Opened = (spec: KinesisIngressSpec, context: IngressContext) => Promise<OpenIngress>;

function over(kinesis: MemoryKinesis, opened: Opened = (spec, context) => openKinesisIngress(spec, context, kinesis.connect)) {
  const { shape, meaning, word, kind } = kinesisIngress;
  return ingress<KinesisIngressSpec>({
    direction: "ingress",
    kind,
    word,
    meaning,
    shape,
    read: () => ({ id: "shop/io", spec: earliest, claims: [] }),
    open: opened,
  });
}

function memoryStream(): TestSource {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  const sequences: string[] = [];
  let durable = 0;
  let cut = false;
  let isDown = false;
  kinesis.fault = () => {
    if (isDown) return "ECONNREFUSED";
    if (!cut) return undefined;
    cut = false;
    return "ECONNRESET";
  };
  return {
    connector: over(kinesis, async (spec, context) => {
      const open = await openKinesisIngress(spec, context, kinesis.connect);
      return {
        ...open,
        durable: (position, part) => {
          durable = Math.max(durable, sequences.indexOf(position) + 1);
          open.durable?.(position, part);
        },
      };
    }),
    spec: earliest,
    put: (...texts) => sequences.push(...texts.map((text) => kinesis.put("clicks", "anna", text))),
    breakOff: () => {
      cut = true;
    },
    down: (value) => {
      isDown = value;
    },
    open: () => kinesis.open,
    durable: () => durable,
  };
}

ingressConformance(kinesisIngress, "over a Kinesis stream in memory", { makeSource: memoryStream });

/** An engine that takes nothing more once it has this many records. */
class DyingEngine extends MemoryEngine {
  recordsMax: number;
  isDead = false;

  constructor(recordsMax: number) {
    super();
    this.recordsMax = recordsMax;
  }

  override async acceptBatch(batch: Parameters<MemoryEngine["acceptBatch"]>[0]) {
    this.isDead = this.taken.length >= this.recordsMax;
    if (this.isDead) throw new EngineError("OVERLOADED", "too much waits", "Wait.", 1000);
    return super.acceptBatch(batch);
  }
}

let stand: ConnectorStand | undefined;
afterEach(() => stand?.supervisor.close());

async function reading(
  kinesis: MemoryKinesis,
  spec: KinesisIngressSpec = earliest,
  engine?: ConnectorStand["engine"],
): Promise<ConnectorStand> {
  await stand?.supervisor.close();
  stand = connectorStand(over(kinesis), spec, engine);
  await stand.begin();
  return stand;
}

describe("a stream that is resharded", () => {
  test("gives a key's records in order: children are read once their parents have ended durably", async () => {
    const kinesis = new MemoryKinesis();
    kinesis.create("clicks", 2);
    const keys = ["anna", "bert", "carl", "dora", "emil"];
    const put = (round: number): void => {
      for (const key of keys) kinesis.put("clicks", key, `${key} ${round}`);
    };
    const { engine, clock } = await reading(kinesis);
    put(1);
    kinesis.split("clicks", "shard-0");
    put(2);
    kinesis.merge("clicks", "shard-1", "shard-3");
    put(3);
    await until(clock, () => engine.taken.length === 15);
    put(4);
    await until(clock, () => engine.taken.length === 20);
    for (const key of keys) {
      const own = engine.taken.filter(({ target }) => target.id === key).map(({ value }) => Buffer.from(value.bytes).toString());
      expect(own).toEqual([1, 2, 3, 4].map((round) => `${key} ${round}`));
    }
    const first = (call: string): number => kinesis.asked.indexOf(call);
    expect(first("iterator clicks/shard-4")).toBeGreaterThan(first("records clicks/shard-1"));
    expect(first("iterator clicks/shard-4")).toBeGreaterThan(first("records clicks/shard-3"));
  });

  test("is read on after a restart in the middle of it, each record once", async () => {
    const kinesis = new MemoryKinesis();
    kinesis.create("clicks");
    kinesis.put("clicks", "anna", "1");
    const first = await reading(kinesis);
    await until(first.clock, () => first.engine.taken.length === 1);
    kinesis.split("clicks", "shard-0");
    await until(first.clock, () => [...first.engine.positions.values()].some(({ text }) => text === "end"));
    const { engine, clock } = await reading(kinesis, earliest, first.engine);
    kinesis.put("clicks", "anna", "2");
    await until(clock, () => engine.taken.length === 2);
    expect(engine.texts()).toEqual(["1", "2"]);
  });
});

describe("a first start", () => {
  test("at the latest skips the existing records, also when it crashed before the first new one came", async () => {
    const kinesis = new MemoryKinesis();
    kinesis.create("clicks");
    kinesis.put("clicks", "anna", "old");
    const latest: KinesisIngressSpec = { ...earliest, startup: { kind: "latest" } };
    const first = await reading(kinesis, latest);
    await until(first.clock, () => first.engine.positions.size === 1);
    await first.supervisor.close();
    kinesis.put("clicks", "anna", "while nobody read");
    const { engine, clock } = await reading(kinesis, latest, first.engine);
    kinesis.put("clicks", "anna", "new");
    await until(clock, () => engine.taken.length === 2);
    expect(engine.texts()).toEqual(["while nobody read", "new"]);
  });

  test("at a date begins with the first record from then on", async () => {
    const kinesis = new MemoryKinesis();
    kinesis.create("clicks");
    kinesis.put("clicks", "anna", "before");
    const atMs = kinesis.nowMs;
    kinesis.put("clicks", "anna", "from then on");
    const { engine, clock } = await reading(kinesis, { ...earliest, startup: { kind: "date", atMs } });
    await until(clock, () => engine.taken.length === 1);
    expect(engine.texts()).toEqual(["from then on"]);
  });

  test("waits for an absent stream, says so, and then reads it from its first record", async () => {
    const kinesis = new MemoryKinesis();
    const { engine, clock, state, supervisor } = await reading(kinesis, { ...earliest, startup: { kind: "latest" } });
    await until(clock, () => state() === "waiting");
    expect(supervisor.views()[0]?.state).toMatchObject({
      what: "clicks: the stream is not there",
      cure: expect.stringContaining("Create it"),
    });
    kinesis.create("clicks");
    kinesis.put("clicks", "anna", "first");
    await until(clock, () => engine.taken.length === 1);
    expect(state()).toBe("running");
  });
});

test("a stream that was deleted and created anew is read from its first record", async () => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  kinesis.put("clicks", "anna", "1");
  const { engine, clock, state } = await reading(kinesis);
  await until(clock, () => engine.taken.length === 1);
  kinesis.delete("clicks");
  await until(clock, () => state() === "waiting");
  kinesis.create("clicks");
  kinesis.put("clicks", "anna", "2");
  await until(clock, () => engine.taken.length === 2);
  expect(engine.texts()).toEqual(["1", "2"]);
});

test("an expired iterator is requested again at the same place", async () => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  kinesis.put("clicks", "anna", "1");
  const { engine, clock, state } = await reading(kinesis);
  await until(clock, () => engine.taken.length === 1);
  kinesis.expireIterators();
  kinesis.put("clicks", "anna", "2");
  await until(clock, () => engine.taken.length === 2);
  expect([engine.texts(), state()]).toEqual([["1", "2"], "running"]);
});

test("a throttled shard waits, is reported as slowed, and loses nothing; the others go on", async () => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks", 2);
  let throttled = true;
  kinesis.fault = (call) => (throttled && call === "records clicks/shard-0" ? "ProvisionedThroughputExceededException" : undefined);
  const { engine, clock, state, supervisor } = await reading(kinesis);
  for (const key of ["anna", "bert", "carl", "dora"]) kinesis.put("clicks", key, key);
  await until(clock, () => state() === "held-back" && engine.taken.length > 0);
  expect(supervisor.views()[0]?.state).toMatchObject({
    what: expect.stringContaining("clicks/shard-0"),
    cure: expect.stringContaining("Add shards"),
  });
  expect(engine.taken.length).toBeLessThan(4);
  throttled = false;
  await until(clock, () => engine.taken.length === 4 && state() === "running");
});

test.each([
  ["UnrecognizedClientException", "refused", "credentials are refused"],
  ["AccessDeniedException", "waiting", "has not the right"],
  ["CredentialsProviderError", "waiting", "no credentials"],
  ["ECONNREFUSED", "waiting", "nothing listens"],
  ["ENOTFOUND", "waiting", "host name is not known"],
])("%s at the start is the state %s with cause and cure", async (code, kind, what) => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  kinesis.fault = () => code;
  const { clock, state, supervisor } = await reading(kinesis);
  await until(clock, () => state() === kind);
  expect(supervisor.views()[0]?.state).toMatchObject({ what: expect.stringContaining(what), cure: expect.stringMatching(/\.$/) });
  expect(kinesis.open).toBe(0);
});

describe("packed records", () => {
  test("become a message for each user record and target, cut where an epoch is full, each once over a crash in between", async () => {
    const kinesis = new MemoryKinesis();
    kinesis.create("clicks");
    const users = Array.from({ length: 1300 }, (_, index) => ({ key: `user-${index}`, data: String(index) }));
    kinesis.put("clicks", "outer", packedRecord(users));
    kinesis.put("clicks", "anna", "plain");
    const spec = { ...earliest, streams: [{ stream: "clicks", valueType: "shop/click", targets: ["shop/visits", "shop/sums"] }] };
    const dying = new DyingEngine(1000);
    const first = await reading(kinesis, spec, dying);
    await until(first.clock, () => dying.isDead);
    await first.supervisor.close();
    expect(dying.taken).toHaveLength(1000);
    dying.recordsMax = 10_000;
    const { engine, clock } = await reading(kinesis, spec, first.engine);
    await until(clock, () => engine.taken.length === 2602);
    await settled();
    const seen = engine.taken.map(({ target, value }) => `${target.type} ${target.id} ${Buffer.from(value.bytes).toString()}`);
    expect(new Set(seen).size).toBe(2602);
    expect(engine.taken.slice(0, 3).map(({ target }) => target)).toEqual([
      { type: "shop/visits", id: "user-0" },
      { type: "shop/sums", id: "user-0" },
      { type: "shop/visits", id: "user-1" },
    ]);
  });
});

test("a record that can never be a message is put aside once, in its place, and the others go on", async () => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  kinesis.put("clicks", "anna", "1");
  kinesis.put("clicks", "anna", Buffer.alloc(2000));
  kinesis.put("clicks", "anna", "3");
  const streams = [{ stream: "clicks", valueType: "shop/click", targets: ["shop/visits", "shop/sums"] }];
  const { engine, clock, supervisor } = await reading(kinesis, { ...earliest, streams, invalid: { kind: "forward", to: "shop/odd" } });
  await until(clock, () => engine.taken.length === 5);
  expect(engine.taken.map(({ target }) => target.type)).toEqual(["shop/visits", "shop/sums", "shop/odd", "shop/visits", "shop/sums"]);
  expect(JSON.parse(engine.texts()[2] ?? "")).toMatchObject({ part: "clicks/shard-0", what: expect.stringContaining("2000 bytes") });
  expect(supervisor.views()).toHaveLength(1);
});
