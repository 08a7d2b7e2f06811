/**
 * Bad days of the Kafka kinds under a real gateway: each is a state with cause and cure, stops nothing else, and ends by itself once it is
 * mended; what a restore repeats is said before; an ingress can be stopped and moved.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gateway } from "../stack/gateway.ts";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";
import { inState, ingressYaml } from "./connector-states.ts";
import { feed, makeTopics, RelayRun } from "./relay-run.ts";

const reason = whyNoBroker();

describe.skipIf(reason !== undefined)(`Kafka on bad days${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await KafkaBroker.start();
  }, 180_000);
  afterAll(async () => broker?.[Symbol.asyncDispose]());

  it("names the fault of each, and the others go on", async () => {
    await makeTopics(broker, "fine");
    await using functions = await Functions.start("e2e/functions/kafka-relay.ts");
    await using gateway = await Gateway.start();
    const wrongLogin = [
      "security.protocol: SASL_PLAINTEXT",
      "sasl.mechanism: PLAIN",
      `sasl.jaas.config: x.PlainLoginModule required username="alice" password="wrong";`,
    ];
    const yaml = [
      endpointYaml("test/*", functions.url),
      ingressYaml("bad/address", "127.0.0.1:1"),
      ingressYaml("bad/login", broker.saslAddress, { properties: wrongLogin }),
      ingressYaml("bad/topic", broker.address, { topic: "not-there" }),
      ingressYaml("bad/authority", broker.saslTlsAddress, { properties: ["security.protocol: SSL"] }),
      ingressYaml("good/in", broker.address, { topic: "fine" }),
      `kind: io.statefun.kafka.v1/egress\nspec:\n  id: test/out\n  address: 127.0.0.1:1\n`,
    ].join("---\n");
    await gateway.api.applyModule("bad", yaml);
    expect(await inState(gateway, "bad/address", "waiting")).toMatchObject({
      what: expect.stringContaining("nothing listens at the address"),
      cure: expect.stringContaining("address"),
    });
    expect(await inState(gateway, "bad/login", "waiting")).toMatchObject({ what: expect.stringContaining("refused the credentials") });
    expect(await inState(gateway, "bad/authority", "waiting")).toMatchObject({ what: expect.stringContaining("certificate") });
    expect(await inState(gateway, "bad/topic", "held-back")).toMatchObject({
      what: expect.stringContaining("not-there: the topic is not there"),
      cure: expect.stringContaining("Create it"),
    });
    await inState(gateway, "test/out", "waiting");
    await inState(gateway, "good/in", "running");
    await broker.produce("fine", [{ key: "k1", value: "1" }]);
    await until(async () => (await gateway.api.state({ type: "test/relay", id: "k1" }, "count")) === 1, { what: "the good one to go on" });
    await makeTopics(broker, "not-there");
    await inState(gateway, "bad/topic", "running");
  }, 180_000);

  it("parks a record that cannot be a message, with its reason, and reads on", async () => {
    await makeTopics(broker, "odd");
    await broker.produce("odd", [
      { value: "no key", partition: 0 },
      { key: "k1", value: "1", partition: 0 },
    ]);
    await using functions = await Functions.start("e2e/functions/kafka-relay.ts");
    await using gateway = await Gateway.start();
    const out = `kind: io.signalbox.v1/egress\nspec:\n  id: test/out\n`;
    await gateway.api.applyModule(
      "odd",
      [endpointYaml("test/*", functions.url), ingressYaml("odd/in", broker.address, { topic: "odd" }), out].join("---\n"),
    );
    await until(async () => (await gateway.api.state({ type: "test/relay", id: "k1" }, "count")) === 1, {
      what: "the next record to be read",
      timeoutMs: 60_000,
    });
    const address = { type: "io.signalbox.records/invalid", id: "odd/in odd/0" };
    const parked = await until(
      async () => {
        const entity = await gateway.api.entity(address);
        return entity.status === "parked" && entity;
      },
      { what: "the record to be parked" },
    );
    expect(parked).toMatchObject({ mailboxDepth: 1, failure: { code: "REJECTED", message: expect.stringContaining("it has no key") } });
    const seen = await gateway.api.request<{ invalidRecords: number; invalid: unknown[] }>("GET", "/v1/connectors/ingress/odd%2Fin");
    expect(seen).toMatchObject({ invalidRecords: 1, invalid: [{ part: "odd/0", position: "0", done: "park" }] });
  }, 180_000);

  it("names before a restore the records that it would deliver again, and delivers just those; a stopped ingress moves", async () => {
    await makeTopics(broker, "back-in", "back-out");
    await feed(broker, "back-in", { from: 1, through: 40 });
    await using run = await RelayRun.start(broker, { from: "back-in", to: "back-out" });
    const { api } = run.gateway;
    const wentThrough = (count: number): Promise<unknown> =>
      until(async () => (await run.counted()) === count && (await run.waiting()) === 0, {
        what: `${count} to go through`,
        timeoutMs: 60_000,
      });
    await wentThrough(40);
    await api.request("POST", "/v1/connectors/egress/test%2Fout/stop");
    await feed(broker, "back-in", { from: 41, through: 50 });
    await until(async () => (await run.waiting()) === 10, { what: "10 records to wait", timeoutMs: 60_000 });
    const { id } = await api.takeSavepoint();
    await api.request("POST", "/v1/connectors/egress/test%2Fout/start");
    await wentThrough(50);
    const impact = await api.request<{ egresses: unknown[] }>("GET", `/v1/savepoints/${id}/impact`);
    expect(impact.egresses).toContainEqual(expect.objectContaining({ egress: "test/out", repeated: 10 }));
    await api.restoreSavepoint(id);
    // The savepoint held the stop, so the egress is stopped again.
    await inState(run.gateway, "test/out", "stopped");
    expect(await run.waiting()).toBe(10);
    await api.request("POST", "/v1/connectors/egress/test%2Fout/start");
    await wentThrough(50);
    expect((await broker.consumed("back-out", { atLeast: 60 })).length).toBe(60);
    await api.request("POST", "/v1/connectors/ingress/test%2Fin/stop");
    await inState(run.gateway, "test/in", "stopped");
    const to = JSON.stringify({ to: { kind: "earliest" } });
    const moved = await api.request<{ parts: { again: number }[] }>("POST", "/v1/ingresses/test%2Fin/seek", {
      body: to,
      headers: { "content-type": "application/json" },
    });
    expect(moved.parts.reduce((sum, { again }) => sum + again, 0)).toBe(50);
    await api.request("POST", "/v1/connectors/ingress/test%2Fin/start");
    await wentThrough(100);
  }, 240_000);
});
