/**
 * GrpcClients: what one call to a function over gRPC costs the gateway's side, by our transport over node:http2 and by @grpc/grpc-js, in
 * one run. The same function process answers both; both encode the request and decode the reply with the engine's codecs. It counts the CPU
 * time of this process; rounds take turns, and the median of the rounds is reported.
 * node bench/grpc-clients.ts [--calls 20000] [--rounds 7] [--at-once 64] [--value-bytes 100]
 */
import { Client, credentials, type ClientDuplexStream } from "@grpc/grpc-js";
import { connect } from "node:http2";
import { parseArgs } from "node:util";
import { Functions } from "../e2e/stack/functions.ts";
import { createTransport } from "../packages/engine/src/adapters/create-transport.ts";
import { decodeAnswers, encodeCalls, type CallFrame } from "../packages/engine/src/adapters/grpc/stream-frames.ts";
import { decodeFromFunction } from "../packages/engine/src/adapters/wire/wire-decode.ts";
import { encodeToFunction } from "../packages/engine/src/adapters/wire/wire-encode.ts";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "20000" },
    rounds: { type: "string", default: "7" },
    "at-once": { type: "string", default: "64" },
    "value-bytes": { type: "string", default: "100" },
  },
});
const callsPerRound = Number(values.calls);
const rounds = Number(values.rounds);
const atOnce = Number(values["at-once"]);
const valueBytes = Number(values["value-bytes"]);
const timeoutMs = 30_000;
const payloadBytesMax = 8 * 1024 * 1024;
const prefixBytes = 5;
const streamPath = "/signalbox.v1.Function/Stream";
const same = (bytes: Buffer): Buffer => bytes;

interface CallWay extends AsyncDisposable {
  readonly name: string;
  call(request: InvocationRequest): Promise<void>;
}

