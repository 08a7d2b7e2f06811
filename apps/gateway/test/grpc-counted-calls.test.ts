/**
 * What gRPC calls hold is counted in the one sum of all requests: messages in pieces, compressed ones, and what a stream has gathered.
 */
import { once } from "node:events";
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { gzipSync } from "node:zlib";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { SendRequest } from "@signalbox/proto";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../../../e2e/stack/until.ts";
import { RequestBytes } from "../src/listener/request-bytes.ts";
import { countedCalls } from "../src/surfaces/grpc/counted-calls.ts";
import { adminService, ingressService } from "../src/surfaces/grpc/service-definitions.ts";
import { call, EngineDouble, frame, publish, row, start } from "./grpc-harness.ts";

const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

async function open(bytesMax: number, engine = new EngineDouble()) {
  const held = new RequestBytes(bytesMax);
  const { port, client } = await start(engine, held);
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  sessions.push(session);
  return { held, session, client };
}

const messageOf = (bytes: Buffer, flag = 0): Buffer => {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};
const send = (value: Buffer): Buffer =>
  Buffer.from(SendRequest.encode({ type: "shop/cart", id: "anna", valueType: "n/v", value, idempotencyKey: "" }).finish());

/** Begins a call; `status` resolves with the trailers with which it ends. */
function begin(session: ClientHttp2Session, bytes: Buffer, more: Record<string, string> = {}) {
  const stream = session.request({
    ":method": "POST",
    ":path": "/signalbox.v1.Ingress/Send",
    te: "trailers",
    "content-type": "application/grpc",
    ...more,
  });
  const status = new Promise<IncomingHttpHeaders>((resolve) => {
    const keep = (headers: IncomingHttpHeaders): void => {
      if (headers["grpc-status"] !== undefined) resolve(headers);
    };
    stream.on("response", keep).on("trailers", keep);
  });
  stream.on("error", () => undefined).resume();
  stream.write(bytes);
  return { stream, status };
}

const nothingIsHeld = (held: RequestBytes): Promise<unknown> =>
  until(async () => held.taken === 0, { what: "all that was taken to be given back", timeoutMs: 20_000 });

test("a message in pieces is counted until its call ends, and not a byte longer", async () => {
  const { held, session } = await open(1_000_000);
  const whole = messageOf(send(Buffer.alloc(100_000)));
  const { stream, status } = begin(session, whole.subarray(0, 60_000));
  await until(async () => held.taken >= 60_000, { what: "its first piece", timeoutMs: 20_000 });
  stream.end(whole.subarray(60_000));
  expect((await status)["grpc-status"]).toBe("0");
  await nothingIsHeld(held);
});

test("calls that never become whole are refused where the sum is reached, and release their bytes", async () => {
  const { held, session } = await open(300_000);
  const piece = messageOf(send(Buffer.alloc(200_000))).subarray(0, 90_000);
  const calls = Array.from({ length: 10 }, () => begin(session, piece));
  const refused = await Promise.race(calls.map(({ status }) => status));
  expect(refused).toMatchObject({ "grpc-status": "8", "signalbox-code": "REQUESTS_TOO_LARGE", "retry-after-ms": "1000" });
  expect(held.taken).toBeLessThanOrEqual(300_000);
  for (const { stream } of calls) stream.close();
  await nothingIsHeld(held);
  const again = begin(session, messageOf(send(Buffer.alloc(10))));
  again.stream.end();
  expect((await again.status)["grpc-status"]).toBe("0");
});

test("a compressed message is read where its unpacked size has room", async () => {
  const bomb = messageOf(gzipSync(send(Buffer.alloc(50_000))), 1);
  const gzip = { "grpc-encoding": "gzip" };
  const roomy = await open(32 * 1024 * 1024);
  const read = begin(roomy.session, bomb, gzip);
  read.stream.end();
  expect((await read.status)["grpc-status"]).toBe("0");
  await nothingIsHeld(roomy.held);
  const tight = await open(1024 * 1024);
  const refused = begin(tight.session, bomb, gzip);
  refused.stream.end();
  expect((await refused.status)["grpc-status"]).toBe("8");
  await nothingIsHeld(tight.held);
});

