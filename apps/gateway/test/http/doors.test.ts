/** The ports of a whole gateway against what browsers of other sites, odd clients and probes send. */
import { connect, createServer, type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../../../e2e/stack/until.ts";
import { startGateway, startFunctions, moduleYaml, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let ingressPort = 0;
let egressPort = 0;
const playgroundYaml = (): string =>
  `kind: io.statefun.playground.v1/ingress\nspec: {port: ${ingressPort}}\n---\nkind: io.statefun.playground.v1/egress\nspec: {port: ${egressPort}, topics: [greetings]}\n`;

beforeAll(async () => {
  functions = await startFunctions();
  [ingressPort, egressPort] = await freePorts();
  box = await startGateway();
  for (const [name, body] of [
    ["test", moduleYaml(functions.url)],
    ["play", playgroundYaml()],
  ] as const)
    expect((await box.fetch(`/v1/modules/${name}`, { method: "PUT", body })).status).toBe(200);
});
afterAll(async () => {
  expect(box.logged).toEqual([]);
  await box[Symbol.asyncDispose]();
  await functions.close();
});

/** Finds two ports at which nobody listens, because a module names its ports itself. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) await new Promise((closed) => server.close(closed));
  return [ports[0] ?? 0, ports[1] ?? 0];
}

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Returns the one answer to the bytes; an answer to `HEAD` ends with its head. */
function raw(text: string | Buffer, port = box.gateway.port): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    const done = (): void => {
      const [head = "", ...body] = answer.split("\r\n\r\n");
      resolve({ status: Number(head.slice(9, 12)), head, body: body.join("\r\n\r\n") });
    };
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
      const [head = "", body] = answer.split("\r\n\r\n");
      const length = String(text).startsWith("HEAD ") ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
      const isOver = /transfer-encoding: chunked/i.test(head) ? answer.endsWith("\r\n0\r\n\r\n") : (body?.length ?? -1) >= length;
      if (isOver) socket.destroy();
    });
    socket.on("error", reject).on("close", done);
  });
}

const lines = (...text: string[]): string => [...text, "", ""].join("\r\n");
const codeOf = ({ status, body }: Answer): string => `${status} ${/"code":"([A-Z_]+)"/.exec(body)?.[1] ?? ""}`.trim();

describe("a name that is not the gateway's (DNS rebinding)", () => {
  const host = () => `host: rebind.example:${box.gateway.port}`;
  const origin = () => `origin: http://rebind.example:${box.gateway.port}`;
  test.each([
    ["savepoint", () => lines("POST /v1/savepoints HTTP/1.1", host(), origin(), "content-length: 0")],
    ["message", () => lines("POST /v1/messages/test/visits/a HTTP/1.1", host(), "content-length: 0")],
    ["message of a page", () => lines("POST /v1/messages/test/visits/a HTTP/1.1", host(), origin(), "content-length: 0")],
    ["list", () => lines("GET /v1/modules HTTP/1.1", host())],
    ["procedure", () => lines("GET /trpc/modules.list HTTP/1.1", host())],
    ["page", () => lines("GET / HTTP/1.1", host())],
    ["health", () => lines("GET /health HTTP/1.1", host())],
    ["metrics", () => lines("GET /metrics HTTP/1.1", host())],
    ["answer to an absolute target", () => lines("GET http://rebind.example/v1/modules HTTP/1.1", "host: localhost")],
  ])("gets no %s", async (_what, text) => expect(codeOf(await raw(text()))).toBe("421 FOREIGN_HOST"));

  test("is refused however often the same connection asked by the right name before", async () => {
    const { port } = box.gateway;
    const good = `POST /v1/messages/test/visits/a HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-length: 1\r\n\r\nx`;
    const bad = good.replace("localhost", "rebind.ex");
    const socket = connect(port, "127.0.0.1", () => socket.write(good + good + bad));
    const received = await new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("FOREIGN_HOST")) resolve(text);
      });
    });
    socket.destroy();
    expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["202", "202", "421"]);
  });

  test("two Host headers are one too many", async () => {
    const two = ["host: localhost", "host: rebind.example"];
    expect(codeOf(await raw(lines("GET /v1/modules HTTP/1.1", ...two)))).toBe("400 INVALID_REQUEST");
    expect(codeOf(await raw(lines("POST /v1/messages/test/visits/a HTTP/1.1", ...two, "content-length: 0")))).toBe("400 INVALID_REQUEST");
  });

  test("gets nothing from a playground's port, and takes nothing from it", async () => {
    const foreign = "host: rebind.example";
    expect(codeOf(await raw(lines("GET /test/visits/rebound HTTP/1.1", foreign), ingressPort))).toBe("421 FOREIGN_HOST");
    expect(codeOf(await raw(lines("GET /greetings HTTP/1.1", foreign), egressPort))).toBe("421 FOREIGN_HOST");
    expect((await box.fetch("/v1/entities/test/visits/rebound")).status).toBe(404);
  });
});

