/**
 * What each kind asks its system in a check, over systems in memory and a real HTTP server: a system that does not answer, one that refuses
 * the login, and names that do not exist.
 */
import { KafkaProducerRecord } from "@signalbox/proto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { CheckAnswer, ConnectorCheck } from "../../src/connectors/connector-check.ts";
import { egress, ingress, type Connector, type ConnectorContext, type EgressCheckContext } from "../../src/connectors/connector.ts";
import { httpEgress } from "../../src/connectors/http/http.ts";
import { kafkaEgressCheck, kafkaIngressCheck } from "../../src/connectors/kafka/kafka-check.ts";
import { producerRecordTypename } from "../../src/connectors/kafka/kafka-outgoing.ts";
import { kafkaEgress, kafkaIngress } from "../../src/connectors/kafka/kafka.ts";
import { kinesisIngressCheck } from "../../src/connectors/kinesis/kinesis-check.ts";
import { kinesisIngress } from "../../src/connectors/kinesis/kinesis.ts";
import { natsEgressCheck, natsIngressCheck } from "../../src/connectors/nats/nats-check.ts";
import { NatsError } from "../../src/connectors/nats/nats-failure.ts";
import type { NatsCalls } from "../../src/connectors/nats/nats-wire.ts";
import { natsEgress, natsIngress } from "../../src/connectors/nats/nats.ts";
import { parseModule } from "../../src/modules/parse-module.ts";
import { connectorStand } from "./connector-stand.ts";
import { MemoryEngine } from "./memory-engine.ts";
import { MemoryKafka } from "./kafka/memory-kafka.ts";
import { MemoryKinesis } from "./kinesis/memory-kinesis.ts";

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** The same declaration as the real kind. It is never opened, and its check asks another system than the real one. */
function askingIngress<S>(kind: Connector, check: (spec: S, context: ConnectorContext) => Promise<ConnectorCheck>): Connector {
  const { kind: name, word, meaning, shape } = kind;
  const read = (): never => {
    throw new Error("specs are given");
  };
  return ingress<S>({ direction: "ingress", kind: name, word, meaning, shape, read, check });
}

function askingEgress<S>(kind: Connector, check: (spec: S, context: EgressCheckContext) => Promise<ConnectorCheck>): Connector {
  const { kind: name, word, meaning, shape } = kind;
  const read = (): never => {
    throw new Error("specs are given");
  };
  return egress<S>({ direction: "egress", kind: name, word, meaning, shape, read, check });
}

/** Reads the spec from a module's text. */
function specOf(yaml: string): unknown {
  const parsed = parseModule({ name: "test", yaml, env: {} });
  expect(parsed.issues).toEqual([]);
  return [...(parsed.document?.ingresses ?? []), ...(parsed.document?.egresses ?? [])][0]?.spec;
}

async function asked(connector: Connector, spec: unknown, engine = new MemoryEngine()): Promise<readonly CheckAnswer[]> {
  const { supervisor, begin } = connectorStand(connector, spec, engine);
  ended.push(() => supervisor.close());
  await begin();
  return (await supervisor.check(connector.direction, "shop/io")) ?? [];
}

const words = (answers: readonly CheckAnswer[]): string[] => answers.map(({ what, outcome }) => `${what}: ${outcome}`);
const reason = (answers: readonly CheckAnswer[]): string => answers.flatMap(({ problem }) => problem?.what ?? []).join();

