/** The gRPC transport against HTTP/2 servers of our own: calls, refusals and every fault on the way. */
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { FromFunction, ToFunction } from "@signalbox/proto";
import { afterEach, describe, expect, test } from "vitest";
import { createTransport } from "../src/adapters/create-transport.ts";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../src/ports/function-transport.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const egress = FromFunction.encode({
  invocationResult: { outgoingEgresses: [{ egressNamespace: "n", egressType: "e", argument: { typename: "n/v", hasValue: true } }] },
}).finish();

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

async function serve(
  onCall: (stream: ServerHttp2Stream, body: Buffer, path: string | undefined) => void,
): Promise<{ url: string; server: Http2Server; sessions: Set<ServerHttp2Session> }> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer().on("session", (session) => void sessions.add(session));
  server.on("stream", (stream, headers) => {
    // Every server answers this for a method that it does not have.
    if (headers[":path"] !== "/signalbox.v1.Function/Invoke") {
      stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true });
      return;
    }
    const chunks: Buffer[] = [];
    stream
      .on("error", () => undefined)
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .on("end", () => onCall(stream, Buffer.concat(chunks), headers[":path"]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const session of sessions) session.destroy();
      }),
  );
  return { url: `grpc://127.0.0.1:${(server.address() as AddressInfo).port}`, server, sessions };
}

function answer(stream: ServerHttp2Stream, body: Buffer, trailers: Record<string, string> = { "grpc-status": "0" }): void {
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.end(body);
}

function newTransport(): FunctionTransport {
  const transport = createTransport();
  cleanups.push(() => transport.close());
  return transport;
}

function request(urlTemplate: string, timeoutMs = 5000): InvocationRequest {
  const endpoint: EndpointSpec = {
    id: "shop/*",
    module: "m",
    namespace: "shop",
    name: "*",
    urlTemplate,
    batchMessagesMax: 1000,
    transport: {
      callTimeoutMs: 5000,
      connectTimeoutMs: 1000,
      readTimeoutMs: 5000,
      poolTtlMs: 15_000,
      poolConnectionsMax: 8,
      payloadBytesMax: 10_000,
      tls: undefined,
    },
  };
  return {
    invocation: 1,
    attempt: 1,
    target: { type: "shop/cart", id: "anna" },
    endpoint,
    state: [],
    inputs: [{ caller: undefined, value: { typename: "n/v", bytes: Buffer.from("x") } }],
    timeoutMs,
  };
}

const call = (url: string, timeoutMs?: number): Promise<InvocationOutcome> => newTransport().invoke(request(url, timeoutMs));
const failed = (code: string, scope: string): object => ({ kind: "failure", failure: { code, scope } });

describe("a function over gRPC", () => {
  test("gets the batch as ToFunction and answers with effects, many at once over one session", async () => {
    const seen: { path: string | undefined; id: string }[] = [];
    const { url, sessions } = await serve((stream, body, path) => {
      seen.push({ path, id: ToFunction.decode(body.subarray(5)).invocation?.target?.id ?? "" });
      answer(stream, framed(egress));
    });
    const transport = newTransport();
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => transport.invoke(request(url))));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "reply", reply: { effects: { egress: [{ egress: "n/e" }] } } });
    expect(seen[0]).toEqual({ path: "/signalbox.v1.Function/Invoke", id: "anna" });
    expect(sessions.size).toBe(1);
  });

  test.each([
    ["14", "ENDPOINT_OVERLOADED", "suspect"],
    ["13", "ENDPOINT_ERROR", "suspect"],
    ["2", "ENDPOINT_ERROR", "suspect"],
    ["4", "CALL_TIMEOUT", "suspect"],
    ["12", "REPLY_STATUS", "entity"],
    ["3", "REPLY_STATUS", "entity"],
  ])("status %s is %s (%s)", async (status, code, scope) => {
    const { url } = await serve((stream) => answer(stream, Buffer.alloc(0), { "grpc-status": status, "grpc-message": "na%C3%AFve" }));
    expect(await call(url)).toMatchObject({
      ...failed(code, scope),
      failure: { message: expect.not.stringContaining("naïve"), raw: expect.stringContaining("naïve") },
    });
  });

  test("the function's message comes before the status", async () => {
    const { url } = await serve((stream) =>
      answer(stream, Buffer.alloc(0), { "grpc-status": "9", "grpc-message": "count is 0", "signalbox-outcome": "reject" }),
    );
    expect(await call(url)).toMatchObject({ ...failed("REJECTED", "entity"), failure: { raw: "count is 0" } });
    const later = await serve((stream) =>
      answer(stream, Buffer.alloc(0), { "grpc-status": "10", "signalbox-outcome": "retry-later", "retry-after": "2" }),
    );
    expect(await call(later.url)).toMatchObject({ ...failed("RETRY_LATER", "entity"), failure: { retryAfterMs: 2_000 } });
  });

  test("a status in the head alone, as servers send refusals, is read", async () => {
    const { url } = await serve((stream) =>
      stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true }),
    );
    expect(await call(url)).toMatchObject(failed("REPLY_STATUS", "entity"));
  });

  test("a reply that is not a FromFunction, or not exactly one message, is malformed", async () => {
    const { url } = await serve((stream) => answer(stream, framed(Buffer.from("<html>"))));
    expect(await call(url)).toMatchObject(failed("REPLY_MALFORMED", "entity"));
    const cut = await serve((stream) => answer(stream, framed(egress).subarray(0, 8)));
    expect(await call(cut.url)).toMatchObject(failed("REPLY_MALFORMED", "entity"));
  });

  test("a reply beyond the limit is refused", async () => {
    const { url } = await serve((stream) => answer(stream, framed(Buffer.alloc(50_000))));
    expect(await call(url)).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
  });

  test("a refused connection, silence and a cut connection are named", async () => {
    const { url, server } = await serve(() => undefined);
    expect(await call(url, 60)).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    const cutting = await serve((stream) => stream.session?.destroy());
    expect(await call(cutting.url)).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
    await new Promise((resolve) => server.close(resolve));
    expect(await call(url)).toMatchObject(failed("ENDPOINT_REFUSED", "down"));
  });

  test("after the server was away, the next call connects anew", async () => {
    const { url, sessions } = await serve((stream) => answer(stream, framed(egress)));
    const transport = newTransport();
    expect(await transport.invoke(request(url))).toMatchObject({ kind: "reply" });
    for (const session of sessions) session.destroy();
    await expect.poll(async () => (await transport.invoke(request(url))).kind).toBe("reply");
    expect(sessions.size).toBeGreaterThan(1);
  });

  test("a URL without port is refused by name", async () => {
    expect(await call("grpc://somewhere")).toMatchObject({
      kind: "failure",
      failure: { message: expect.stringContaining("grpc://<host>:<port>") },
    });
  });
});