describe("a page of another site", () => {
  const fetched = ["sec-fetch-site: cross-site", "sec-fetch-mode: no-cors", "user-agent: Mozilla/5.0"];
  test.each([
    ["a form", ["origin: http://evil.example", "content-type: text/plain"]],
    ["a form in a sandbox", ["origin: null", "content-type: application/x-www-form-urlencoded"]],
    ["a beacon", ["origin: http://localhost:1", "content-type: text/plain;charset=UTF-8"]],
    ["a script", fetched],
  ])("sends no message by %s", async (_what, headers) => {
    for (const path of ["/v1/messages/test/visits/csrf", "/v1/savepoints", "/trpc/savepoints.take", "/v1/entities/test/visits/a:discard"])
      expect(codeOf(await raw(lines(`POST ${path} HTTP/1.1`, "host: localhost", ...headers, "content-length: 0")))).toBe(
        "403 FOREIGN_ORIGIN",
      );
  });

  test("neither sends a message nor takes a record with an image or a link", async () => {
    const navigated = ["sec-fetch-site: cross-site", "sec-fetch-mode: navigate"];
    for (const headers of [fetched, navigated, ["user-agent: Mozilla/5.0 (old)"], ["origin: null"]]) {
      expect(codeOf(await raw(lines("GET /test/visits/image HTTP/1.1", "host: localhost", ...headers), ingressPort))).toBe(
        "403 FOREIGN_ORIGIN",
      );
      expect(codeOf(await raw(lines("GET /greetings HTTP/1.1", "host: localhost", ...headers), egressPort))).toBe("403 FOREIGN_ORIGIN");
    }
    expect((await box.fetch("/v1/entities/test/visits/image")).status).toBe(404);
  });

  test("opens none of our streams", async () => {
    const input = encodeURIComponent('{"flow":true,"tails":[],"entities":[]}');
    const text = lines(`GET /trpc/live.stream?input=${input} HTTP/1.1`, "host: localhost", ...fetched);
    expect(codeOf(await raw(text))).toBe("403 FOREIGN_ORIGIN");
  });
});

describe("a playground's port", () => {
  test("survives a path that is not percent-encoded text", async () => {
    for (const path of ["/%", "/%zz", "/%ff%fe"]) {
      expect(codeOf(await raw(lines(`GET ${path} HTTP/1.1`, "host: localhost"), egressPort))).toBe("404 UNKNOWN_ROUTE");
      expect(codeOf(await raw(lines(`GET ${path} HTTP/1.1`, "host: localhost"), ingressPort))).toBe("400 INVALID_ADDRESS");
    }
    expect((await box.fetch("/health")).status).toBe(200);
  });

  test("hands records out to GET and keeps them from HEAD", async () => {
    const sent = await fetch(`http://127.0.0.1:${ingressPort}/test/visits/anna`, { method: "PUT", body: "play" });
    expect(sent.status).toBe(200);
    let record = "";
    const popped = async (): Promise<boolean> => {
      expect((await raw(lines("HEAD /greetings HTTP/1.1", "host: localhost"), egressPort)).status).toBe(200);
      record = await (await fetch(`http://127.0.0.1:${egressPort}/greetings`)).text();
      return record !== "";
    };
    await until(popped, { what: "the record", timeoutMs: 20_000 });
    expect(record).toBe("hello anna");
    expect(await (await fetch(`http://127.0.0.1:${egressPort}/%67reetings`)).text()).toBe("");
  });

  test("stays open as it was when a change of its topics comes with a port that cannot be opened", async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
    const { port } = taken.address() as AddressInfo;
    const body = `${playgroundYaml().replace("[greetings]", "[greetings, more]")}---\nkind: io.statefun.playground.v1/ingress\nspec: {port: ${port}}\n`;
    const refused = await box.fetch("/v1/modules/play", { method: "PUT", body });
    expect(await refused.json()).toMatchObject({ code: "INVALID_MODULE", detail: expect.stringContaining(`Port ${port}`) });
    expect((await fetch(`http://127.0.0.1:${egressPort}/greetings`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${egressPort}/more`)).status).toBe(404);
    await new Promise((closed) => taken.close(closed));
  });
});

describe("a body", () => {
  const compressed = gzipSync('{"a":1}');
  test.each(["gzip", "br", "deflate", "GZIP", "identity, gzip", "x"])(
    "of Content-Encoding %s is refused at every door",
    async (encoding) => {
      const sent = { method: "POST", body: compressed, headers: { "content-encoding": encoding, "content-type": "application/json" } };
      for (const path of ["/v1/messages/test/visits/gz", "/trpc/savepoints.take"]) expect((await box.fetch(path, sent)).status).toBe(415);
      expect((await box.fetch("/v1/modules/gz", { ...sent, method: "PUT" })).status).toBe(415);
      expect((await fetch(`http://127.0.0.1:${ingressPort}/test/visits/gz`, sent)).status).toBe(415);
    },
  );

  test("names the encodings that are taken", async () => {
    const sent = { method: "POST", body: compressed, headers: { "content-encoding": "gzip" } };
    expect((await box.fetch("/v1/messages/test/visits/gz", sent)).headers.get("accept-encoding")).toBe("identity");
    expect(
      (await box.fetch("/v1/messages/test/visits/ok", { ...sent, body: "x", headers: { "content-encoding": "identity" } })).status,
    ).toBe(202);
  });
});

describe("an id", () => {
  test.each([
    ["that is empty", "/v1/messages/test/visits/"],
    ["that a client has taken for a step on the way", `/v1/messages/test/visits/${encodeURIComponent(".")}`],
    ["that is longer than any entity's", `/v1/messages/test/visits/${"x".repeat(2_049)}`],
  ])("%s is refused", async (_what, path) => {
    const reply = await box.fetch(path, { method: "POST", body: "x" });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ code: "INVALID_ADDRESS" });
  });

  test("that is empty is refused at the other doors too", async () => {
    expect((await box.fetch("/v1/entities/test/visits/")).status).toBe(400);
    expect((await fetch(`http://127.0.0.1:${ingressPort}/test/visits/`, { method: "POST", body: "x" })).status).toBe(400);
    const input = { type: "test/visits", id: "", valueType: "io.statefun.types/string", text: "x" };
    const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(input) };
    expect((await box.fetch("/trpc/send.message", sent)).status).toBe(400);
  });
});