describe("Kafka", () => {
  const spec = specOf(`kind: io.statefun.kafka.v1/ingress
spec:
  id: shop/io
  address: memory:9092
  topics:
    - topic: orders
      valueType: shop/order
      targets: [shop/cart]
`);
  const connector = (kafka: MemoryKafka): Connector =>
    askingIngress(kafkaIngress, (own: Parameters<typeof kafkaIngressCheck>[0], context) => kafkaIngressCheck(own, context, kafka.connect));

  test("has the topics that the module names, or names the missing ones", async () => {
    const kafka = new MemoryKafka();
    const absent = await asked(connector(kafka), spec);
    expect(words(absent)).toEqual(["a broker answers: holds", "it takes the credentials: holds", "the topic orders is there: fails"]);
    expect(reason(absent)).toBe("orders: the topic is not there");
    kafka.create("orders");
    const there = await asked(connector(kafka), spec);
    expect(words(there).at(-1)).toBe("the topic orders is there: holds");
    expect([kafka.topics.size, kafka.open]).toEqual([1, 0]);
  });

  test("that refuses the login counts as answering; one that does not answer does not", async () => {
    const kafka = new MemoryKafka();
    kafka.fault = (call) => (call === "metadata" ? "SASL_AUTHENTICATION_FAILED" : undefined);
    expect(words(await asked(connector(kafka), spec))).toEqual([
      "a broker answers: holds",
      "it takes the credentials: fails",
      "the topic orders is there: not-asked",
    ]);
    kafka.fault = () => "ECONNREFUSED";
    expect(words(await asked(connector(kafka), spec))[0]).toBe("a broker answers: fails");
    expect(kafka.open).toBe(0);
  });

  test("is asked for the topics of the waiting records, and creates none of them", async () => {
    const kafka = new MemoryKafka();
    const engine = new MemoryEngine();
    engine.recordOf = (topic) => ({
      typename: producerRecordTypename,
      bytes: KafkaProducerRecord.encode({ topic, key: "", valueBytes: Buffer.from("x") }).finish(),
    });
    engine.put("shop/io", "receipts", "receipts", "orders");
    kafka.create("orders");
    const checked = askingEgress(kafkaEgress, (own: Parameters<typeof kafkaEgressCheck>[0], context) =>
      kafkaEgressCheck(own, context, kafka.connect),
    );
    const spec = specOf("kind: io.statefun.kafka.v1/egress\nspec:\n  id: shop/io\n  address: memory:9092\n");
    expect(words(await asked(checked, spec, engine)).slice(2)).toEqual([
      "the topic receipts is there: fails",
      "the topic orders is there: not-asked",
    ]);
    expect([...kafka.topics.keys()]).toEqual(["orders"]);
    expect(engine.outbox).toHaveLength(3);
  });
});

test("Kinesis has the streams that the module names, and names the credentials that it refuses", async () => {
  const kinesis = new MemoryKinesis();
  kinesis.create("clicks");
  const spec = specOf(`kind: io.statefun.kinesis.v1/ingress
spec:
  id: shop/io
  awsRegion: { type: specific, id: us-east-1 }
  streams:
    - stream: clicks
      valueType: shop/click
      targets: [shop/visits]
    - stream: taps
      valueType: shop/click
      targets: [shop/visits]
`);
  const connector = askingIngress(kinesisIngress, (own: Parameters<typeof kinesisIngressCheck>[0], context) =>
    kinesisIngressCheck(own, context, kinesis.connect),
  );
  expect(words(await asked(connector, spec))).toEqual([
    "the service answers: holds",
    "it takes the credentials: holds",
    "the stream clicks is there: holds",
    "the stream taps is there: fails",
  ]);
  kinesis.fault = () => "UnrecognizedClientException";
  expect(words(await asked(connector, spec)).slice(0, 2)).toEqual(["the service answers: holds", "it takes the credentials: fails"]);
  expect(kinesis.open).toBe(0);
});

