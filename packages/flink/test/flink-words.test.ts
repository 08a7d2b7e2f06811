/** The words between the gateway and Flink, in both directions: modules as StateFun reads them, and stack traces as people read them. */
import type { Bindings, EndpointSpec } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { formatJobName, parseJobName } from "../src/deploy/job-name.ts";
import { filesOfJar } from "../src/deploy/jar.ts";
import { lingeringOf, nothingLingers } from "../src/deploy/lingering.ts";
import { contentDigest, moduleJar } from "../src/deploy/module-jar.ts";
import { moduleDocument, whyNotOnFlink } from "../src/deploy/module-document.ts";
import { causeOf } from "../src/rest/flink-problem.ts";

const endpoint: EndpointSpec = {
  id: "shop/*",
  module: "shop",
  namespace: "shop",
  name: "*",
  urlTemplate: "https://shop.test/{function.name}",
  batchMessagesMax: 500,
  transport: {
    callTimeoutMs: 60_000,
    connectTimeoutMs: 1_000,
    readTimeoutMs: 60_000,
    poolTtlMs: 15_000,
    poolConnectionsMax: 1_024,
    payloadBytesMax: 1_000_000,
    tls: { trustCaPem: "PEM", clientCertPem: undefined, clientKeyPem: undefined, clientKeyPassword: undefined },
  },
};
const bindings: Bindings = { endpoints: [endpoint], egresses: [{ id: "shop/out", module: "shop" }] };
const kafka = (id: string) => ({
  direction: "egress" as const,
  id,
  module: "shop",
  kind: "io.statefun.kafka.v1/egress",
  spec: { id, address: "kafka:9092", properties: [{ "linger.ms": "5" }], deliverySemantic: undefined },
});
const link = { gateway: "http://gateway:4282", run: "r1", token: "t" };

/**
 * Every job has this endpoint: it takes what functions send to calls through the gateway, even when all other endpoints are called
 * directly.
 */
const calls = {
  kind: "io.statefun.endpoints.v2/http",
  spec: {
    functions: "io.signalbox.calls/*",
    urlPathTemplate: `http://gateway:4282/v1/flink/call/r1/t/${Buffer.from("io.signalbox.calls/*").toString("base64url")}`,
    maxNumBatchRequests: 100,
    transport: {
      type: "io.statefun.transports.v1/async",
      call: "65000ms",
      connect: "5000ms",
      pool_size: 128,
      pool_ttl: "15000ms",
      payload_max_bytes: 64 * 1024 * 1024,
    },
  },
};

test("the module in force is one module of StateFun: its endpoints, that of calls, one ingress, and the egresses with those that linger", () => {
  const { yaml, files } = moduleDocument({
    bindings,
    lingering: { gateway: ["shop/old"], carried: [] },
    link,
    poolConnectionsMax: 128,
    isDirect: () => true,
    tlsFolder: "tls",
  });
  const documents = parseAllDocuments(yaml).map((document): unknown => document.toJS());
  expect(documents).toEqual([
    {
      kind: "io.statefun.endpoints.v2/http",
      spec: {
        functions: "shop/*",
        urlPathTemplate: "https://shop.test/{function.name}",
        maxNumBatchRequests: 500,
        transport: {
          type: "io.statefun.transports.v1/async",
          call: "60000ms",
          connect: "1000ms",
          pool_size: 128,
          pool_ttl: "15000ms",
          payload_max_bytes: 1_000_000,
          trust_cacerts: "classpath:tls/0-trust_cacerts.pem",
        },
      },
    },
    calls,
    { kind: "io.signalbox.v1/ingress", spec: { id: "io.signalbox/ingress", ...link } },
    { kind: "io.signalbox.v1/egress", spec: { id: "io.signalbox.calls/answers", ...link } },
    { kind: "io.signalbox.v1/egress", spec: { id: "shop/old", ...link } },
    { kind: "io.signalbox.v1/egress", spec: { id: "shop/out", ...link } },
  ]);
  expect(files).toEqual({ "tls/0-trust_cacerts.pem": "PEM" });
});

test("components that StateFun's own connectors carry stand there in their own kind, and not in ours", () => {
  const carried = { ...bindings, egresses: [...bindings.egresses, { id: "shop/kafka", module: "shop" }], carried: [kafka("shop/kafka")] };
  const { yaml } = moduleDocument({
    ...{ bindings: carried, link, poolConnectionsMax: 128, isDirect: () => true, tlsFolder: "tls" },
    lingering: { gateway: [], carried: [kafka("shop/gone")] },
  });
  const documents = parseAllDocuments(yaml).map((document): unknown => document.toJS());
  const kafkaSpec = (id: string) => ({ id, address: "kafka:9092", properties: [{ "linger.ms": "5" }] });
  expect(documents.slice(4)).toEqual([
    { kind: "io.signalbox.v1/egress", spec: { id: "shop/out", ...link } },
    { kind: "io.statefun.kafka.v1/egress", spec: kafkaSpec("shop/gone") },
    { kind: "io.statefun.kafka.v1/egress", spec: kafkaSpec("shop/kafka") },
  ]);
});

