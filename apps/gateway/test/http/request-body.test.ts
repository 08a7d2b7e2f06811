/**
 * What is held for bodies of requests: one sum, counted when bytes come, given back once.
 */
import type { IncomingMessage, Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { until } from "../../../../e2e/stack/until.ts";
import { createGuardedServer } from "../../src/listener/guarded-listener.ts";
import { GatewayError } from "../../src/contract/problem.ts";
import { problemOf } from "../../src/contract/problem-of.ts";
import { writeProblem } from "../../src/listener/reply.ts";
import { readBody } from "../../src/listener/request-body.ts";
import { RequestBytes } from "../../src/listener/request-bytes.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const bytesMax = 100_000;

/** Opens a server that answers with the length of the body, once `go` has resolved. */
async function open(held: RequestBytes, go: Promise<void> = Promise.resolve()): Promise<{ server: Server; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createGuardedServer({
    handle: (request, response) => {
      requests.push(request);
      readBody({ request, response }, { bytesMax, held }, (body) => {
        if (body instanceof Error) return writeProblem(response, problemOf(body));
        void go.then(() => response.end(`${body.length} ${body.subarray(0, 20).toString("latin1")}`));
      });
    },
    failed: (error) => expect(error).toBeUndefined(),
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  cleanups.push(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  return { server, requests };
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

function client(server: Server, ...parts: (string | Buffer)[]): Socket {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1", () => {
    for (const part of parts) socket.write(part);
  });
  socket.on("error", () => undefined);
  cleanups.push(() => socket.destroy());
  return socket;
}

const nothingIsHeld = (held: RequestBytes): Promise<unknown> =>
  until(async () => held.taken === 0, { what: "all that was taken to be given back", timeoutMs: 20_000 });

test.each([
  ["in one piece", 5],
  ["in several", 90_000],
  ["of none", 0],
])("a body %s arrives whole and leaves nothing behind", async (_what, size) => {
  const held = new RequestBytes(1_000_000);
  const { server } = await open(held);
  const reply = await fetch(urlOf(server), { method: "POST", body: Buffer.alloc(size, "x") });
  expect(await reply.text()).toBe(`${size} ${"x".repeat(Math.min(20, size))}`);
  await nothingIsHeld(held);
});

test("endless bodies are refused where the sum is reached, whatever length they announce, and release their bytes", async () => {
  const held = new RequestBytes(300_000);
  const { server, requests } = await open(held);
  const half = [`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytesMax}\r\n\r\n`, Buffer.alloc(90_000)];
  const sockets = Array.from({ length: 20 }, () => client(server, ...half));
  await until(async () => requests.length === 20 && held.refused > 0, { what: "one to be refused", timeoutMs: 20_000 });
  expect(held.taken).toBeLessThanOrEqual(300_000);
  for (const socket of sockets) socket.destroy();
  await nothingIsHeld(held);
  expect((await fetch(urlOf(server), { method: "POST", body: "again" })).status).toBe(200);
});

test("a refusal for want of room says when to come again", async () => {
  const held = new RequestBytes(10);
  const { server } = await open(held);
  const reply = await fetch(urlOf(server), { method: "POST", body: "x".repeat(50_000) });
  expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await reply.json()).toMatchObject({ code: "REQUESTS_TOO_LARGE" });
});

test("an announced length takes no memory before bytes come", async () => {
  const held = new RequestBytes(1_000_000);
  const { server, requests } = await open(held);
  client(server, `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytesMax}\r\n\r\n`);
  await until(async () => requests.length === 1, { what: "the request", timeoutMs: 20_000 });
  expect(held.taken).toBe(0);
});

test("a body in pieces of one byte costs no more than its bytes", async () => {
  const held = new RequestBytes(1_000_000);
  const { server, requests } = await open(held);
  client(server, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n".repeat(1_500));
  await until(async () => requests.length === 1 && held.taken > 0, { what: "its first bytes", timeoutMs: 20_000 });
  expect(held.taken).toBeLessThanOrEqual(64 * 1024);
});

test("a body in very many tiny pieces is given up, and its connection with it", async () => {
  const held = new RequestBytes(1_000_000);
  const { server } = await open(held);
  const socket = client(server, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n".repeat(50_000));
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  await new Promise((closed) => socket.on("close", closed));
  await nothingIsHeld(held);
  expect(received === "" || received.includes("REQUEST_IN_CRUMBS")).toBe(true);
});

test("the body of a request that is answered later is held until then", async () => {
  const held = new RequestBytes(1_000_000);
  const answer = Promise.withResolvers<void>();
  const { server } = await open(held, answer.promise);
  const reply = fetch(urlOf(server), { method: "POST", body: "x".repeat(1_000) });
  await until(async () => held.taken >= 1_000, { what: "the body", timeoutMs: 20_000 });
  answer.resolve();
  await (await reply).text();
  await nothingIsHeld(held);
});

test.each([
  ["larger than the route takes", `content-length: ${bytesMax + 1}`, "x", "BODY_TOO_LARGE", 413],
  ["compressed", "content-encoding: gzip\r\ncontent-length: 1", "x", "ENCODING_NOT_SUPPORTED", 415],
  ["compressed twice", "content-encoding: identity, br\r\ncontent-length: 1", "x", "ENCODING_NOT_SUPPORTED", 415],
  ["compressed on the way", "transfer-encoding: gzip, chunked", "1\r\nx\r\n0\r\n\r\n", "ENCODING_NOT_SUPPORTED", 415],
])("a body that is %s is refused", async (_what, header, body, code, status) => {
  const { server } = await open(new RequestBytes(1_000_000));
  const socket = client(server, `POST / HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n${body}`);
  const received = await new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith("}\n")) resolve(text);
    });
  });
  expect(received).toContain(`HTTP/1.1 ${status} `);
  expect(received).toContain(`"code":"${code}"`);
});

test("the refusal is one that the log need not keep", () => {
  expect(problemOf(new GatewayError("REQUESTS_TOO_LARGE", { detail: "x", cure: "y", retryAfterMs: 5 }))).toMatchObject({
    status: 503,
    retryAfterMs: 5,
  });
});
