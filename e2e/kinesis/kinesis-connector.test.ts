/**
 * The Kinesis kinds through Amazon's SDK to a Kinesis of another process: the suites of all ingresses and egresses, a resharding, an
 * iterator that expired, and what a wrong address and a deleted stream look like.
 */
import { KinesisEgressRecord } from "@signalbox/proto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Secret } from "../../apps/gateway/src/shape/secret.ts";
import { egress, ingress, type Connector } from "../../apps/gateway/src/connectors/connector.ts";
import { connectKinesis, type ConnectKinesis } from "../../apps/gateway/src/connectors/kinesis/kinesis-client.ts";
import { openKinesisEgress } from "../../apps/gateway/src/connectors/kinesis/kinesis-egress.ts";
import { KinesisError } from "../../apps/gateway/src/connectors/kinesis/kinesis-error.ts";
import { openKinesisIngress } from "../../apps/gateway/src/connectors/kinesis/kinesis-ingress.ts";
import { kinesisSettings } from "../../apps/gateway/src/connectors/kinesis/kinesis-properties.ts";
import {
  kinesisEgress,
  kinesisIngress,
  type KinesisEgressSpec,
  type KinesisIngressSpec,
} from "../../apps/gateway/src/connectors/kinesis/kinesis.ts";
import type { KinesisCalls } from "../../apps/gateway/src/connectors/kinesis/kinesis-wire.ts";
import { connectorStand, type ConnectorStand } from "../../apps/gateway/test/connectors/connector-stand.ts";
import { egressConformance, type TestReceiver } from "../../apps/gateway/test/connectors/egress-conformance.ts";
import { ingressConformance, type TestSource } from "../../apps/gateway/test/connectors/ingress-conformance.ts";
import { until } from "../../apps/gateway/test/connectors/manual-clock.ts";
import { AgingKinesis } from "../stack/aging-kinesis.ts";
import { freePorts } from "../stack/child.ts";
import { FaultLink } from "../stack/fault-link.ts";
import { KinesisLocal } from "../stack/kinesis-local.ts";

let kinesis: KinesisLocal;
let link: FaultLink;
let linkPort = 0;
let streams = 0;
/** What a test began and does not wait for. */
let under: Promise<unknown> = Promise.resolve();
let stand: ConnectorStand | undefined;

beforeAll(async () => {
  kinesis = await KinesisLocal.start();
  [linkPort = 0] = await freePorts(1);
  link = await FaultLink.open(linkPort, [kinesis.port], () => 0);
});
afterEach(async () => {
  await stand?.supervisor.close();
  stand = undefined;
  await under;
  await link.set({ kind: "none" });
});
afterAll(async () => {
  await link[Symbol.asyncDispose]();
  await kinesis[Symbol.asyncDispose]();
});

function accessAt(port: number): KinesisIngressSpec["access"] {
  return {
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { kind: "basic", accessKeyId: new Secret("local"), secretAccessKey: new Secret("local") },
    settings: kinesisSettings("ingress", {}).settings,
  };
}

function ingressSpec(stream: string, port = linkPort): KinesisIngressSpec {
  const streams = [{ stream, valueType: "shop/click", targets: ["shop/visits"] }];
  return { access: accessAt(port), streams, startup: { kind: "earliest" }, invalid: { kind: "park" } };
}

/** Wraps Amazon's SDK and counts the open clients; `put` can replace a call. */
function counted(put: (calls: KinesisCalls) => KinesisCalls["put"] = (calls) => calls.put) {
  const count = { open: 0 };
  const connect: ConnectKinesis = (access, context) => {
    const calls = connectKinesis(access, context);
    count.open++;
    const close = (): void => {
      count.open--;
      calls.close();
    };
    return { ...calls, put: put(calls), close };
  };
  return { count, connect };
}

