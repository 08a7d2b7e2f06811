/**
 * The HTTP transport against real servers: what it sends, what it accepts, and the name of every possible fault. TLS:
 * transport-http-tls.test.ts.
 */
import { headersText, spanOf, traceHeaders } from "@signalbox/runtime/model/message-headers";
import { mkdtempSync, rmSync } from "node:fs";
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { ToFunction } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import { createHttpTransport } from "../src/adapters/http/transport-http.ts";
import { placesOf } from "../src/adapters/endpoint-places.ts";
import { createEndpointProber } from "../src/adapters/transport-probe.ts";
import {
  cleanups,
  octets,
  oneMessage,
  incomplete,
  listen,
  serve,
  newTransport,
  endpointAt,
  request,
  call,
  failed,
  answer,
} from "./transport-http-harness.ts";

describe("a call that succeeds", () => {
  test("sends exactly the headers of the protocol and the batch", async () => {
    const seen: { incoming: IncomingMessage; body: Buffer }[] = [];
    const url = await serve((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => {
          seen.push({ incoming, body: Buffer.concat(chunks) });
          response.writeHead(200, octets).end(oneMessage);
        });
    });
    const outcome = await call(`${url}/{function.name}?x=1`);
    expect(outcome).toMatchObject({
      kind: "reply",
      reply: { kind: "completed", effects: { messages: [{ target: { type: "n/t", id: "i" } }] } },
    });
    const [first] = seen;
    expect(first?.incoming.method).toBe("POST");
    expect(first?.incoming.url).toBe("/statefun/cart?x=1");
    expect(first?.incoming.httpVersion).toBe("1.1");
    expect(first?.incoming.headers).toEqual({
      host: new URL(url).host,
      connection: "keep-alive",
      "content-type": "application/octet-stream",
      accept: "application/octet-stream",
      "accept-encoding": "gzip,deflate",
      "user-agent": "statefun",
      "content-length": String(first?.body.length),
    });
    const sent = ToFunction.decode(first?.body ?? Buffer.alloc(0)).invocation;
    expect(sent?.target).toMatchObject({ namespace: "shop", type: "cart", id: "anna" });
    expect(sent?.state).toMatchObject([{ stateName: "seen", stateValue: { typename: "io.statefun.types/int", hasValue: true } }]);
    expect(sent?.invocations).toHaveLength(1);
    expect(sent?.invocations?.[0]?.caller ?? null).toBeNull();
  });

  test("carries the trace of its batch, unless that is of several traces", async () => {
    const heads: (string | undefined)[][] = [];
    const url = await serve((incoming, response) => {
      heads.push([incoming.headers["traceparent"] as string | undefined, incoming.headers["tracestate"] as string | undefined]);
      answer(oneMessage)(incoming, response);
    });
    const message = (sequence: number, trace?: string) => ({
      caller: undefined,
      value: { typename: "n/v", bytes: Buffer.from("hello") },
      sequence,
      ...(trace === undefined ? {} : { headers: headersText(traceHeaders(`00-${trace.repeat(32)}-${"b".repeat(16)}-01`, "v=1")) }),
    });
    const batches = [
      [message(1, "a")],
      [message(1, "a"), message(2, "a")],
      [message(1, "a"), message(2, "c")],
      [message(1, "a"), message(2)],
      [message(1)],
      [{ ...message(1), headers: '[["tenant","x\\r\\ny: z"]]' }],
    ];
    for (const inputs of batches) expect(await call(url, {}, { inputs })).toMatchObject({ kind: "reply" });
    const span = spanOf({ traceId: "a".repeat(32), parentId: "b".repeat(16), flags: "01", state: "" }, 1);
    const traced = [`00-${"a".repeat(32)}-${span}-01`, "v=1"];
    const none = [undefined, undefined];
    expect(heads).toEqual([traced, traced, none, none, none, none]);
  });

  test.each([
    ["gzip", gzipSync(oneMessage)],
    ["deflate", deflateSync(oneMessage)],
    ["deflate", deflateRawSync(oneMessage)],
  ])("reads a %s reply", async (encoding, body) => {
    const url = await serve(answer(body, { ...octets, "content-encoding": encoding }));
    expect(await call(url)).toMatchObject({ kind: "reply", reply: { effects: { messages: [{ value: { typename: "n/v" } }] } } });
  });

  test("takes a whole reply of no bytes as no effects: an SDK with nothing to say writes none", async () => {
    expect(await call(await serve(answer(Buffer.alloc(0))))).toMatchObject({ kind: "reply", reply: { effects: { messages: [] } } });
  });

  test("reads a reply that comes in pieces", async () => {
    const url = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(200, octets);
      response.write(oneMessage.subarray(0, 5), () => response.end(oneMessage.subarray(5)));
    });
    expect(await call(url)).toMatchObject({ kind: "reply" });
  });

  test("reuses connections, and opens more for calls at the same time", async () => {
    let connections = 0;
    const server = http.createServer(answer(oneMessage)).on("connection", () => connections++);
    const port = await listen(server);
    const transport = newTransport();
    const endpoint = endpointAt(`http://127.0.0.1:${port}/`);
    for (let index = 0; index < 20; index++) await transport.invoke(request(endpoint));
    expect(connections).toBeLessThanOrEqual(2);
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => transport.invoke(request(endpoint))));
    expect(outcomes.every((outcome) => outcome.kind === "reply")).toBe(true);
    expect(connections).toBeLessThanOrEqual(8);
  });

  test("speaks over a unix socket", async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const urls: (string | undefined)[] = [];
    await listen(
      http.createServer((incoming, response) => {
        urls.push(incoming.url);
        answer(oneMessage)(incoming, response as ServerResponse<IncomingMessage> & { req: IncomingMessage });
      }),
      { path: join(folder, "fn.sock") },
    );
    expect(await call(`http+unix://${folder}/fn.sock/serve/{function.name}`)).toMatchObject({ kind: "reply" });
    expect(urls).toEqual(["/serve/cart"]);
  });
});

