/** Every host runs the one suite; the parts of HTTP alone are here too: methods, lengths, headers. */
import { rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientDuplexStream, credentials, type ServiceError } from "@grpc/grpc-js";
import { FromFunction, FunctionAnswers, FunctionCalls } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import { embedded, type EmbeddedFunctions } from "../src/hosts/embedded.ts";
import { handler } from "../src/hosts/fetch.ts";
import { listenGrpc } from "../src/hosts/grpc.ts";
import { reasonInHeader } from "../src/hosts/grpc-status.ts";
import { serve, type Serving } from "../src/hosts/node.ts";
import { entity, types, type Outcome } from "../src/index.ts";
import { hostSuite, type HostUnderTest } from "./host-suite.ts";
import { cart, stock } from "./shop.ts";
import { jsonBytes, requestBytes } from "./wire.ts";

interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface HttpHost extends HostUnderTest {
  call(method: string, body: Uint8Array, headers?: Readonly<Record<string, string>>): Promise<HttpResponse>;
}

function outcomeOfHttp({ status, headers, body }: HttpResponse): Outcome {
  if (status === 200) return { kind: "reply", bytes: body };
  const reason = new TextDecoder().decode(body).trimEnd();
  if (headers["signalbox-outcome"] === "reject") return { kind: "rejected", reason };
  if (headers["signalbox-outcome"] === "retry-later")
    return { kind: "retry-later", reason, afterMs: Number(headers["retry-after"]) * 1000 };
  const kinds: Readonly<Record<number, "malformed" | "unknown-type">> = { 400: "malformed", 404: "unknown-type" };
  return { kind: kinds[status] ?? "threw", reason };
}

function httpHost(host: Omit<HttpHost, "ask">): HttpHost {
  return { ...host, ask: async (bytes) => outcomeOfHttp(await host.call("POST", bytes)) };
}

function fetchHost(): HttpHost {
  let handle: ReturnType<typeof handler>;
  return httpHost({
    name: "fetch",
    async open(entities, options) {
      handle = handler(entities, options);
    },
    close: () => Promise.resolve(),
    async call(method, body, headers = {}) {
      const init = method === "POST" ? { method, headers, body: Uint8Array.from(body) } : { method };
      const response = await handle(new Request("http://functions.test/", init));
      return { status: response.status, headers: Object.fromEntries(response.headers), body: new Uint8Array(await response.arrayBuffer()) };
    },
  });
}

function nodeHost(name: string, socketPath: string | undefined): HttpHost {
  let serving: Serving;
  return httpHost({
    name,
    async open(entities, options) {
      serving = await serve(entities, { ...options, ...(socketPath === undefined ? {} : { socketPath }) });
    },
    async close() {
      await serving.close();
      if (socketPath !== undefined) rmSync(socketPath, { force: true });
    },
    call: (method, body, headers = {}) =>
      new Promise((done, failed) => {
        const to = socketPath === undefined ? { port: new URL(serving.url).port } : { socketPath };
        const sent = request({ ...to, method, headers, agent: false }, (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () =>
            done({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body: Buffer.concat(parts) }),
          );
        });
        sent.on("error", failed);
        sent.end(body);
      }),
  });
}

function outcomeOfGrpc({ code, details, metadata }: ServiceError): Outcome {
  const [said] = metadata.get("signalbox-outcome");
  if (said === "reject") return { kind: "rejected", reason: details };
  if (said === "retry-later") return { kind: "retry-later", reason: details, afterMs: Number(metadata.get("retry-after")[0]) * 1000 };
  const kinds: Readonly<Record<number, "malformed" | "unknown-type">> = { 3: "malformed", 5: "unknown-type" };
  return { kind: kinds[code] ?? "threw", reason: details };
}

function grpcHost(): HostUnderTest {
  let serving: Serving;
  let client: Client;
  return {
    name: "gRPC",
    async open(entities, options) {
      serving = await listenGrpc(entities, options);
      client = new Client(new URL(serving.url).host, credentials.createInsecure());
    },
    async close() {
      client.close();
      await serving.close();
    },
    ask: (bytes) =>
      new Promise((done) => {
        const path = "/signalbox.v1.Function/Invoke";
        client.makeUnaryRequest(path, same, same, Buffer.from(bytes), (error, reply) =>
          done(error === null ? { kind: "reply", bytes: reply ?? new Uint8Array() } : outcomeOfGrpc(error)),
        );
      }),
  };
}

const same = (message: Buffer): Buffer => message;

