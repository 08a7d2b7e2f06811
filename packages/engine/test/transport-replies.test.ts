/**
 * A reply that consumes messages is whole, of the right type, the only one on its connection and later than its request; these tests try
 * all else over real connections. Servers write raw bytes here, since no library would write most of these.
 */
import net from "node:net";
import { gzipSync } from "node:zlib";
import { FromFunction } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import type { TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import { call, cleanups, endpointAt, failed, listen, newTransport, request } from "./transport-http-harness.ts";

const replyTo = (egress: string): Buffer =>
  Buffer.from(
    FromFunction.encode({
      invocationResult: { outgoingEgresses: [{ egressNamespace: "n", egressType: egress, argument: { typename: "n/v", hasValue: true } }] },
    }).finish(),
  );
const reply = replyTo("e");
const packed = gzipSync(reply);
const octets = "content-type: application/octet-stream\r\n";
const gzip = "content-encoding: gzip\r\n";
const head = (lines: string, status = "200 OK"): Buffer => Buffer.from(`HTTP/1.1 ${status}\r\n${lines}\r\n`);
const sized = (body: Buffer, lines = octets, status?: string): Buffer =>
  Buffer.concat([head(`${lines}content-length: ${body.length}\r\n`, status), body]);
const chunked = (body: Buffer, lines = octets): Buffer =>
  Buffer.concat([
    head(`${lines}transfer-encoding: chunked\r\n`),
    ...[body.subarray(0, 7), body.subarray(7)].flatMap((part) => [
      Buffer.from(`${part.length.toString(16)};x=y\r\n`),
      part,
      Buffer.from("\r\n"),
    ]),
    Buffer.from("0\r\nx-sum: 1\r\n\r\n"),
  ]);
const unsized = (body: Buffer, lines = octets): Buffer => Buffer.concat([head(lines), body]);

interface Asked {
  readonly socket: net.Socket;
  /** The number of requests that came on this connection, this one included. */
  readonly count: number;
  /** The number of requests that came in all, this one included. */
  readonly total: number;
}

/** A server that reads whole requests and answers each with the bytes that `onRequest` writes. */
async function serveRaw(onRequest: (asked: Asked) => void): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  let total = 0;
  const server = net.createServer((socket) => {
    connections++;
    let count = 0;
    let pending = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const end = pending.indexOf("\r\n\r\n");
        const length = Number(/content-length: (\d+)/.exec(pending.toString("latin1", 0, Math.max(0, end)))?.[1]);
        if (end < 0 || pending.length < end + 4 + length) return;
        pending = pending.subarray(end + 4 + length);
        onRequest({ socket, count: ++count, total: ++total });
      }
    });
  });
  const url = `http://127.0.0.1:${await listenAndCut(server)}/`;
  return { url, connections: () => connections };
}

async function listenAndCut(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket) => void sockets.add(socket));
  const port = await listen(server);
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return port;
}

const egressOf = (outcome: InvocationOutcome): string | undefined =>
  outcome.kind === "reply" && outcome.reply.kind === "completed" ? outcome.reply.effects.egress[0]?.egress : undefined;

describe("a reply that is cut", () => {
  const whole: readonly (readonly [name: string, bytes: Buffer])[] = [
    ["with a length", sized(reply)],
    ["with a length and packed", sized(packed, octets + gzip)],
    ["in chunks", chunked(reply)],
    ["in chunks and packed", chunked(packed, octets + gzip)],
    ["after interim responses", Buffer.concat([head("", "100 Continue"), head("link: x\r\n", "103 Early"), sized(reply)])],
    ["until the connection closes", unsized(reply)],
    ["until the connection closes and packed", unsized(packed, octets + gzip)],
    ["with a length and no effects", sized(Buffer.alloc(0))],
    ["in chunks and no effects", Buffer.concat([head(`${octets}transfer-encoding: chunked\r\n`), Buffer.from("0\r\n\r\n")])],
  ];

  test.each(whole)("%s is taken when it is whole and at no byte before", async (_name, bytes) => {
    let cut = 0;
    const { url } = await serveRaw(({ socket }) => void socket.end(bytes.subarray(0, cut)));
    const transport = newTransport();
    const endpoint = endpointAt(url);
    for (; cut < bytes.length; cut++) {
      const outcome = await transport.invoke(request(endpoint));
      expect(outcome, `cut after ${cut} of ${bytes.length} bytes`).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
    }
    expect(await transport.invoke(request(endpoint))).toMatchObject({ kind: "reply" });
  });

  test("is named: it had no length, and none of its bytes came", async () => {
    const { url } = await serveRaw(({ socket }) => void socket.end(head(octets)));
    expect(await call(url)).toMatchObject({
      failure: { message: expect.stringContaining("named no length"), cure: expect.stringContaining("content-length") },
    });
  });

  test("is not a reply, even if another message follows in it, unless its length says so", async () => {
    // The reply has two fields of which the first is a whole reply by itself; no SDK writes this form.
    const twice = Buffer.concat([reply, replyTo("f")]);
    const open = await serveRaw(({ socket }) => void socket.end(unsized(twice)));
    expect(await call(open.url)).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
    const closed = await serveRaw(({ socket }) => void socket.end(sized(twice)));
    expect(await call(closed.url)).toMatchObject({ kind: "reply" });
  });
});