describe("a refusal by status", () => {
  const refuse =
    (status: number, headers: http.OutgoingHttpHeaders = {}, body = "no, because"): RequestListener =>
    (incoming, response) => {
      incoming.resume();
      response.writeHead(status, headers).end(body);
    };

  test.each([
    [500, "ENDPOINT_ERROR", "suspect"],
    [501, "ENDPOINT_ERROR", "suspect"],
    [505, "ENDPOINT_ERROR", "suspect"],
    [502, "ENDPOINT_GATEWAY", "suspect"],
    [504, "ENDPOINT_GATEWAY", "suspect"],
    [429, "ENDPOINT_OVERLOADED", "suspect"],
    [503, "ENDPOINT_OVERLOADED", "suspect"],
    [404, "REPLY_STATUS", "entity"],
    [400, "REPLY_STATUS", "entity"],
    [204 + 100, "REPLY_STATUS", "entity"],
  ] as const)("%s is %s (%s)", async (status, code, scope) => {
    const url = await serve(refuse(status));
    expect(await call(url)).toMatchObject(failed(code, scope));
  });

  test("keeps the body for people, cut to size", async () => {
    const url = await serve(refuse(500, {}, `Traceback\n${"x".repeat(50_000)}`));
    const outcome = await call(url);
    expect(outcome).toMatchObject({ failure: { raw: expect.stringMatching(/^Traceback\nx+$/) } });
    if (outcome.kind === "failure") expect(outcome.failure.raw?.length).toBe(2048);
  });

  test("follows a function's wish for the message, in a refusal only", async () => {
    const rejects = { "signalbox-outcome": "reject" };
    expect(await call(await serve(refuse(422, rejects)))).toMatchObject({ failure: { code: "REJECTED", scope: "entity" } });
    const later = { "signalbox-outcome": "retry-later", "retry-after": "7" };
    expect(await call(await serve(refuse(500, later)))).toMatchObject({ failure: { code: "RETRY_LATER", retryAfterMs: 7000 } });
    expect(await call(await serve(refuse(422, { "signalbox-outcome": "other" })))).toMatchObject({ failure: { code: "REPLY_STATUS" } });
    expect(await call(await serve(refuse(500, { "signalbox-outcome": "missing setTimeout" })))).toMatchObject({
      failure: {
        code: "NOT_IN_ISOLATION",
        scope: "entity",
        message: expect.stringMatching(/uses setTimeout, and isolated functions have no timers/),
        cure: expect.stringMatching(/ctx\.sendAfter.* co-located .* or remote/),
      },
    });
    expect(await call(await serve(refuse(500, { "signalbox-outcome": "missing misspelt" })))).toMatchObject({
      failure: { code: "ENDPOINT_ERROR" },
    });
  });

  test("reads Retry-After in seconds and as a date", async () => {
    expect(await call(await serve(refuse(429, { "retry-after": "3" })))).toMatchObject({ failure: { retryAfterMs: 3000 } });
    const transport = createHttpTransport({ nowMs: () => Date.parse("Wed, 21 Oct 2026 07:28:00 GMT") });
    cleanups.push(() => transport.close());
    const url = await serve(refuse(503, { "retry-after": "Wed, 21 Oct 2026 07:28:05 GMT" }));
    expect(await transport.invoke(request(endpointAt(url)))).toMatchObject({ failure: { retryAfterMs: 5000 } });
  });

  test("does not follow redirects and says where they lead", async () => {
    const url = await serve(refuse(307, { location: "http://elsewhere/" }));
    expect(await call(url)).toMatchObject({ failure: { code: "REPLY_STATUS", message: expect.stringContaining("http://elsewhere/") } });
  });
});