test("the bytes that a stream has gathered count until they are acknowledged", async () => {
  const { held, client } = await open(1_000_000);
  const publishing = publish(client);
  publishing.stream.write(frame([1, 2, 3], "p"));
  await publishing.acknowledged(3);
  publishing.stream.end();
  expect(await publishing.ended).toBeUndefined();
  await nothingIsHeld(held);
});

test("a stream for which there is no room ends with the reason", async () => {
  const { held, client } = await open(700);
  const publishing = publish(client);
  publishing.stream.write(frame([1, 2, 3, 4, 5], "p"));
  expect(await publishing.ended).toMatchObject({ code: 8 });
  await nothingIsHeld(held);
});

async function hasty(held: RequestBytes) {
  const counted = countedCalls({ held, messageBytesMax: 1_000_000, wholeMsMax: 100 });
  const server = new Server({ interceptors: [counted.interceptor] });
  const unused = (): void => undefined;
  const Send = (_call: unknown, done: (error: null, reply: object) => void): void => done(null, {});
  server.addService(ingressService, { Send, Call: unused, Answer: unused, Answers: unused, Publish: unused });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  sessions.push(session);
  return {
    session,
    [Symbol.dispose]: () => {
      counted.close();
      server.forceShutdown();
    },
  };
}

test.each([
  ["whose message is whole but whose caller never ends its side", messageOf(send(Buffer.alloc(50_000)))],
  ["of which nothing comes", Buffer.alloc(0)],
  ["of which half a message comes", messageOf(send(Buffer.alloc(50_000))).subarray(0, 20_000)],
])("a call %s is given up in time, and holds nothing then", async (_what, bytes) => {
  const held = new RequestBytes(1_000_000);
  using server = await hasty(held);
  const { stream, status } = begin(server.session, bytes);
  const closed = once(stream, "close");
  expect(await status).toMatchObject({ "grpc-status": "4", "signalbox-code": "REQUEST_TOO_SLOW" });
  await nothingIsHeld(held);
  // Though its caller does not end it.
  await closed;
});

test("a call that was sent to its end is not given up while its answer takes long", async () => {
  const held = new RequestBytes(1_000_000);
  using server = await hasty(held);
  const waiting = begin(server.session, messageOf(send(Buffer.alloc(10))), { ":path": ingressService.Call.path });
  waiting.stream.end();
  let ended = false;
  void waiting.status.then(() => (ended = true));
  // Meanwhile three other calls were given up, one after the other.
  for (let round = 0; round < 3; round++) {
    const slow = begin(server.session, Buffer.alloc(0));
    expect((await slow.status)["grpc-status"]).toBe("4");
    slow.stream.close();
  }
  expect(ended).toBe(false);
  waiting.stream.close();
});

test("frames that wait while a stream is held back count, and are released when they are taken", async () => {
  const decoded = vi.spyOn(ingressService.Publish, "requestDeserialize");
  const engine = new EngineDouble();
  engine.durableAtOnce = false;
  const { held, client } = await open(256 * 1024 * 1024, engine);
  const publishing = publish(client);
  const frames = 60;
  const frameBytes = 1024 * 1024;
  for (let index = 1; index <= frames; index++)
    publishing.stream.write({ producer: "p", messages: [{ ...row(index), value: Buffer.alloc(frameBytes) }] });
  await until(async () => engine.messages.length >= 16, { what: "the stream to be held back", timeoutMs: 20_000 });
  for (let seen = -1; seen !== decoded.mock.calls.length; ) {
    seen = decoded.mock.calls.length;
    for (let round = 0; round < 50; round++) await call(client, adminService.Health, {});
  }
  // What is decoded is held by the gateway, whoever has it at that moment.
  expect(held.taken).toBeGreaterThan((decoded.mock.calls.length - 1) * frameBytes);
  expect(decoded.mock.calls.length).toBeLessThan(24);
  engine.durableAtOnce = true;
  engine.sync();
  await publishing.acknowledged(frames);
  publishing.stream.end();
  expect(await publishing.ended).toBeUndefined();
  await nothingIsHeld(held);
  decoded.mockRestore();
});
