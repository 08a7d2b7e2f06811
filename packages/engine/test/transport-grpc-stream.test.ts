/** gRPC on one stream: many calls at once to our own server, which answers as the test says, with whole messages and torn ones. */
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { FromFunction, FunctionAnswers, FunctionCalls } from "@signalbox/proto";
import { afterEach, describe, expect, test } from "vitest";
import { createTransport } from "../src/adapters/create-transport.ts";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../src/ports/function-transport.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface SeenCall {
  readonly id: number;
  readonly target: string;
  readonly timeoutMs: number;
  readonly cancelled: boolean;
}

/** One stream as the server sees it. */
interface OpenStream {
  readonly stream: ServerHttp2Stream;
  answer(...answers: object[]): void;
  end(status?: string, trailers?: Record<string, string>): void;
}

interface TestServer {
  readonly url: string;
  readonly calls: SeenCall[];
  readonly streams: OpenStream[];
  readonly sessions: Set<ServerHttp2Session>;
  readonly unary: string[];
}

const reply = (egress: string): FromFunction =>
  FromFunction.fromObject({
    invocationResult: { outgoingEgresses: [{ egressNamespace: "n", egressType: egress, argument: { typename: "n/v", hasValue: true } }] },
  });

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const answers = (...list: object[]): Buffer => framed(FunctionAnswers.encode(FunctionAnswers.fromObject({ answers: list })).finish());

async function serve(onCall: (call: SeenCall, open: OpenStream) => void): Promise<TestServer> {
  const server = createServer();
  const seen: Omit<TestServer, "url"> = { calls: [], streams: [], sessions: new Set(), unary: [] };
  server.on("session", (session) => void seen.sessions.add(session));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    if (headers[":path"] !== "/signalbox.v1.Function/Stream") {
      seen.unary.push(String(headers[":path"]));
      return stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true });
    }
    let trailers: Record<string, string> = { "grpc-status": "0" };
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    const open: OpenStream = {
      stream,
      answer: (...list) => void stream.write(answers(...list)),
      end: (status = "0", more = {}) => {
        trailers = { "grpc-status": status, ...more };
        stream.end();
      },
    };
    seen.streams.push(open);
    let rest = Buffer.alloc(0);
    stream.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
        const end = 5 + rest.readUInt32BE(1);
        for (const { id, request, timeoutMs, cancelled } of FunctionCalls.decode(rest.subarray(5, end)).calls ?? []) {
          const target = request?.invocation?.target?.id ?? "";
          const call = { id: Number(id), target, timeoutMs: Number(timeoutMs), cancelled: cancelled === true };
          seen.calls.push(call);
          if (!call.cancelled) onCall(call, open);
        }
        rest = rest.subarray(end);
      }
    });
    stream.on("end", () => open.end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  cleanups.push(
    () =>
      new Promise((closed) => {
        server.close(closed);
        for (const session of seen.sessions) session.destroy();
      }),
  );
  return { url: `grpc://127.0.0.1:${(server.address() as AddressInfo).port}`, ...seen };
}

function newTransport(): FunctionTransport {
  const transport = createTransport();
  cleanups.push(() => transport.close());
  return transport;
}

interface Wanted {
  readonly id?: string;
  readonly timeoutMs?: number;
  readonly payloadBytesMax?: number;
}

function request(urlTemplate: string, { id = "anna", timeoutMs = 20_000, payloadBytesMax = 100_000 }: Wanted = {}): InvocationRequest {
  const transport = {
    callTimeoutMs: 20_000,
    connectTimeoutMs: 5_000,
    readTimeoutMs: 20_000,
    poolTtlMs: 0,
    poolConnectionsMax: 8,
    payloadBytesMax,
    tls: undefined,
  };
  return {
    invocation: 1,
    attempt: 1,
    target: { type: "shop/cart", id },
    endpoint: { id: "shop/*", module: "m", namespace: "shop", name: "*", urlTemplate, batchMessagesMax: 1000, transport },
    state: [],
    inputs: [{ caller: undefined, value: { typename: "n/v", bytes: Buffer.from("x") } }],
    timeoutMs,
  };
}