describe("NATS", () => {
  let open = 0;
  const server = (streams: Readonly<Record<string, string>>, refusal?: string) => async (): Promise<NatsCalls> => {
    if (refusal !== undefined) throw new NatsError({ code: refusal, where: "memory:4222", detail: "" });
    open++;
    const never = (): never => {
      throw new Error("a check reads and writes nothing");
    };
    return {
      messageBytesMax: 1024,
      closed: new Promise(() => undefined),
      stream: async (name) => {
        if (!(name in streams)) throw new NatsError({ code: "StreamNotFoundError", where: name, detail: "" });
        return { created: "then", firstSequence: 0, lastSequence: 0 };
      },
      streamOf: async (subject) => {
        const found = Object.keys(streams).find((name) => streams[name] === subject);
        if (found === undefined) throw new NatsError({ code: "NoRespondersError", where: subject, detail: "" });
        return found;
      },
      read: never,
      publish: never,
      close: async () => {
        open--;
      },
    };
  };

  test("has the stream that is read, accepts the credentials, or says that it does not", async () => {
    const spec = specOf(`kind: io.signalbox.nats.v1/ingress
spec:
  id: shop/io
  servers: ["nats://memory:4222"]
  stream: ORDERS
  valueType: shop/order
  targets: [shop/cart]
`);
    const connector = (connect: () => Promise<NatsCalls>): Connector =>
      askingIngress(natsIngress, (own: Parameters<typeof natsIngressCheck>[0], context) => natsIngressCheck(own, context, connect));
    expect(words(await asked(connector(server({ ORDERS: "orders.*" })), spec)).at(-1)).toBe("the stream ORDERS is there: holds");
    expect(words(await asked(connector(server({})), spec)).at(-1)).toBe("the stream ORDERS is there: fails");
    expect(words(await asked(connector(server({}, "AuthorizationError")), spec)).slice(0, 2)).toEqual([
      "a server answers: holds",
      "it takes the credentials: fails",
    ]);
    expect(words(await asked(connector(server({}, "ECONNREFUSED")), spec))[0]).toBe("a server answers: fails");
    expect(open).toBe(0);
  });

  test("has a stream that takes the subject, and it is the one that the module names", async () => {
    const spec = specOf(`kind: io.signalbox.nats.v1/egress
spec:
  id: shop/io
  servers: ["nats://memory:4222"]
  subject: receipts.of-{id}
  stream: RECEIPTS
`);
    const connector = (streams: Readonly<Record<string, string>>): Connector =>
      askingEgress(natsEgress, (own: Parameters<typeof natsEgressCheck>[0], context) => natsEgressCheck(own, context, server(streams)));
    expect(words(await asked(connector({ RECEIPTS: "receipts.*" }), spec)).slice(2)).toEqual([
      "the stream RECEIPTS is there: holds",
      "a stream takes receipts.of-{id}: holds",
    ]);
    expect(words(await asked(connector({ RECEIPTS: "else", OTHER: "receipts.*" }), spec)).at(-1)).toBe(
      "a stream takes receipts.of-{id}: fails",
    );
  });
});

describe("HTTP", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  async function serving(status: number): Promise<{ readonly spec: unknown; readonly methods: (string | undefined)[] }> {
    const methods: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      methods.push(request.method);
      response.writeHead(status).end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    return { spec: specOf(`kind: io.signalbox.http.v1/egress\nspec:\n  id: shop/io\n  url: http://127.0.0.1:${port}/hook\n`), methods };
  }

  test("counts as answering, whatever it says to a request that delivers nothing", async () => {
    const { spec, methods } = await serving(404);
    expect((await asked(httpEgress, spec)).map(({ outcome }) => outcome)).toEqual(["holds", "holds"]);
    expect(methods).toEqual(["OPTIONS"]);
  });

  test("names the credentials that it refuses", async () => {
    const { spec } = await serving(401);
    const answers = await asked(httpEgress, spec);
    expect(answers.map(({ outcome }) => outcome)).toEqual(["holds", "fails"]);
    expect(reason(answers)).toBe("it answered 401");
  });

  test("counts as not answering when no server listens", async () => {
    const { spec } = await serving(200);
    for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed));
    expect((await asked(httpEgress, spec)).map(({ outcome }) => outcome)).toEqual(["fails", "not-asked"]);
  });
});