/** Sends all calls on one stream, several in a message. */
function grpcStreamHost(): HostUnderTest {
  let serving: Serving;
  let client: Client;
  let stream: ClientDuplexStream<Buffer, Buffer>;
  let ids = 0;
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let unsent: { id: number; request: Uint8Array }[] = [];
  const flush = (): void => {
    // The request's bytes are a field unchanged, because bytes that are not a request must come through.
    stream.write(Buffer.concat(unsent.map(({ id, request }) => field(1, Buffer.concat([Buffer.from([0x08, id]), field(2, request)])))));
    unsent = [];
  };
  return {
    name: "gRPC, on one stream",
    async open(entities, options) {
      serving = await listenGrpc(entities, options);
      client = new Client(new URL(serving.url).host, credentials.createInsecure());
      stream = client.makeBidiStreamRequest("/signalbox.v1.Function/Stream", same, same);
      stream.on("data", (message: Buffer) => {
        for (const { id, reply, refusal } of FunctionAnswers.decode(message).answers ?? []) {
          const outcome = outcomeOfAnswer(reply === null || reply === undefined ? undefined : FromFunction.encode(reply).finish(), refusal);
          waiting.get(Number(id))?.(outcome);
        }
      });
      stream.on("error", () => undefined);
    },
    async close() {
      await serving.close();
      client.close();
    },
    ask: (request) =>
      new Promise((done) => {
        const id = ++ids;
        waiting.set(id, done);
        if (unsent.length === 0) setImmediate(flush);
        unsent.push({ id, request });
      }),
  };
}

function field(number: number, bytes: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length, rest]), bytes]);
}

interface Refusal {
  readonly status?: number | null;
  readonly reason?: string | null;
  readonly outcome?: string | null;
  readonly retryAfterMs?: unknown;
}

function outcomeOfAnswer(reply: Uint8Array | undefined, refusal: Refusal | null | undefined): Outcome {
  if (reply !== undefined) return { kind: "reply", bytes: reply };
  const reason = refusal?.reason ?? "";
  if (refusal?.outcome === "reject") return { kind: "rejected", reason };
  if (refusal?.outcome === "retry-later") return { kind: "retry-later", reason, afterMs: Number(refusal.retryAfterMs) };
  const kinds: Readonly<Record<number, "malformed" | "unknown-type">> = { 3: "malformed", 5: "unknown-type" };
  return { kind: kinds[refusal?.status ?? 0] ?? "threw", reason };
}

function embeddedHost(): HostUnderTest {
  let functions: EmbeddedFunctions;
  return {
    name: "no wire at all (embedded)",
    async open(entities, options) {
      functions = embedded(entities, options);
    },
    close: () => Promise.resolve(),
    ask: (bytes) => functions.dispatch(bytes),
  };
}

const framesType = "application/vnd.signalbox.frames";

function frameOf(requests: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Buffer.from([7]), ...requests.flatMap((bytes) => [varint(bytes.length), bytes])]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

interface Part extends HttpResponse {
  readonly index: number;
}

/** The outcomes are in the order in which they came. */
function partsOf(body: Uint8Array): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = body[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < body.length) {
    const [index, status, linesBytes, bodyBytes] = [number(), number(), number(), number()];
    const lines = Buffer.from(body.subarray(at, at + linesBytes)).toString("latin1");
    at += linesBytes;
    const headers = Object.fromEntries(
      lines
        .split("\r\n")
        .filter((line) => line !== "")
        .map((line) => line.split(": ")),
    ) as Record<string, string>;
    parts.push({ index, status, headers, body: body.subarray(at, (at += bodyBytes)) });
  }
  return parts;
}