describe("HTTP", () => {
  test.each(["/health", "/metrics", "/v1/modules"])("HEAD %s is GET without its body", async (path) => {
    const { status, body, head } = await raw(lines(`HEAD ${path} HTTP/1.1`, "host: localhost"));
    expect([status, body]).toEqual([200, ""]);
    expect(head).toMatch(/content-length: [1-9]/i);
  });

  test.each([
    ["a message", "POST http://127.0.0.1:1/v1/messages/test/visits/abs HTTP/1.1", "hi", 202],
    ["health", "GET HTTP://localhost/health?x HTTP/1.1", "", 200],
    ["a list", "GET http://localhost:80/v1/modules HTTP/1.1", "", 200],
    ["a procedure", "GET http://localhost/trpc/modules.list HTTP/1.1", "", 200],
    ["no path", "GET http://localhost HTTP/1.1", "", 503],
  ])("an absolute target is served: %s", async (_what, line, body, status) => {
    const answer = await raw(lines(line, "host: whatever.example", `content-length: ${body.length}`) + body);
    expect([answer.status, answer.head.includes("location")]).toEqual([status, false]);
  });

  test("a page that announces trailers, or another protocol, is answered like any other", async () => {
    for (const header of [
      "trailer: x-a",
      "connection: upgrade\r\nupgrade: websocket",
      "connection: close, trailer\r\ntrailer: host",
      "te: trailers",
    ])
      expect((await raw(lines("GET / HTTP/1.1", "host: localhost", header))).status).toBe(503);
    expect((await box.fetch("/health")).status).toBe(200);
  });

  test("every answer that a browser could show is not cached, not framed and not taken for another type", async () => {
    for (const path of ["/v1/modules", "/health", "/metrics", "/trpc/modules.list", "/none"]) {
      const { headers } = await box.fetch(path);
      expect([path, headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual([path, "no-store", "nosniff"]);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });
});

describe("a waiting message", () => {
  test("for a person is told apart from one that waits for its turn", async () => {
    await using own = await startGateway({ limits: { attemptsMax: 1 } });
    expect((await own.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) })).status).toBe(200);
    for (const body of ["fail", "after", "after"])
      expect((await own.fetch("/v1/messages/test/visits/parked", { method: "POST", body })).status).toBe(202);
    const health = await own.until("/health", (body) => JSON.stringify(body).includes('"parkedMessages":3'));
    expect(health).toMatchObject({ waitingMessages: 0, parkedMessages: 3, parkedEntities: 1 });
    const metrics = await (await own.fetch("/metrics")).text();
    expect(metrics).toMatch(/^signalbox_waiting_messages 0$/m);
    expect(metrics).toMatch(/^signalbox_parked_messages 3$/m);
    expect(metrics).toMatch(/^signalbox_thread_held_milliseconds \d+$/m);
    expect(metrics).toMatch(/^signalbox_request_bytes_held \d+$/m);
    expect((await own.fetch("/v1/entities/test/visits/parked:discard", { method: "POST" })).status).toBe(200);
    await own.until("/health", (body) => JSON.stringify(body).includes('"parkedMessages":0'));
  });
});