describe("a success that is not a reply", () => {
  test.each([
    ["200 OK", "content-length: 0\r\n", "REPLY_CONTENT_TYPE"],
    ["200 OK", "", "REPLY_CONTENT_TYPE"],
    ["202 Accepted", "content-length: 0\r\n", "REPLY_CONTENT_TYPE"],
    ["204 No Content", "", "REPLY_CONTENT_TYPE"],
    ["204 No Content", octets, "REPLY_MALFORMED"],
    ["205 Reset Content", `${octets}content-length: 0\r\n`, "REPLY_MALFORMED"],
    ["206 Partial Content", `${octets}content-length: 0\r\n`, "REPLY_MALFORMED"],
    ["200 OK", `${octets}content-type: text/html\r\ncontent-length: 0\r\n`, "REPLY_CONTENT_TYPE"],
  ])("%s with %j is %s", async (status, lines, code) => {
    const { url } = await serveRaw(({ socket }) => void socket.end(head(lines, status)));
    expect(await call(url)).toMatchObject(failed(code, "entity"));
  });
});

describe("a connection carries another request", () => {
  const three = async (url: string, options: Partial<TransportOptions> = {}): Promise<InvocationOutcome[]> => {
    const transport = newTransport();
    const endpoint = endpointAt(url, { poolConnectionsMax: 1, ...options });
    const outcomes: InvocationOutcome[] = [];
    for (let index = 0; index < 3; index++) outcomes.push(await transport.invoke(request(endpoint)));
    return outcomes;
  };

  test("after a whole reply with nothing behind it", async () => {
    const { url, connections } = await serveRaw(({ socket, total }) => void socket.write(sized(replyTo(`e${total}`))));
    expect((await three(url)).map(egressOf)).toEqual(["n/e1", "n/e2", "n/e3"]);
    expect(connections()).toBe(1);
  });

  test("not when more came with the reply, and that reply does not count", async () => {
    const { url, connections } = await serveRaw(({ socket }) => void socket.write(Buffer.concat([sized(reply), sized(replyTo("forged"))])));
    for (const outcome of await three(url))
      expect(outcome).toMatchObject({
        ...failed("ENDPOINT_ERROR", "suspect"),
        failure: { message: expect.stringContaining("came with it") },
      });
    expect(connections()).toBe(3);
  });

  test("not when a second reply came a moment later", async () => {
    const { url, connections } = await serveRaw(({ socket, count, total }) => {
      socket.write(sized(replyTo(`e${total}`)));
      if (count === 1) setImmediate(() => setImmediate(() => socket.write(sized(replyTo("forged")))));
    });
    expect((await three(url)).map(egressOf)).toEqual(["n/e1", "n/e2", "n/e3"]);
    expect(connections()).toBe(3);
  });

  test.each([
    ["204 No Content", `content-length: ${reply.length}\r\n`, "ENDPOINT_ERROR"],
    ["204 No Content", "", "ENDPOINT_ERROR"],
    ["304 Not Modified", "", "ENDPOINT_ERROR"],
  ])("not after %s with a body", async (status, lines, code) => {
    const { url, connections } = await serveRaw(({ socket }) => void socket.write(Buffer.concat([head(octets + lines, status), reply])));
    for (const outcome of await three(url)) expect(outcome).toMatchObject({ kind: "failure", failure: { code } });
    expect(connections()).toBe(3);
  });

  test("not when both kinds of length are named", async () => {
    const bytes = Buffer.concat([chunked(reply, `${octets}content-length: 3\r\n`)]);
    const { url, connections } = await serveRaw(({ socket }) => void socket.write(bytes));
    for (const outcome of await three(url)) expect(outcome).toMatchObject(failed("ENDPOINT_ERROR", "suspect"));
    expect(connections()).toBe(3);
  });

  test("not when a reply came before the request, which ends the attempt by name", async () => {
    const server = net.createServer((socket) => void socket.on("error", () => undefined).write(sized(replyTo("forged"))));
    const outcome = await call(`http://127.0.0.1:${await listenAndCut(server)}/`);
    expect(outcome).toMatchObject({
      ...failed("ENDPOINT_ERROR", "suspect"),
      failure: { message: expect.stringContaining("before it was asked") },
    });
  });
});

