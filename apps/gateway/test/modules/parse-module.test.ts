/**
 * Right modules: what the parser makes of every kind, with StateFun's defaults.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diffModules } from "../../src/modules/diff-modules.ts";
import { parseModule } from "../../src/modules/parse-module.ts";
import type { ModuleParse, ParsedModule } from "../../src/modules/parsed-module.ts";

const env = { AWS_ID: "id", AWS_SECRET: "secret", HOST: "functions.local", PORT: "9000" };

function parseFixture(name: string): ModuleParse {
  return parseModule({ name, yaml: readFileSync(join(import.meta.dirname, "fixtures", `${name}.yaml`), "utf8"), env });
}

function parsed(yaml: string): ParsedModule {
  const { issues, document } = parseModule({ name: "m", yaml, env });
  if (document === undefined) throw new Error(JSON.stringify(issues));
  return document;
}

function endpoint(rest: string): ParsedModule["endpoints"][number]["spec"] {
  const [first] = parsed(`kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/*\n  urlPathTemplate: http://h/x\n${rest}`).endpoints;
  if (first === undefined) throw new Error("no endpoint");
  return first.spec;
}

describe("a module of the playground", () => {
  it("gives an endpoint with the defaults of the async transport, an ingress port and an egress", () => {
    const { issues, document } = parseFixture("greeter");
    expect(issues).toEqual([]);
    expect(document?.endpoints.map(({ spec }) => spec)).toEqual([
      {
        id: "example/*",
        module: "greeter",
        namespace: "example",
        name: "*",
        urlTemplate: "http://127.0.0.1:8000/statefun",
        batchMessagesMax: 1000,
        transport: {
          callTimeoutMs: 120_000,
          connectTimeoutMs: 20_000,
          readTimeoutMs: 120_000,
          poolTtlMs: 15_000,
          poolConnectionsMax: 1024,
          payloadBytesMax: 33_554_432,
          tls: undefined,
        },
      },
    ]);
    expect(document?.ingresses).toMatchObject([{ kind: "io.statefun.playground.v1/ingress", spec: { port: 8090 }, module: "greeter" }]);
    expect(document?.egresses).toMatchObject([
      {
        id: "io.statefun.playground/egress",
        module: "greeter",
        spec: { port: 8091, topics: ["greetings"] },
      },
    ]);
  });
});

describe("every option", () => {
  it("is read with its unit, and files of certificates are only named", () => {
    const { issues, document } = parseFixture("every-option");
    expect(issues).toEqual([]);
    expect(document?.endpoints[0]).toMatchObject({
      spec: {
        batchMessagesMax: 500,
        transport: {
          callTimeoutMs: 30_000,
          connectTimeoutMs: 5000,
          poolTtlMs: 60_000,
          poolConnectionsMax: 64,
          payloadBytesMax: 1_048_576,
          tls: undefined,
        },
      },
      tlsLocations: {
        trustCa: "file:certs/ca.pem",
        clientCert: "certs/client.crt",
        clientKey: "certs/client.key.p8",
        clientKeyPassword: "certs/key_password.txt",
      },
    });
    expect(document?.endpoints[1]).toMatchObject({
      spec: {
        namespace: "com.example",
        name: "greeter",
        transport: { callTimeoutMs: 120_000, connectTimeoutMs: 4000, readTimeoutMs: 3000 },
      },
      tlsLocations: undefined,
    });
    expect(document?.egresses).toMatchObject([{ id: "com.example/receipts", kind: "io.signalbox.v1/egress" }]);
  });
});

describe("Kafka and Kinesis kinds", () => {
  it("are checked, and properties without effect are reported", () => {
    const { issues, document } = parseFixture("brokers");
    expect(issues.map(({ severity, message, line }) => ({ severity, line, message: message.slice(0, 45) }))).toEqual([
      { severity: "warning", line: 22, message: "`linger.ms`: it has no effect here: epochs, p" },
      { severity: "warning", line: 39, message: "`ThreadingModel` has no effect: the engine do" },
    ]);
    expect(document?.ingresses.map(({ kind, id }) => [kind, id])).toEqual([
      ["io.statefun.kafka.v1/ingress", "com.example/users"],
      ["io.statefun.kinesis.v1/ingress", "com.example/clicks"],
    ]);
    expect(document?.egresses.map(({ kind, id }) => [kind, id])).toEqual([
      ["io.statefun.kafka.v1/egress", "com.example/greets"],
      ["io.statefun.kinesis.v1/egress", "com.example/sightings"],
    ]);
  });
});

describe("a 3.0 document", () => {
  it("gives today's components, with the defaults of the older endpoint", () => {
    const { issues, document } = parseFixture("legacy");
    expect(issues).toEqual([]);
    expect(document?.endpoints[0]?.spec).toMatchObject({
      id: "com.example/*",
      batchMessagesMax: 10,
      transport: { callTimeoutMs: 90_000, connectTimeoutMs: 10_000, readTimeoutMs: 10_000 },
    });
    expect(document?.ingresses).toMatchObject([{ id: "com.example/in", kind: "io.statefun.kafka.v1/ingress" }]);
    expect(document?.egresses).toMatchObject([{ id: "com.example/out", kind: "io.statefun.kafka.v1/egress" }]);
  });
});

describe("timeouts", () => {
  it("as an empty `timeouts` bring the older defaults into the async transport", () => {
    expect(endpoint("  transport: {timeouts: {}}").transport).toMatchObject({ callTimeoutMs: 60_000, connectTimeoutMs: 10_000 });
  });

  it("inside `timeouts` win over call and connect beside it, with a warning for each", () => {
    const yaml =
      "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: http://h\n  transport: {call: 5s, connect: 1s, timeouts: {call: 7s}}";
    const { issues, document } = parseModule({ name: "m", yaml, env });
    expect(document?.endpoints[0]?.spec.transport).toMatchObject({ callTimeoutMs: 7000, connectTimeoutMs: 7000 });
    expect(issues.map(({ severity, line, message }) => [severity, line, message.split(":")[0]])).toEqual([
      ["warning", 5, "`call` is not used"],
      ["warning", 5, "`connect` is not used"],
    ]);
  });

  it("that are shorter than a default connect timeout bound it", () => {
    expect(endpoint("  transport: {call: 3s}").transport).toMatchObject({
      callTimeoutMs: 3000,
      connectTimeoutMs: 3000,
      readTimeoutMs: 3000,
    });
  });

  it("of the v1 endpoint default to one minute and ten seconds", () => {
    const [first] = parsed("kind: io.statefun.endpoints.v1/http\nspec: {functions: a/b, urlPathTemplate: http://h}").endpoints;
    expect(first?.spec.transport).toMatchObject({
      callTimeoutMs: 60_000,
      connectTimeoutMs: 10_000,
      readTimeoutMs: 10_000,
      poolTtlMs: 60_000,
    });
  });
});

it("an endpoint with exactTraces gets one message at a time, whatever maxNumBatchRequests says", () => {
  const yaml = "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: http://h/\n  maxNumBatchRequests: 50";
  expect(parsed(`${yaml}\n  exactTraces: true`).endpoints[0]?.spec.batchMessagesMax).toBe(1);
  expect(parsed(`${yaml}\n  exactTraces: always`).endpoints[0]?.spec.batchMessagesMax).toBe(1);
  for (const word of ["false", "watched"]) {
    const [endpoint] = parsed(`${yaml}\n  exactTraces: ${word}`).endpoints;
    expect(endpoint?.spec).toMatchObject({ batchMessagesMax: 50 });
    expect(endpoint?.spec.watched).toBeUndefined();
  }
  expect(parsed(`${yaml}\n  exactTraces: never`).endpoints[0]?.spec).toMatchObject({ batchMessagesMax: 50, watched: false });
});

describe("placeholders", () => {
  it("are left alone in code, whose ${…} is its own", () => {
    const code = "const text = `${who} was here`;";
    const yaml = `kind: io.signalbox.endpoints.v1/embedded\nspec:\n  functions: a/*\n  source:\n    type: code\n    code: |\n      ${code}\n`;
    const { document, issues } = parseModule({ name: "a", yaml, env: { who: "nobody" } });
    expect(issues).toEqual([]);
    expect(document?.endpoints[0]?.spec.placement).toMatchObject({ source: { kind: "code", code: `${code}\n` } });
  });

  it("take their text from the environment, also for numbers and inside texts", () => {
    const module = parsed(
      "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: http://${HOST}:${PORT}/x\n  maxNumBatchRequests: ${PORT}",
    );
    expect(module.endpoints[0]?.spec).toMatchObject({ urlTemplate: "http://functions.local:9000/x", batchMessagesMax: 9000 });
  });

  it("hide their text everywhere: in a difference, in an issue, in a name", () => {
    const env = { TOKEN: "s3cr3t-va1ue", FILE: "/nowhere/s3cr3t-va1ue.pem" };
    const parse = (yaml: string) => parseModule({ name: "m", yaml: `kind: io.statefun.endpoints.v2/http\nspec:\n${yaml}`, env });
    const good = parse(
      "  functions: a/b\n  urlPathTemplate: https://h/${TOKEN}/{function.name}\n  transport: {trust_cacerts: '${FILE}'}\n",
    );
    expect(good.document?.endpoints[0]?.spec).toMatchObject({
      urlTemplate: "https://h/s3cr3t-va1ue/{function.name}",
      shownUrlTemplate: "https://h/${TOKEN}/{function.name}",
    });
    const changed = parse("  functions: a/b\n  urlPathTemplate: https://h/\n  transport: {trust_cacerts: x.pem}\n");
    const told = [
      diffModules(undefined, good.document),
      diffModules(good.document, changed.document),
      diffModules(changed.document, good.document),
    ];
    for (const yaml of [
      "  functions: ${TOKEN}/b\n  urlPathTemplate: http://h/\n",
      "  functions: a/${TOKEN}\n  urlPathTemplate: http://h/\n",
      "  functions: a/b\n  urlPathTemplate: ${TOKEN}\n",
      "  functions: a/b\n  urlPathTemplate: http://{${TOKEN}}/\n",
      "  functions: a/b\n  urlPathTemplate: http://h/\n  maxNumBatchRequests: ${TOKEN}\n",
      "  functions: a/b\n  urlPathTemplate: http://h/\n  transport: {call: '${TOKEN}'}\n",
      "  functions: a/b\n  urlPathTemplate: http://h/\n  transport: {type: '${TOKEN}'}\n",
      "  functions: a/b\n  urlPathTemplate: https://h/\n  transport: {trust_cacerts: 'vault:${TOKEN}'}\n",
    ]) {
      const { document, issues } = parse(yaml);
      expect(document, yaml).toBeUndefined();
      told.push(issues as never);
    }
    expect(JSON.stringify(told)).not.toContain("s3cr3t");
    expect(JSON.stringify(told)).toContain("${TOKEN}");
  });

  it("that stand in a resolved value are not resolved again", () => {
    const { document } = parseModule({
      name: "m",
      yaml: "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: http://h/${PATH}",
      env: { PATH: "$&$1{function.name}" },
    });
    expect(document?.endpoints[0]?.spec.urlTemplate).toBe("http://h/$&$1{function.name}");
  });
});

describe("YAML itself", () => {
  it("may use anchors and aliases", () => {
    const module = parsed(
      "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: &url http://h/x\n  transport: &t {call: 5s}\n---\n" +
        "kind: io.statefun.endpoints.v2/http\nspec: {functions: c/d, urlPathTemplate: http://i}",
    );
    expect(module.endpoints).toHaveLength(2);
    const shared = parsed(
      "kind: io.statefun.kafka.v1/ingress\nspec:\n  id: a/in\n  address: h:9092\n  topics:\n    - {topic: t1, valueType: a/T, targets: &targets [a/f, a/g]}\n    - {topic: t2, valueType: a/T, targets: *targets}",
    );
    expect(shared.ingresses).toHaveLength(1);
  });

  it("of comments and empty documents alone declares nothing, with a warning", () => {
    const { issues, document } = parseModule({ name: "m", yaml: "# later\n---\n---\n", env });
    expect(document).toEqual({ name: "m", endpoints: [], ingresses: [], egresses: [], limits: [], masks: [] });
    expect(issues).toMatchObject([{ severity: "warning", message: "This module declares nothing." }]);
  });

  it("may name functions behind gRPC, with or without TLS", () => {
    const yaml =
      "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/*\n  urlPathTemplate: grpc://h:50051\n  transport: {trust_cacerts: ca.pem}";
    const { issues, document } = parseModule({ name: "m", yaml, env });
    expect(issues).toEqual([]);
    expect(document?.endpoints[0]?.spec.urlTemplate).toBe("grpc://h:50051");
  });

  it("may ask for HTTP/2, for http and https URLs", () => {
    const yaml = (url: string, flag: string): string =>
      `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/*\n  urlPathTemplate: ${url}\n  transport: {http2: ${flag}}`;
    const parsed = (url: string, flag: string) => parseModule({ name: "m", yaml: yaml(url, flag), env });
    expect(parsed("https://h/f", "true").document?.endpoints[0]?.spec.transport.http2).toBe(true);
    expect(parsed("https://h/f", "false").document?.endpoints[0]?.spec.transport.http2).toBeUndefined();
    expect(parsed("grpc://h:1", "true").issues).toMatchObject([{ message: expect.stringContaining("http and https") }]);
    expect(parsed("https://h/f", "yes").issues).toMatchObject([{ message: expect.stringContaining("true or false") }]);
  });

  it("may turn frames off, over HTTP and for processes", () => {
    const framesOf = (kind: string, lines: string, flag: string): unknown =>
      parseModule({ name: "m", yaml: `kind: ${kind}\nspec:\n  functions: a/*\n  ${lines}\n  frames: ${flag}`, env }).document?.endpoints[0]
        ?.spec.transport.frames;
    for (const [kind, lines] of [
      ["io.statefun.endpoints.v2/http", "urlPathTemplate: http://h/f"],
      ["io.signalbox.endpoints.v1/process", "command: [node, f.ts]"],
    ] as const)
      expect([framesOf(kind, lines, "false"), framesOf(kind, lines, "true")]).toEqual([false, undefined]);
  });

  it("leaves a batch bound of 0 or less to the gateway", () => {
    expect(endpoint("  maxNumBatchRequests: -1").batchMessagesMax).toBe(0);
  });
});