test("an egress that was removed lingers with the connector that wrote it", () => {
  const before: Bindings = { endpoints: [], egresses: [{ id: "shop/kafka", module: "shop" }], carried: [kafka("shop/kafka")] };
  const known = { run: "r", digest: "d", job: null, from: null, ended: null, egresses: ["shop/old"], carried: ["shop/kafka"] };
  expect(lingeringOf(bindings, { known, before })).toEqual({ gateway: ["shop/old"], carried: [kafka("shop/kafka")] });
  expect(lingeringOf(before, { known, before })).toEqual({ gateway: ["shop/old"], carried: [] });
  expect(lingeringOf(bindings, { known: undefined, before: undefined })).toEqual(nothingLingers);
});

test("the jar of a job holds its module, its certificates and the connector, and none of our tools", () => {
  const names = Object.keys(
    filesOfJar(moduleJar({ bindings, lingering: nothingLingers, poolConnectionsMax: 128, isDirect: () => true }, link)),
  );
  expect(names).toEqual(expect.arrayContaining(["module.yaml", "tls/0-trust_cacerts.pem", "io/signalbox/flink/IngressSource.class"]));
  expect(names.filter((name) => /OneJvmCluster|flink\/.*\/.*class/.test(name.replace("io/signalbox/", "")))).toEqual([]);
});

test("the same content has the same digest whatever run it is; a changed timeout, gateway or parallelism has another", () => {
  const about = { gateway: link.gateway, job: { parallelism: 2 } };
  const parts = { bindings, lingering: nothingLingers, poolConnectionsMax: 128, isDirect: () => true };
  const digest = contentDigest(parts, about);
  expect(contentDigest({ ...parts, lingering: { gateway: ["shop/old"], carried: [kafka("shop/gone")] } }, about)).toBe(digest);
  const slower = { ...endpoint, transport: { ...endpoint.transport, callTimeoutMs: 1 } };
  const others = [
    contentDigest({ ...parts, bindings: { ...bindings, endpoints: [slower] } }, about),
    contentDigest(parts, { ...about, gateway: "http://other:1" }),
    contentDigest(parts, { ...about, job: { parallelism: 3 } }),
  ];
  expect(new Set([digest, ...others]).size).toBe(4);
});

test("a module that Flink cannot call is refused with the reason", () => {
  expect(whyNotOnFlink(endpoint)).toBeUndefined();
  expect(whyNotOnFlink({ ...endpoint, urlTemplate: "http+unix:///run/f.sock" })).toMatch(/http and https alone, not by http\+unix/);
  expect(whyNotOnFlink({ ...endpoint, placement: { kind: "process", urlTemplates: [] } })).toMatch(/inside of the gateway \(process\)/);
});

test("the name of a job says which gateway owns it, and other names say nothing", () => {
  const name = { gateway: "0123456789abcdef", run: "aaaaaaaa", digest: "bbbbbbbb" };
  expect(parseJobName(formatJobName(name))).toEqual(name);
  for (const other of ["StatefulFunctions", "signalbox x run y of z", ""]) expect(parseJobName(other)).toBeUndefined();
});

describe("the cause of a stack trace", () => {
  test("is the thrown error, without frames and wrappers, innermost last", () => {
    const trace = `org.apache.flink.runtime.rest.handler.RestHandlerException: Could not execute application.
\tat org.apache.flink.runtime.webmonitor.handlers.JarRunHandler.lambda$handleRequest$1(JarRunHandler.java:114)
Caused by: java.util.concurrent.CompletionException: org.apache.flink.util.FlinkRuntimeException: Could not execute application.
\t... 2 more
Caused by: java.lang.IllegalStateException: There are no ingresses defined.
\tat org.apache.flink.statefun.flink.core.Validator.validate(Validator.java:31)`;
    expect(causeOf(trace)).toBe("IllegalStateException: There are no ingresses defined.");
  });

  test("is never empty and never long", () => {
    expect(causeOf("java.util.concurrent.CompletionException: x")).toBe("CompletionException: x");
    expect(causeOf(`Caused by: a.B: ${"x".repeat(9_000)}`).length).toBeLessThanOrEqual(1_500);
  });
});