describe("a reply before the request is written", () => {
  /** Answers at the first byte and reads nothing more, so that the rest of a large request cannot be written. */
  async function serveEarly(answer: Buffer): Promise<{ url: string; untilClosed: () => Promise<number> }> {
    const sockets: net.Socket[] = [];
    const ended = Promise.withResolvers<void>();
    const server = net.createServer((socket) => {
      sockets.push(socket.on("error", () => undefined).on("close", () => ended.resolve()));
      socket.once("data", () => {
        socket.pause();
        socket.write(answer);
      });
    });
    /** Reads on until the other side has closed. Returns the number of bytes that it sent. */
    const untilClosed = async (): Promise<number> => {
      for (const socket of sockets) socket.resume();
      await ended.promise;
      return sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);
    };
    return { url: `http://127.0.0.1:${await listenAndCut(server)}/`, untilClosed };
  }
  const largeBytes = 24 * 1024 * 1024;
  const large = { inputs: [{ caller: undefined, value: { typename: "n/v", bytes: new Uint8Array(largeBytes) } }] };
  const limits = { payloadBytesMax: 32 * 1024 * 1024 };

  test("does not count, and no more of the request is sent", async () => {
    const { url, untilClosed } = await serveEarly(sized(reply));
    expect(await call(url, limits, large)).toMatchObject({
      ...failed("ENDPOINT_ERROR", "suspect"),
      failure: { message: expect.stringContaining("before the request was written") },
    });
    expect(await untilClosed()).toBeLessThan(largeBytes);
  });

  test("is a refusal when its status says so", async () => {
    const { url, untilClosed } = await serveEarly(sized(Buffer.from("too much"), "", "413 Content Too Large"));
    expect(await call(url, limits, large)).toMatchObject({ ...failed("REPLY_STATUS", "entity"), failure: { raw: "too much" } });
    expect(await untilClosed()).toBeLessThan(largeBytes);
  });

  test("to a large request may leave it half read: its connection carries no other", async () => {
    const { url, connections } = await serveRaw(({ socket }) => void socket.write(sized(Buffer.alloc(0), "", "413 Content Too Large")));
    const transport = newTransport();
    const endpoint = endpointAt(url, limits);
    const refused = { inputs: [{ caller: undefined, value: { typename: "n/v", bytes: new Uint8Array(20_000) } }] };
    for (let index = 0; index < 3; index++) await transport.invoke(request(endpoint, refused));
    expect(connections()).toBe(3);
    for (let index = 0; index < 3; index++) await transport.invoke(request(endpoint));
    expect(connections()).toBe(4);
  });
});

describe("pool_ttl", () => {
  test("ends a connection by its age, however busy it is", async () => {
    const { url, connections } = await serveRaw(({ socket }) => void socket.write(sized(reply)));
    const transport = newTransport();
    const endpoint = endpointAt(url, { poolTtlMs: 5 });
    await expect
      .poll(
        async () => {
          await transport.invoke(request(endpoint));
          return connections();
        },
        { interval: 1, timeout: 20_000 },
      )
      .toBeGreaterThan(4);
  });

  test("of 0 is no limit", async () => {
    const { url, connections } = await serveRaw(({ socket }) => void socket.write(sized(reply)));
    const transport = newTransport();
    const endpoint = endpointAt(url, { poolTtlMs: 0 });
    for (let index = 0; index < 20; index++) expect(await transport.invoke(request(endpoint))).toMatchObject({ kind: "reply" });
    expect(connections()).toBe(1);
  });
});