await using unaryServer = await Functions.start("bench/placed-process.ts", { env: { WIRE: "grpc-unary" } });
await using streamServer = await Functions.start("bench/placed-process.ts", { env: { WIRE: "grpc" } });
await using ownUnary = ownWay("unary, our transport");
await using libraryUnary = libraryUnaryWay("unary, @grpc/grpc-js", unaryServer.port);
await using ownStream = ownWay("stream, our transport");
await using libraryStream = framedWay("bare stream, @grpc/grpc-js", libraryPipe(streamServer.port));
await using bareStream = framedWay("bare stream, node:http2", barePipe(streamServer.port));
const ways = [
  { way: ownUnary, port: unaryServer.port },
  { way: libraryUnary, port: unaryServer.port },
  { way: ownStream, port: streamServer.port },
  { way: libraryStream, port: streamServer.port },
  { way: bareStream, port: streamServer.port },
];
const spent = new Map<string, number[]>(ways.map(({ way }) => [way.name, []]));
// The first round warms up and does not count.
for (let round = 0; round <= rounds; round++) {
  for (const { way, port } of ways) {
    const microseconds = await cpuOf(() => runRound(way, requestTo(port)));
    if (round > 0) spent.get(way.name)?.push(microseconds / callsPerRound);
  }
}
for (const [name, all] of spent) {
  const sorted = all.toSorted((left, right) => left - right);
  const [least = 0, median = 0, most = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((one) => one ?? 0);
  console.log(
    JSON.stringify({ way: name, cpuMicrosecondsPerCall: round1(median), least: round1(least), most: round1(most), rounds: all.length }),
  );
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function runRound(way: CallWay, request: InvocationRequest): Promise<void> {
  let left = callsPerRound;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await way.call(request);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

function requestTo(port: number): InvocationRequest {
  return {
    invocation: 1,
    attempt: 1,
    target: { type: "bench/counter", id: "anna" },
    endpoint: {
      id: "bench/*",
      module: "bench",
      namespace: "bench",
      name: "*",
      urlTemplate: `grpc://127.0.0.1:${port}`,
      batchMessagesMax: 1000,
      transport: {
        ...{ callTimeoutMs: timeoutMs, connectTimeoutMs: timeoutMs, readTimeoutMs: timeoutMs },
        ...{ poolTtlMs: 0, poolConnectionsMax: 1, payloadBytesMax, tls: undefined },
      },
    },
    state: [{ name: "sum", value: undefined }],
    inputs: [{ caller: undefined, value: { typename: "bench/value", bytes: new Uint8Array(valueBytes) } }],
    timeoutMs,
  };
}

/** Calls as the gateway does: by Stream when the server has it, else by Invoke. */
function ownWay(name: string): CallWay {
  const transport = createTransport();
  return {
    name,
    async call(request) {
      const outcome = await transport.invoke(request);
      if (outcome.kind !== "reply" || outcome.reply.kind !== "completed") throw new Error(`${name}: ${JSON.stringify(outcome)}`);
    },
    [Symbol.asyncDispose]: async () => transport.close(),
  };
}

function checkReply(bytes: Uint8Array): void {
  const decoded = decodeFromFunction(bytes);
  if (decoded.kind !== "ok" || decoded.reply.kind !== "completed") throw new Error(`no effects: ${JSON.stringify(decoded)}`);
}

function libraryClient(port: number): Client {
  const options = { "grpc.max_receive_message_length": payloadBytesMax, "grpc.max_send_message_length": payloadBytesMax };
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
}

function libraryUnaryWay(name: string, port: number): CallWay {
  const client = libraryClient(port);
  return {
    name,
    call: (request) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          "/signalbox.v1.Function/Invoke",
          same,
          same,
          encodeToFunction(request),
          { deadline: Date.now() + request.timeoutMs },
          (error, reply) => {
            if (error !== null || reply === undefined) return reject(error ?? new Error("no reply"));
            checkReply(reply);
            resolve();
          },
        );
      }),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

/**
 * Sends the same frames, with as many calls to a message as our transport puts there; what our transport does around each call (clocks,
 * limits, names) is left out.
 */
function framedWay(name: string, pipe: Pipe): CallWay {
  const waiting = new Map<number, () => void>();
  let pending: CallFrame[] = [];
  let ids = 0;
  pipe.onMessage = (bytes) => {
    for (const { id, result } of decodeAnswers(bytes)) {
      if (result.kind !== "reply") throw new Error(`${name}: ${JSON.stringify(result)}`);
      checkReply(bytes.subarray(result.from, result.to));
      waiting.get(id)?.();
      waiting.delete(id);
    }
  };
  const flush = (): void => {
    const frames = pending;
    pending = [];
    // These few calls fit into one message.
    pipe.write(encodeCalls(frames));
  };
  return {
    name,
    call: (request) =>
      new Promise((resolve) => {
        ids++;
        waiting.set(ids, resolve);
        pending.push({ id: ids, request: encodeToFunction(request), timeoutMs: request.timeoutMs });
        if (pending.length === 1) setImmediate(flush);
      }),
    [Symbol.asyncDispose]: async () => pipe.close(),
  };
}

/** A stream that carries messages: it is written with their prefix and read without. */
interface Pipe {
  onMessage: (bytes: Buffer) => void;
  write(prefixed: Buffer): void;
  close(): void;
}

function libraryPipe(port: number): Pipe {
  const client = libraryClient(port);
  const stream: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(streamPath, same, same);
  const pipe: Pipe = {
    onMessage: () => undefined,
    // The library writes the prefix itself.
    write: (prefixed) => void stream.write(prefixed.subarray(prefixBytes)),
    close() {
      stream.cancel();
      client.close();
    },
  };
  stream.on("error", () => undefined);
  stream.on("data", (bytes: Buffer) => pipe.onMessage(bytes));
  return pipe;
}

function barePipe(port: number): Pipe {
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ":method": "POST", ":path": streamPath, "content-type": "application/grpc", te: "trailers" });
  let held: Buffer = Buffer.alloc(0);
  const pipe: Pipe = {
    onMessage: () => undefined,
    write: (prefixed) => void stream.write(prefixed),
    close: () => session.destroy(),
  };
  stream.on("error", () => undefined);
  stream.on("data", (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length >= prefixBytes) {
      const end = prefixBytes + held.readUInt32BE(1);
      if (held.length < end) return;
      pipe.onMessage(held.subarray(prefixBytes, end));
      held = held.subarray(end);
    }
  });
  return pipe;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
