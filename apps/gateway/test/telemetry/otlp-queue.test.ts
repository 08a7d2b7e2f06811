/**
 * A collector that is away, slow, full or hostile: what is dropped is counted, what can be sent later is sent, and nothing grows.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server as TcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { OtlpQueue, type OtlpSettings } from "../../src/telemetry/otlp-queue.ts";
import type { SpanSample, TelemetryDigest } from "../../src/telemetry/telemetry-digest.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listening(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const collector = (answer: RequestListener): Promise<string> =>
  listening(createServer((request, response) => request.resume().on("end", () => answer(request, response))));

function queueTo(endpoint: string, more: Partial<OtlpSettings> = {}): OtlpQueue {
  return new OtlpQueue({
    endpoint,
    headers: { "x-key": "secret" },
    resource: { version: "1", attributes: [["service.name", "test"]] },
    timeoutMs: 2_000,
    queueBytesMax: 1_000_000,
    retryMs: { base: 1, max: 20 },
    flushMs: 1,
    ...more,
  });
}

const span: SpanSample = {
  traceId: "a".repeat(32),
  spanId: "b".repeat(16),
  parentId: "",
  traceState: "",
  type: "shop/cart",
  id: "anna",
  endpoint: "shop/*",
  atMs: 1,
  startedMs: 2,
  endedMs: 3,
  messageId: 1,
  trace: 1,
  record: 2,
  caller: "",
  attempts: 1,
  batchMessages: 1,
  link: undefined,
  failure: undefined,
};
const digest = (spans: number, logs = 0): TelemetryDigest => ({
  spans: Array.from({ length: spans }, () => span),
  logs: Array.from({ length: logs }, () => ({ atMs: 1, severity: "warn", body: "x", attributes: [], span: undefined })),
  spansLeft: 0,
  logsLeft: 0,
});

test("spans and log lines go out in requests of at most 512, each to its path, with the headers that were set", async () => {
  const seen: [url: string | undefined, type: string | undefined, key: unknown][] = [];
  const queue = queueTo(
    await collector(({ url, headers }, response) => {
      seen.push([url, headers["content-type"], headers["x-key"]]);
      response.end();
    }),
  );
  queue.add(digest(600, 3));
  await queue.settled();
  const protobuf = "application/x-protobuf";
  expect(seen).toEqual([
    ["/v1/traces", protobuf, "secret"],
    ["/v1/traces", protobuf, "secret"],
    ["/v1/logs", protobuf, "secret"],
  ]);
  expect(queue.counts).toMatchObject({ sentSpans: 600, sentLogs: 3, droppedSpans: 0 });
  expect(queue.problem).toBeUndefined();
});

describe("a request that fails for a while is sent again, and the cause is shown meanwhile:", () => {
  test.each<[string, RequestListener, RegExp]>([
    ["503", (_request, response) => response.writeHead(503).end("full"), /503: full/],
    [
      "429 with Retry-After that would be too long",
      (_request, response) => response.writeHead(429, { "retry-after": "soon" }).end(),
      /429/,
    ],
    ["a connection that is cut", (request) => request.socket.destroy(), /ECONNRESET|socket hang up/],
    [
      "an answer that is cut",
      (_request, response) => void response.writeHead(200, { "content-length": 10 }).write("x", () => response.destroy()),
      /cut|ECONNRESET|aborted/,
    ],
    [
      "a switch to another protocol",
      (request) => void request.socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
      /switched to a protocol/,
    ],
    ["no answer at all", () => undefined, /no answer within 300 ms/],
    ["a body that drips", (_request, response) => void response.writeHead(200).write("x"), /no answer within 300 ms|cut|abort/],
  ])("%s", async (_name, bad, problem) => {
    let calls = 0;
    let told: string | undefined;
    const url = await collector((request, response) => {
      if (++calls === 1) return bad(request, response);
      told = queue.problem;
      response.end();
    });
    const queue = queueTo(url, { timeoutMs: 300 });
    queue.add(digest(2));
    await queue.settled();
    expect(told).toMatch(problem);
    expect(queue.counts).toMatchObject({ sentSpans: 2, droppedSpans: 0, refusedSpans: 0 });
    expect(queue.problem).toBeUndefined();
  });

  test("nobody listens", async () => {
    const server = createTcp();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const queue = queueTo(url);
    queue.add(digest(2));
    await expect.poll(() => queue.problem).toMatch(/ECONNREFUSED/);
  });
});

describe("a refused request is dropped and counted, once:", () => {
  test.each<[string, RequestListener, RegExp]>([
    ["400", (_request, response) => response.writeHead(400).end("bad\u0000\u001b[31m"), /400: bad \[31m$/],
    ["500", (_request, response) => response.writeHead(500).end(), /500/],
    ["401", (_request, response) => response.writeHead(401).end(), /401/],
    [
      "a redirect, which is not followed",
      (_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      /302/,
    ],
    [
      "a body without end",
      (_request, response) => {
        const more = (): void => void response.write("x".repeat(16_384), (error) => (error ? undefined : more()));
        more();
      },
      /more than 65536 bytes/,
    ],
  ])("%s", async (_name, bad, problem) => {
    let calls = 0;
    const queue = queueTo(
      await collector((request, response) => {
        calls++;
        bad(request, response);
      }),
    );
    queue.add(digest(2, 1));
    await queue.settled();
    expect(queue.problem).toMatch(problem);
    expect([calls, queue.counts]).toEqual([2, expect.objectContaining({ refusedSpans: 2, refusedLogs: 1, sentSpans: 0 })]);
  });

  test("an answer that is not HTTP counts as away, whatever it says", async () => {
    const url = await listening(createTcp((socket) => socket.on("error", () => undefined).end("220 smtp.example ESMTP\r\n")));
    const queue = queueTo(url);
    queue.add(digest(1));
    await expect.poll(() => queue.problem).toMatch(/Parse Error|hang up|ECONNRESET/);
    expect(queue.counts.sentSpans).toBe(0);
  });

  test("a head without end", async () => {
    const url = await listening(
      createTcp((socket) => {
        socket.on("error", () => undefined).write("HTTP/1.1 200 OK\r\n");
        const more = (): void => void socket.write(`x: ${"y".repeat(8_000)}\r\n`, (error) => (error ? undefined : more()));
        more();
      }),
    );
    const queue = queueTo(url);
    queue.add(digest(1));
    await expect.poll(() => queue.problem).toMatch(/Header overflow|Parse Error/);
  });
});

test("a collector that never answers costs a bounded queue: entries beyond it are dropped and counted", async () => {
  const queue = queueTo(await collector(() => undefined), { queueBytesMax: 200_000, timeoutMs: 60_000 });
  for (let round = 0; round < 100; round++) queue.add(digest(512));
  expect(queue.counts.droppedSpans).toBeGreaterThan(512 * 90);
  expect(queue.counts.droppedSpans % 512).toBe(0);
});