/** Collects the requests of one turn, up to eight in a frame. */
function inFrames(host: HttpHost): HostUnderTest {
  let turn: { request: Uint8Array; done: (outcome: Outcome) => void; failed: (error: unknown) => void }[] = [];
  const send = async (asked: typeof turn): Promise<void> => {
    const { status, headers, body } = await host.call("POST", frameOf(asked.map(({ request }) => request)), { "content-type": framesType });
    if (status !== 200 || headers["content-type"] !== framesType) throw new Error(`${status} ${headers["content-type"]}`);
    const parts = partsOf(body);
    expect(parts.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(asked.map((_, index) => index));
    for (const part of parts) asked[part.index]?.done(outcomeOfHttp(part));
  };
  return {
    name: `${host.name}, in frames`,
    open: (entities, options) => host.open(entities, options),
    close: () => host.close(),
    ask: (asked) =>
      new Promise((done, failed) => {
        if (turn.length === 0)
          setImmediate(() => {
            const all = turn;
            turn = [];
            for (let at = 0; at < all.length; at += 8) {
              const some = all.slice(at, at + 8);
              send(some).catch((error: unknown) => some.forEach((one) => one.failed(error)));
            }
          });
        turn.push({ request: asked, done, failed });
      }),
  };
}

const httpHosts = [
  fetchHost(),
  nodeHost("node:http", undefined),
  nodeHost("a Unix socket", join(tmpdir(), `functions-${process.pid}.sock`)),
];

test.each(["漢".repeat(20_000), "😀x".repeat(20_000), "x".repeat(20_000), "\ud800"])(
  "a reason in a header of gRPC fits into the headers of every client",
  (reason) => {
    expect(encodeURI(reasonInHeader(reason)).length).toBeLessThanOrEqual(4_096);
  },
);

for (const host of [...httpHosts, ...httpHosts.map(inFrames), grpcHost(), grpcStreamHost(), embeddedHost()]) hostSuite(host);

describe.each(httpHosts.map((host) => [host.name, host] as const))("in HTTP, %s", (_name, host) => {
  test("names the length and type of a reply, and takes POST alone", async () => {
    await host.open([cart, stock], { log: () => {} });
    const states = { items: null, total: null, session: null, note: null };
    const messages = [{ type: "shop/AddItem", value: jsonBytes({ sku: "a", count: 1 }) }];
    const { status, headers, body } = await host.call("POST", requestBytes({ target: ["shop", "cart", "ada"], states, messages }));
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-type": "application/octet-stream", "content-length": String(body.length) });
    expect((await host.call("GET", new Uint8Array())).status).toBe(405);
    await host.close();
  });

  test("offers frames on a reply, and refuses bytes that are not a frame without running anything", async () => {
    let handled = 0;
    const counting = entity("shop/count", { messages: { text: types.string }, on: { text: () => void handled++ } });
    await host.open([counting], { log: () => {} });
    const good = requestBytes({
      target: ["shop", "count", "a"],
      messages: [{ type: types.string.typename, value: types.string.encode("x") }],
    });
    expect((await host.call("POST", good)).headers["x-signalbox-frames"]).toBe("8");
    expect(handled).toBe(1);
    const whole = frameOf([good, good]);
    const nine = frameOf(Array.from({ length: 9 }, () => good));
    const wrong = [
      new Uint8Array(),
      Buffer.from([7]),
      whole.subarray(1),
      whole.subarray(0, whole.length - 1),
      nine,
      Buffer.from([7, 0x80]),
    ];
    for (const body of wrong) expect((await host.call("POST", body, { "content-type": framesType })).status).toBe(400);
    // A frame that has lost its type on the way is not a request either.
    expect((await host.call("POST", whole)).status).toBe(400);
    expect(handled).toBe(1);
    expect(partsOf((await host.call("POST", whole, { "content-type": framesType })).body).map(({ status }) => status)).toEqual([200, 200]);
    expect(handled).toBe(3);
    await host.close();
  });
});

test("the fetch host stops reading a body that does not say how long it is and is too long", async () => {
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      given++;
      controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const answer = await handler([cart], { log: () => {} })(new Request("http://functions.test/", init));
  expect(answer.status).toBe(413);
  expect(given).toBeLessThan(80);
});

test("an address that is taken fails the start of the gRPC host", async () => {
  await using first = await listenGrpc([cart]);
  await expect(listenGrpc([cart], { port: Number(new URL(first.url).port) })).rejects.toThrow(/EADDRINUSE|address/i);
});

test("a stream that is no FunctionCalls ends with a status, and the next one is served", async () => {
  await using serving = await listenGrpc([cart], { log: () => {} });
  const client = new Client(new URL(serving.url).host, credentials.createInsecure());
  const open = (): ClientDuplexStream<Buffer, Buffer> => client.makeBidiStreamRequest("/signalbox.v1.Function/Stream", same, same);
  const broken = open();
  const status = new Promise<number>((done) => broken.on("error", (error: ServiceError) => done(error.code)));
  broken.write(Buffer.from([0xff, 0xff]));
  expect(await status).toBe(3);
  const next = open();
  const answered = new Promise<Buffer>((done) => next.on("data", done));
  next.write(Buffer.from(FunctionCalls.encode({ calls: [{ id: 7, request: {} }] as never }).finish()));
  expect(FunctionAnswers.decode(await answered).answers?.map(({ id }) => Number(id))).toEqual([7]);
  next.end();
  client.close();
});

test("a gRPC host that closes ends its streams, so that their callers go elsewhere", async () => {
  const serving = await listenGrpc([cart], { log: () => {} });
  const client = new Client(new URL(serving.url).host, credentials.createInsecure());
  const stream: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest("/signalbox.v1.Function/Stream", same, same);
  const answered = new Promise((done) => stream.once("data", done));
  stream.write(Buffer.from(FunctionCalls.encode({ calls: [{ id: 1, request: {} }] as never }).finish()));
  await answered;
  const ended = new Promise<number>((done) => stream.on("status", ({ code }: { code: number }) => done(code)));
  stream.resume();
  await serving.close();
  expect(await ended).toBe(0);
  client.close();
});