describe("a reply that cannot be used", () => {
  test.each([
    ["text/html", { "content-type": "text/html" }],
    ["a charset", { "content-type": "application/octet-stream; charset=utf-8" }],
    ["no type", {}],
  ])("with content type %s is named", async (_name, headers) => {
    expect(await call(await serve(answer(oneMessage, headers)))).toMatchObject(failed("REPLY_CONTENT_TYPE", "entity"));
  });

  test("malformed protobuf is named and shown", async () => {
    const outcome = await call(await serve(answer(Buffer.from("<html>hello</html>"))));
    expect(outcome).toMatchObject(failed("REPLY_MALFORMED", "entity"));
    expect(outcome).toMatchObject({ failure: { raw: "<html>hello</html>" } });
  });

  test("a broken gzip body is named", async () => {
    const url = await serve(answer(gzipSync(oneMessage).subarray(0, 20), { ...octets, "content-encoding": "gzip" }));
    expect(await call(url)).toMatchObject(failed("REPLY_MALFORMED", "entity"));
  });

  test("an encoding that was not requested is named", async () => {
    expect(await call(await serve(answer(oneMessage, { ...octets, "content-encoding": "br" })))).toMatchObject(
      failed("REPLY_MALFORMED", "entity"),
    );
  });

  test("too large is named: announced, streamed without end, or after decompression", async () => {
    const limits = { payloadBytesMax: 10_000 };
    expect(await call(await serve(answer(Buffer.alloc(20_000))), limits)).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
    const endless = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(200, octets);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4096)));
      };
      response.on("drain", more);
      more();
    });
    expect(await call(endless, limits)).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
    const bomb = await serve(answer(gzipSync(Buffer.alloc(5_000_000)), { ...octets, "content-encoding": "gzip" }));
    expect(await call(bomb, limits)).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
  });

  test("a request beyond the limit is refused before it is sent", async () => {
    let calls = 0;
    const url = await serve((incoming, response) => {
      calls++;
      answer(oneMessage)(incoming, response as never);
    });
    const inputs = [{ caller: undefined, value: { typename: "n/v", bytes: new Uint8Array(200_000) } }];
    expect(await call(url, {}, { inputs })).toMatchObject(failed("REQUEST_TOO_LARGE", "entity"));
    expect(calls).toBe(0);
  });
});