const failed = (code: string, scope: string): object => ({ kind: "failure", failure: { code, scope } });
const egressOf = (outcome: InvocationOutcome): string | undefined =>
  outcome.kind === "reply" && outcome.reply.kind === "completed" ? outcome.reply.effects.egress[0]?.egress : undefined;

describe("calls on one gRPC stream", () => {
  test("many at once each get their own answer, in whatever order and pieces these arrive", async () => {
    const held: number[] = [];
    const { url, streams, sessions, calls } = await serve(({ id }, open) => {
      held.push(id);
      if (held.length < 200) return;
      // The answers come backwards, several in a message, and every message in pieces of three bytes.
      const list = held.reverse().map((one) => ({ id: one, reply: reply(`e${one}`) }));
      const bytes = Buffer.concat([answers(...list.slice(0, 70)), answers(...list.slice(70))]);
      for (let at = 0; at < bytes.length; at += 3) open.stream.write(bytes.subarray(at, at + 3));
    });
    const transport = newTransport();
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => transport.invoke(request(url, { id: `id-${index}` }))));
    const idOf = new Map(calls.map(({ id, target }) => [target, id]));
    expect(outcomes.map(egressOf)).toEqual(outcomes.map((_, index) => `n/e${idOf.get(`id-${index}`)}`));
    expect([streams.length, sessions.size]).toEqual([1, 1]);
    expect(calls[0]?.timeoutMs).toBe(20_000);
  });

  test.each([
    [{ status: 2, reason: "boom" }, "ENDPOINT_ERROR", "suspect"],
    [{ status: 5, reason: "no such type" }, "REPLY_STATUS", "entity"],
    [{ status: 14, reason: "later" }, "ENDPOINT_OVERLOADED", "suspect"],
    [{ status: 9, reason: "count is 0", outcome: "reject" }, "REJECTED", "entity"],
  ])("a refusal %j fails its call alone", async (refusal, code, scope) => {
    const { url } = await serve(({ id, target }, open) => open.answer({ id, ...(target === "bad" ? { refusal } : { reply: reply("e") }) }));
    const transport = newTransport();
    const [bad, good] = await Promise.all([transport.invoke(request(url, { id: "bad" })), transport.invoke(request(url))]);
    expect(bad).toMatchObject(failed(code, scope));
    expect(bad).toMatchObject({ failure: { raw: refusal.reason } });
    expect(good).toMatchObject({ kind: "reply" });
  });

  test("retry-later gives its time to the millisecond", async () => {
    const { url } = await serve(({ id }, open) => open.answer({ id, refusal: { status: 10, outcome: "retry-later", retryAfterMs: 1234 } }));
    expect(await newTransport().invoke(request(url))).toMatchObject({ failure: { code: "RETRY_LATER", retryAfterMs: 1234 } });
  });

  test("a call that takes too long is cancelled there, and its late answer changes nothing", async () => {
    const { url, calls } = await serve(({ id, target }, open) => {
      if (target === "next") open.answer({ id: id - 1, reply: reply("late") }, { id, reply: reply("next") });
    });
    const transport = newTransport();
    expect(await transport.invoke(request(url, { id: "slow", timeoutMs: 50 }))).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    await expect.poll(() => calls.some(({ cancelled }) => cancelled), { timeout: 20_000 }).toBe(true);
    expect(egressOf(await transport.invoke(request(url, { id: "next" })))).toBe("n/next");
  });

  test("a call that is aborted is cancelled there", async () => {
    const { url, calls } = await serve(() => undefined);
    const abort = new AbortController();
    const outcome = newTransport().invoke(request(url), abort.signal);
    await expect.poll(() => calls.length, { timeout: 20_000 }).toBe(1);
    abort.abort();
    expect(await outcome).toMatchObject({ kind: "failure" });
    await expect.poll(() => calls.map(({ cancelled }) => cancelled), { timeout: 20_000 }).toEqual([false, true]);
  });

  test("an answer beyond the limit fails its call and is skipped; the answers behind it are read", async () => {
    const { url } = await serve(({ id, target }, open) => {
      const large = FromFunction.fromObject({ invocationResult: { stateMutations: [{ stateName: "x".repeat(3_000_000) }] } });
      open.answer({ id, reply: target === "large" ? large : reply("e") });
    });
    const transport = newTransport();
    const [large, small] = await Promise.all([transport.invoke(request(url, { id: "large" })), transport.invoke(request(url))]);
    expect(large).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
    expect(egressOf(small)).toBe("n/e");
  });

  test("an answer that is larger than its message may be, but within a message's slack, is refused too", async () => {
    const body = FromFunction.fromObject({ invocationResult: { stateMutations: [{ stateName: "x".repeat(200_000) }] } });
    const { url } = await serve(({ id }, open) => open.answer({ id, reply: body }));
    expect(await newTransport().invoke(request(url))).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
    expect(await newTransport().invoke(request(url, { payloadBytesMax: 400_000 }))).toMatchObject({ kind: "reply" });
  });

  test.each([
    ["no protobuf", framed(Buffer.from([0xff, 0xff, 0xff]))],
    ["compressed", Buffer.from([1, 0, 0, 0, 1, 0])],
  ])("a message that is %s fails the open calls by name, and the next call goes on a new stream", async (_name, bytes) => {
    const { url, streams } = await serve(({ id, target }, open) => {
      if (target === "bad") open.stream.write(bytes);
      else open.answer({ id, reply: reply("e") });
    });
    const transport = newTransport();
    expect(await transport.invoke(request(url, { id: "bad" }))).toMatchObject(failed("ENDPOINT_ERROR", "suspect"));
    expect(egressOf(await transport.invoke(request(url)))).toBe("n/e");
    expect(streams.length).toBe(2);
  });

  test("an answer without reply or refusal, and one that is not a FromFunction, are malformed", async () => {
    const { url } = await serve(({ id, target }, open) => {
      if (target === "nothing") open.answer({ id });
      else open.stream.write(framed(Buffer.from([0x0a, 0x06, 0x08, id, 0x12, 0x02, 0xff, 0xff])));
    });
    const transport = newTransport();
    expect(await transport.invoke(request(url, { id: "nothing" }))).toMatchObject(failed("REPLY_MALFORMED", "entity"));
    expect(await transport.invoke(request(url, { id: "other" }))).toMatchObject(failed("REPLY_MALFORMED", "entity"));
  });

  test("calls that a stopping server has not answered are sent again by themselves, once", async () => {
    const { url, streams } = await serve(({ id, target }, open) => {
      if (target === "never" || streams.length === 1) open.end();
      else open.answer({ id, reply: reply("second") });
    });
    const transport = newTransport();
    expect(egressOf(await transport.invoke(request(url)))).toBe("n/second");
    expect(await transport.invoke(request(url, { id: "never" }))).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
  });

  test("a status of the whole stream fails the open calls", async () => {
    const { url } = await serve((_call, open) => open.end("14", { "grpc-message": "draining" }));
    expect(await newTransport().invoke(request(url))).toMatchObject({
      ...failed("ENDPOINT_OVERLOADED", "suspect"),
      failure: { raw: "draining" },
    });
  });

  test("a cut connection fails the open calls, and the next call connects anew", async () => {
    const { url, sessions } = await serve(({ id, target }, open) => {
      if (target === "cut") for (const session of sessions) session.destroy();
      else open.answer({ id, reply: reply("e") });
    });
    const transport = newTransport();
    expect(await transport.invoke(request(url, { id: "cut" }))).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
    await expect.poll(async () => egressOf(await transport.invoke(request(url))), { timeout: 20_000 }).toBe("n/e");
  });

  test("when the endpoint is gone the stream ends with its last call, and the connection with it", async () => {
    const { url, streams, sessions } = await serve(() => undefined);
    const transport = newTransport();
    const outcome = transport.invoke(request(url));
    await expect.poll(() => streams.length, { timeout: 20_000 }).toBe(1);
    const closed = Promise.all([...sessions].map((session) => new Promise((done) => session.once("close", done))));
    transport.retain([]);
    streams[0]?.answer({ id: 1, reply: reply("e") });
    expect(egressOf(await outcome)).toBe("n/e");
    await closed;
  });
});
