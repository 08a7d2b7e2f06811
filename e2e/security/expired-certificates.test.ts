/**
 * An expired certificate of an endpoint and of an HTTP egress: each is a state with cause and cure, others go on, nothing is lost, and a
 * renewed one heals it with nobody's help. Of a Kafka broker: e2e/kafka/broker-bad-days.test.ts.
 */
import { entity, httpRecord, types } from "@signalbox/functions";
import { nodeHandler, serve } from "@signalbox/functions/node";
import { expect, test } from "vitest";
import { ExpiringServer } from "../stack/expiring-server.ts";
import { endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const counting = (type: string) =>
  entity(type, {
    state: { count: types.int },
    messages: { "io.statefun.types/string": types.string },
    on: {
      "io.statefun.types/string"(ctx, text) {
        ctx.state.count.set((ctx.state.count.get() ?? 0) + 1);
        if (type === "plain/sender") ctx.egress("plain/hook", httpRecord({ text }));
      },
    },
  });

const endpointMs = 120_000;

test("of an endpoint is named with its cure, costs no attempt and no other endpoint, and all goes on once it is renewed", async () => {
  await using server = await ExpiringServer.start(nodeHandler([counting("late/counter")]));
  await using others = await serve([counting("plain/counter")], { port: 0 });
  await using gateway = await Gateway.start({ SIGNALBOX_ATTEMPTS_MAX: "2" });
  const { api } = gateway;
  const trust = `  transport:\n    type: io.statefun.transports.v1/async\n    trust_cacerts: ${server.authority}\n`;
  const plain = endpointYaml("plain/*", others.url);
  await api.applyModule("late", [endpointYaml("late/*", `${server.url}/`, trust), plain].join("---\n"));
  const late = { type: "late/counter", id: "ada" };
  for (const _ of [1, 2, 3]) await api.send(late, "hello");

  interface Endpoint {
    readonly functions: string;
    readonly breaker: string;
    readonly failure: { readonly code: string; readonly message: string; readonly cure: string } | null;
  }
  const endpoint = async (): Promise<Endpoint | undefined> =>
    (await api.request<{ endpoints: readonly Endpoint[] }>("GET", "/v1/endpoints")).endpoints.find(
      ({ functions }) => functions === "late/*",
    );
  const seen = await until(
    async () => {
      const found = await endpoint();
      return found !== undefined && found.failure !== null && found.breaker !== "closed" && found;
    },
    { what: "the endpoint to be known as down", timeoutMs: endpointMs },
  );
  expect(seen.failure).toMatchObject({
    code: "ENDPOINT_TLS",
    message: expect.stringContaining("expired"),
    cure: expect.stringContaining("Renew the endpoint's certificate"),
  });
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics.split("\n").filter((line) => line.startsWith("signalbox_endpoint_open{") && line.endsWith(" 1"))).toHaveLength(1);
  await api.send({ type: "plain/counter", id: "bert" }, "hello");
  await until(async () => (await api.state({ type: "plain/counter", id: "bert" }, "count")) === 1, { what: "others to go on" });
  expect((await api.entity(late)).mailboxDepth).toBe(3);

  server.renew();
  await until(async () => (await api.state(late, "count")) === 3, { what: "all that waited to be counted", timeoutMs: endpointMs });
  expect(await endpoint()).toMatchObject({ breaker: "closed", failure: null });
}, 300_000);

test("of an HTTP egress's server is named with its cure, holds its records only, and each arrives in order once it is renewed", async () => {
  const got: string[] = [];
  await using server = await ExpiringServer.start((request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      got.push(body);
      response.end();
    });
  });
  await using functions = await serve([counting("plain/sender")], { port: 0 });
  await using gateway = await Gateway.start({ NODE_EXTRA_CA_CERTS: server.authority });
  const { api } = gateway;
  const yaml = [
    endpointYaml("plain/*", functions.url),
    `kind: io.signalbox.http.v1/egress\nspec:\n  id: plain/hook\n  url: ${server.url}/hook\n`,
  ];
  await api.applyModule("plain", yaml.join("---\n"));
  for (const text of ["one", "two", "three"]) await api.send({ type: "plain/sender", id: "ada" }, text);

  interface Row {
    readonly id: string;
    readonly state: string;
    readonly what: string;
    readonly cure: string;
  }
  const row = async (path: string): Promise<Row | undefined> =>
    (await api.request<{ connectors: readonly Row[] }>("GET", path)).connectors.find(({ id }) => id === "plain/hook");
  const held = await until(
    async () => {
      const found = await row("/v1/connectors");
      return found?.state === "held-back" && found;
    },
    { what: "the egress to be held back", timeoutMs: endpointMs },
  );
  expect(held).toMatchObject({ what: "its certificate has expired", cure: expect.stringContaining("Renew the certificate") });
  expect(await row("/health")).toMatchObject({ state: "held-back", what: "its certificate has expired" });
  expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(
    /signalbox_connector_state\{[^}]*id="plain\/hook"[^}]*state="held-back"\} 1/,
  );
  // It does not hold up its sender.
  await until(async () => (await api.state({ type: "plain/sender", id: "ada" }, "count")) === 3, { what: "the sender to go on" });
  expect(got).toEqual([]);

  server.renew();
  await until(() => got.length === 3, { what: "all records to arrive", timeoutMs: endpointMs });
  expect(got).toEqual(["one", "two", "three"]);
  await until(async () => (await row("/v1/connectors"))?.state === "running", { what: "the egress to run", timeoutMs: endpointMs });
}, 300_000);