describe("an endpoint that does not answer", () => {
  test("by refusing connections is down", async () => {
    const server = net.createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject(failed("ENDPOINT_REFUSED", "down"));
  });

  test("a missing unix socket is down", async () => {
    expect(await call("http+unix:///nowhere/fn.sock/x")).toMatchObject(failed("ENDPOINT_REFUSED", "down"));
  });

  test("a host without address is down", async () => {
    expect(await call("http://no-such-host.invalid/")).toMatchObject(failed("ENDPOINT_DNS", "down"));
  });

  test.each(["ftp://x/", "not a url", "http+unix:///no-socket-here"])("the URL %s is refused by name", async (url) => {
    expect(await call(url)).toMatchObject(failed("ENDPOINT_DNS", "down"));
  });

  test("silence ends as a timeout, and the late reply changes nothing", async () => {
    const waiting: ServerResponse[] = [];
    const url = await serve((incoming, response) => {
      incoming.resume();
      waiting.push(response);
    });
    expect(await call(url, {}, { timeoutMs: 60 })).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    for (const response of waiting) response.writeHead(200, octets).end(oneMessage);
  });

  test("a read that stalls half-way ends as a timeout", async () => {
    const url = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { ...octets, "content-length": oneMessage.length });
      response.write(oneMessage.subarray(0, 10));
    });
    expect(await call(url, { readTimeoutMs: 60 })).toMatchObject({
      ...failed("CALL_TIMEOUT", "suspect"),
      failure: { message: expect.stringContaining("60 ms") },
    });
  });

  test("a call that waits for a connection still ends in time", async () => {
    const url = await serve((incoming) => void incoming.resume());
    const transport = newTransport();
    const endpoint = endpointAt(url, { poolConnectionsMax: 1 });
    const outcomes = await Promise.all([1, 2, 3].map(() => transport.invoke(request(endpoint, { timeoutMs: 60 }))));
    for (const outcome of outcomes) expect(outcome).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
  });

  test("a truncated reply is a disconnect", async () => {
    const url = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { ...octets, "content-length": oneMessage.length });
      response.write(oneMessage.subarray(0, 10), () => response.socket?.end());
    });
    expect(await call(url)).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
  });

  test("a connection cut before the reply is a disconnect", async () => {
    const url = await serve((incoming) => void incoming.on("data", () => incoming.socket.destroy()));
    expect(await call(url)).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
  });

  test("by speaking something other than HTTP is named", async () => {
    const port = await listen(
      net.createServer(
        (socket) =>
          void socket
            .on("error", () => undefined)
            .resume()
            .end("SSH-2.0-OpenSSH\r\n"),
      ),
    );
    expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject(failed("ENDPOINT_ERROR", "suspect"));
  });

  test("aborting ends the call at once", async () => {
    const controller = new AbortController();
    const url = await serve((incoming) => {
      incoming.resume();
      controller.abort();
    });
    const endpoint = endpointAt(url);
    expect(await newTransport().invoke(request(endpoint), controller.signal)).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    expect(await newTransport().invoke(request(endpoint), controller.signal)).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
  });
});

describe("pools follow the bindings", () => {
  test("connections of an endpoint that is gone are closed; those of one that stays are kept", async () => {
    const open = new Set<net.Socket>();
    const closed = Promise.withResolvers<void>();
    const gone = http.createServer(answer(oneMessage)).on("connection", (socket) => void socket.on("close", () => closed.resolve()));
    const stays = http.createServer(answer(oneMessage)).on("connection", (socket) => void open.add(socket));
    const first = endpointAt(`http://127.0.0.1:${await listen(gone)}/`);
    const second = endpointAt(`http://127.0.0.1:${await listen(stays)}/`);
    const transport = newTransport();
    await transport.invoke(request(first));
    await transport.invoke(request(second));
    transport.retain([structuredClone(second)]);
    await closed.promise;
    await transport.invoke(request(structuredClone(second)));
    expect(open.size).toBe(1);
  });
});

describe("an endpoint is probed", () => {
  test("asks with an empty batch and returns the declared states", async () => {
    const batches: unknown[] = [];
    const url = await serve((incoming, response) => {
      incoming
        .on("data", (chunk: Buffer) => {
          const { invocation } = ToFunction.decode(chunk);
          batches.push([invocation?.target?.type, invocation?.invocations?.length ?? 0, invocation?.state?.length ?? 0]);
        })
        .on("end", () => response.writeHead(200, octets).end(incomplete));
    });
    const prober = createEndpointProber(placesOf([]));
    const options = { endpoint: endpointAt(url), typeName: "shop/cart", timeoutMs: 1000 };
    expect(await prober.probe(options)).toMatchObject({ kind: "served", states: [{ name: "seen", typename: "io.statefun.types/int" }] });
    expect(batches).toEqual([["cart", 0, 0]]);
  });

  test("names the cause when it is not served", async () => {
    const url = await serve((_incoming, response) => void response.writeHead(500).end());
    const prober = createEndpointProber(placesOf([]));
    const options = { endpoint: endpointAt(url), typeName: "shop/cart", timeoutMs: 1000 };
    expect(await prober.probe(options)).toMatchObject({ kind: "failed", failure: { code: "ENDPOINT_ERROR" } });
  });
});