function localSource(): TestSource {
  const stream = `clicks-${++streams}`;
  const sequences: string[] = [];
  const { count, connect } = counted();
  let durable = 0;
  const next = (work: () => Promise<unknown>): void => {
    under = under.then(work);
  };
  next(() => kinesis.create(stream));
  return {
    connector: ingress<KinesisIngressSpec>({
      ...parts(kinesisIngress),
      direction: "ingress",
      read: () => ({ id: "shop/io", spec: ingressSpec(stream), claims: [] }),
      open: async (spec, context) => {
        const opened = await openKinesisIngress(spec, context, connect);
        return {
          ...opened,
          durable: (position, part) => {
            durable = Math.max(durable, sequences.indexOf(position) + 1);
            opened.durable?.(position, part);
          },
        };
      },
    }),
    spec: ingressSpec(stream),
    put: (...texts) =>
      next(async () => {
        sequences.push(...(await kinesis.put(stream, "anna", ...texts)));
      }),
    breakOff: () => link.reset(),
    down: (isDown) => next(() => link.set({ kind: isDown ? "refuse" : "none" })),
    open: () => count.open,
    durable: () => durable,
  };
}

const typename = "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord";

function egressRecord(stream: string, key: string, data: Uint8Array) {
  return { typename, bytes: KinesisEgressRecord.encode({ stream, partitionKey: key, valueBytes: data }).finish() };
}

function localReceiver(): TestReceiver {
  const stream = `sightings-${++streams}`;
  under = under.then(() => kinesis.create(stream));
  const got: string[] = [];
  let failing = 0;
  const { count, connect } = counted((calls) => async (to, entries) => {
    if (failing-- > 0) throw new KinesisError({ code: "ECONNRESET", where: to, detail: "" });
    const outcomes = await calls.put(to, entries);
    got.push(...entries.filter((_, index) => outcomes[index]?.code === undefined).map(({ data }) => Buffer.from(data).toString()));
    return outcomes;
  });
  const spec: KinesisEgressSpec = { access: accessAt(linkPort), outstandingMax: 1000, deadLetters: undefined };
  return {
    connector: egress<KinesisEgressSpec>({
      ...parts(kinesisEgress),
      direction: "egress",
      read: () => ({ id: "shop/io", spec, claims: [] }),
      open: (own, context) => openKinesisEgress(own, context, connect),
    }),
    spec,
    specWithDeadLetters: { ...spec, deadLetters: "shop/dead" },
    // The service refuses this record, because it is too large.
    recordOf: (text) => egressRecord(stream, "anna", text === "bad" ? Buffer.alloc(1024 * 1024 + 1) : Buffer.from(text)),
    received: () => got,
    fail: (times) => {
      failing = times;
    },
    refuse: () => undefined,
    open: () => count.open,
  };
}

function parts({ kind, word, meaning, shape }: Connector): Pick<Connector, "kind" | "word" | "meaning" | "shape"> {
  return { kind, word, meaning, shape };
}

async function begun(connector: Connector, spec: unknown): Promise<ConnectorStand> {
  stand = connectorStand(connector, spec);
  await stand.begin();
  return stand;
}

// Each put takes longer than the one before.
ingressConformance(kinesisIngress, "over kinesis-local", { makeSource: localSource, manyRecords: 2500 });
egressConformance(kinesisEgress, "into kinesis-local", localReceiver);

test("a stream that is split while it is read gives each key's records in order, each once", async () => {
  await kinesis.create("split-me", 2);
  const { engine, clock } = await begun(kinesisIngress, ingressSpec("split-me"));
  const keys = ["anna", "bert", "carl", "dora"];
  const rounds = 6;
  for (let round = 0; round < rounds; round++) {
    for (const key of keys) await kinesis.put("split-me", key, `${key} ${round}`);
    if (round === 1) await kinesis.split("split-me", "shardId-000000000000");
    if (round === 3) await kinesis.split("split-me", "shardId-000000000001");
  }
  await until(clock, () => engine.taken.length === keys.length * rounds);
  for (const key of keys) {
    const own = engine.taken.filter(({ target }) => target.id === key).map(({ value }) => Buffer.from(value.bytes).toString());
    expect(own).toEqual(Array.from({ length: rounds }, (_, round) => `${key} ${round}`));
  }
});

