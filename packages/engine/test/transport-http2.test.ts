/** Endpoints with `http2: true`, against HTTP/2 servers of our own: the same replies, failures and bounds as over HTTP/1.1, on streams. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http2, { type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ToFunction } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import type { TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import { headersText, spanOf, traceHeaders } from "@signalbox/runtime/model/message-headers";
import { cleanups, endpointAt, failed, listen, newTransport, octets, oneMessage, request } from "./transport-http-harness.ts";

interface Served {
  readonly url: string;
  readonly sessions: Set<ServerHttp2Session>;
  readonly server: Http2Server;
}

async function serve2(onCall: (stream: ServerHttp2Stream, body: Buffer, headers: http2.IncomingHttpHeaders) => void): Promise<Served> {
  const server = http2.createServer();
  return { url: `http://127.0.0.1:${await listen2(server, onCall)}/fn`, ...known(server) };
}

const sessionsOf = new WeakMap<Http2Server, Set<ServerHttp2Session>>();
const known = (server: Http2Server): { server: Http2Server; sessions: Set<ServerHttp2Session> } => ({
  server,
  sessions: sessionsOf.get(server) ?? new Set(),
});

async function listen2(
  server: Http2Server | http2.Http2SecureServer,
  onCall: (stream: ServerHttp2Stream, body: Buffer, headers: http2.IncomingHttpHeaders) => void,
): Promise<number> {
  const sessions = new Set<ServerHttp2Session>();
  sessionsOf.set(server as Http2Server, sessions);
  server.on("session", (session: ServerHttp2Session) => void sessions.add(session.on("error", () => undefined)));
  server.on("stream", (stream: ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
    const chunks: Buffer[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => onCall(stream, Buffer.concat(chunks), headers));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const session of sessions) session.destroy();
      }),
  );
  return (server.address() as AddressInfo).port;
}

const call = (url: string, options: Partial<TransportOptions> = {}, timeoutMs = 5000): Promise<InvocationOutcome> =>
  newTransport().invoke(request(endpointAt(url, { http2: true, ...options }), { timeoutMs }));

const whole = { ":status": 200, ...octets };

test("a call carries the trace of its batch in its head", async () => {
  const seen: unknown[] = [];
  const { url } = await serve2((stream, _body, { traceparent, tracestate }) => {
    seen.push([traceparent, tracestate]);
    stream.respond(whole);
    stream.end(oneMessage);
  });
  const headers = headersText(traceHeaders(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`, "v=1"));
  const input = { caller: undefined, value: { typename: "n/v", bytes: Buffer.from("x") }, sequence: 7 };
  for (const inputs of [[{ ...input, headers }], [input]])
    expect(await newTransport().invoke(request(endpointAt(url, { http2: true }), { inputs }))).toMatchObject({ kind: "reply" });
  const span = spanOf({ traceId: "a".repeat(32), parentId: "b".repeat(16), flags: "01", state: "" }, 7);
  expect(seen).toEqual([
    [`00-${"a".repeat(32)}-${span}-01`, "v=1"],
    [undefined, undefined],
  ]);
});

describe("a call over HTTP/2", () => {
  test("sends the protocol's headers and batch, many at once over one session", async () => {
    const seen: { headers: http2.IncomingHttpHeaders; id: string | null | undefined; length: number }[] = [];
    const { url, sessions } = await serve2((stream, body, headers) => {
      seen.push({ headers, id: ToFunction.decode(body).invocation?.target?.id, length: body.length });
      stream.respond({ ...whole, "content-length": oneMessage.length });
      stream.end(oneMessage);
    });
    const transport = newTransport();
    const endpoint = endpointAt(`${url}/{function.name}?x=1`, { http2: true });
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => transport.invoke(request(endpoint))));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "reply", reply: { effects: { messages: [{}] } } });
    expect(sessions.size).toBe(1);
    expect(seen[0]?.id).toBe("anna");
    expect(seen[0]?.headers).toMatchObject({
      ":method": "POST",
      ":path": "/fn/cart?x=1",
      "content-type": "application/octet-stream",
      "content-length": String(seen[0]?.length),
      "user-agent": "statefun",
    });
  });

  test("reads a packed reply, one without a length, and a whole one without effects", async () => {
    const packed = await serve2((stream) => {
      stream.respond({ ...whole, "content-encoding": "gzip" });
      stream.end(gzipSync(oneMessage));
    });
    expect(await call(packed.url)).toMatchObject({ kind: "reply", reply: { effects: { messages: [{}] } } });
    const open = await serve2((stream) => {
      stream.respond(whole);
      stream.end(oneMessage);
    });
    expect(await call(open.url)).toMatchObject({ kind: "reply", reply: { effects: { messages: [{}] } } });
    const empty = await serve2((stream) => stream.respond({ ...whole, "content-length": 0 }, { endStream: true }));
    expect(await call(empty.url)).toMatchObject({ kind: "reply", reply: { effects: { messages: [] } } });
    const bare = await serve2((stream) => stream.respond(whole, { endStream: true }));
    expect(await call(bare.url)).toMatchObject({ kind: "reply", reply: { effects: { messages: [] } } });
  });

  test.each([
    ["with its length, and reset as if all were well", { "content-length": oneMessage.length }, http2.constants.NGHTTP2_NO_ERROR],
    ["with its length, and cancelled", { "content-length": oneMessage.length }, http2.constants.NGHTTP2_CANCEL],
    ["without a length, and reset as if all were well", {}, http2.constants.NGHTTP2_NO_ERROR],
    ["without a length, and failed", {}, http2.constants.NGHTTP2_INTERNAL_ERROR],
  ])("that is cut %s is not a reply", async (_name, headers, code) => {
    for (const bytes of [0, 1, oneMessage.length - 1]) {
      const { url } = await serve2((stream) => {
        stream.respond({ ...whole, ...headers });
        if (bytes === 0) stream.close(code);
        else stream.write(oneMessage.subarray(0, bytes), () => stream.close(code));
      });
      expect(await call(url), `after ${bytes} bytes`).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
    }
  });

  test("is refused by status, type, size and content as over HTTP/1.1", async () => {
    const answering = async (headers: http2.OutgoingHttpHeaders, body: Uint8Array = Buffer.from("no")): Promise<string> =>
      (
        await serve2((stream) => {
          stream.respond(headers);
          stream.end(body);
        })
      ).url;
    expect(await call(await answering({ ":status": 503, "retry-after": "2.5" }))).toMatchObject({
      failure: { code: "ENDPOINT_OVERLOADED", retryAfterMs: 3000, raw: "no" },
    });
    expect(await call(await answering({ ":status": 404 }))).toMatchObject(failed("REPLY_STATUS", "entity"));
    expect(await call(await answering({ ":status": 200 }))).toMatchObject(failed("REPLY_CONTENT_TYPE", "entity"));
    expect(await call(await answering({ ":status": 204 }, Buffer.alloc(0)))).toMatchObject(failed("REPLY_CONTENT_TYPE", "entity"));
    expect(await call(await answering({ ...whole, "content-length": 2 }))).toMatchObject(failed("REPLY_MALFORMED", "entity"));
    expect(await call(await answering(whole, Buffer.alloc(300_000)))).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
    expect(await call(await answering(whole, oneMessage), { payloadBytesMax: 1 })).toMatchObject(failed("REQUEST_TOO_LARGE", "entity"));
  });

  test("silence, a refused connection and a lost session are named", async () => {
    const silent = await serve2(() => undefined);
    expect(await call(silent.url, {}, 60)).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    expect(await call(silent.url, { readTimeoutMs: 60 })).toMatchObject({
      ...failed("CALL_TIMEOUT", "suspect"),
      failure: { message: expect.stringContaining("60 ms") },
    });
    const cutting = await serve2((stream) => stream.session?.destroy());
    expect(await call(cutting.url)).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
    const closed = net.createServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject(failed("ENDPOINT_REFUSED", "down"));
  });

  test("HTTP/1.1 is named", async () => {
    const speaking = net.createServer((socket) => {
      socket.on("error", () => undefined).resume();
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    expect(await call(`http://127.0.0.1:${await listen(speaking)}/`)).toMatchObject({
      ...failed("ENDPOINT_ERROR", "suspect"),
      failure: { message: expect.stringContaining("HTTP/2") },
    });
  });

  test("connects anew after the server was away, and after pool_ttl", async () => {
    const { url, sessions } = await serve2((stream) => {
      stream.respond({ ...whole, "content-length": oneMessage.length });
      stream.end(oneMessage);
    });
    const transport = newTransport();
    const endpoint = endpointAt(url, { http2: true, poolTtlMs: 5 });
    await expect
      .poll(
        async () => {
          expect((await transport.invoke(request(endpoint))).kind).toBe("reply");
          return sessions.size;
        },
        { interval: 1, timeout: 20_000 },
      )
      .toBeGreaterThan(2);
  });

  test("a Unix socket is refused by name", async () => {
    expect(await call("http+unix:///run/fn.sock/x")).toMatchObject({ failure: { message: expect.stringContaining("http2") } });
  });
});

describe("over TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-h2-"));
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=server"],
      ...["-keyout", "server.key", "-out", "server.pem", "-addext", "subjectAltName=IP:127.0.0.1"],
    ],
    { cwd: folder, stdio: "ignore" },
  );
  const material = { key: readFileSync(join(folder, "server.key")), cert: readFileSync(join(folder, "server.pem")) };
  rmSync(folder, { recursive: true });
  const tls = { trustCaPem: material.cert.toString(), clientCertPem: undefined, clientKeyPem: undefined, clientKeyPassword: undefined };

  test("HTTP/2 is agreed on by ALPN", async () => {
    const port = await listen2(http2.createSecureServer(material), (stream) => {
      stream.respond({ ...whole, "content-length": oneMessage.length });
      stream.end(oneMessage);
    });
    expect(await call(`https://127.0.0.1:${port}/`, { tls })).toMatchObject({ kind: "reply" });
  });

  test("a server without it is named, and so is one that is not trusted", async () => {
    const port = await listen(https.createServer(material, (incoming, response) => void incoming.resume().on("end", () => response.end())));
    expect(await call(`https://127.0.0.1:${port}/`, { tls })).toMatchObject(failed("ENDPOINT_TLS", "down"));
    const foreign = await listen2(http2.createSecureServer(material), () => undefined);
    expect(await call(`https://127.0.0.1:${foreign}/`)).toMatchObject(failed("ENDPOINT_TLS", "down"));
  });
});