test("a stream that is deleted and created anew while it is read is named, and read from its first record", async () => {
  await kinesis.create("again");
  await kinesis.put("again", "anna", "1");
  const { engine, clock, state, supervisor } = await begun(kinesisIngress, ingressSpec("again"));
  await until(clock, () => engine.taken.length === 1);
  await kinesis.delete("again");
  await until(clock, () => state() === "waiting");
  expect(supervisor.views()[0]?.state).toMatchObject({ what: expect.stringContaining("the stream is not there") });
  await kinesis.create("again");
  await kinesis.put("again", "anna", "2");
  await until(clock, () => engine.taken.length === 2);
  expect(engine.texts()).toEqual(["1", "2"]);
});

test("an iterator that the service calls too old is requested again at the same place: each record once, and it keeps running", async () => {
  await using aging = await AgingKinesis.start(kinesis.port);
  await kinesis.create("aging");
  await kinesis.put("aging", "anna", "1", "2");
  const { engine, clock, state } = await begun(kinesisIngress, ingressSpec("aging", aging.port));
  await until(clock, () => engine.taken.length === 2);
  aging.age();
  await until(clock, () => aging.refused === 1);
  await kinesis.put("aging", "anna", "3");
  await until(clock, () => engine.taken.length === 3);
  // The next call is made at once with another iterator: repeating what is refused, or opening everything again, would need more calls.
  expect([engine.texts(), state(), aging.refused]).toEqual([["1", "2", "3"], "running", 1]);
});

test("records that leave are in their stream, under their key", async () => {
  await kinesis.create("out", 2);
  const spec: KinesisEgressSpec = { access: accessAt(linkPort), outstandingMax: 1000, deadLetters: undefined };
  const { engine, clock } = await begun(kinesisEgress, spec);
  engine.recordOf = (text) => egressRecord("out", text.slice(0, 4), Buffer.from(text));
  engine.put("shop/io", "anna 1", "bert 1", "anna 2", "bert 2");
  await until(clock, () => engine.outbox.length === 0);
  const texts = await kinesis.texts("out");
  for (const key of ["anna", "bert"]) expect(texts.filter((text) => text.startsWith(key))).toEqual([`${key} 1`, `${key} 2`]);
});

test("a check asks for the streams that are read, without a word to those who read", async () => {
  await kinesis.create("checked");
  const outcomes = async ({ supervisor }: ConnectorStand): Promise<string[]> =>
    ((await supervisor.check("ingress", "shop/io")) ?? []).map(({ outcome }) => outcome);
  expect(await outcomes(await begun(kinesisIngress, ingressSpec("checked")))).toEqual(["holds", "holds", "holds"]);
  expect(await outcomes(await begun(kinesisIngress, ingressSpec("unchecked")))).toEqual(["holds", "holds", "fails"]);
  const [nobody = 0] = await freePorts(1);
  expect(await outcomes(await begun(kinesisIngress, ingressSpec("checked", nobody)))).toEqual(["fails", "not-asked", "not-asked"]);
});

test("an address without a listener, and a forbidden one, are states with cause and cure", async () => {
  const [nobody = 0] = await freePorts(1);
  const first = await begun(kinesisIngress, ingressSpec("none", nobody));
  await until(first.clock, () => first.state() === "waiting");
  expect(first.supervisor.views()[0]?.state).toMatchObject({
    what: expect.stringContaining("nothing listens"),
    cure: expect.stringContaining("awsRegion"),
  });
  await first.supervisor.close();
  const forbidden = { ...ingressSpec("none"), access: { ...accessAt(1), endpoint: "http://169.254.169.254" } };
  const second = await begun(kinesisIngress, forbidden);
  await until(second.clock, () => second.state() === "refused");
});
