/**
 * Target from-function: what a function may answer. Each case goes through the HTTP transport's own reading (headers, chunks, compression,
 * FromFunction) and what comes out through the whole engine on a memory store; every row that the engine then writes must read back as
 * itself, and a savepoint of it must be one that a restore takes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { EngineEvent, InvocationOutcome } from "@signalbox/runtime";
import { defaultLimits } from "@signalbox/engine";
import { createMemoryStore } from "../../../packages/engine/src/adapters/store-memory.ts";
import { systemClock } from "../../../packages/engine/src/adapters/system-clock.ts";
import { HttpProtocolError, HttpResponseParser } from "../../../packages/engine/src/adapters/http/http-response-parser.ts";
import { ReplyMemory } from "../../../packages/engine/src/adapters/http/reply-memory.ts";
import { isOneField } from "../../../packages/engine/src/adapters/http/reply-weight.ts";
import { HttpCall } from "../../../packages/engine/src/adapters/http/transport-http-call.ts";
import { decodeFromFunction } from "../../../packages/engine/src/adapters/wire/wire-decode.ts";
import type { Store } from "../../../packages/engine/src/ports/store.ts";
import type { StoreHome } from "../../../packages/engine/src/ports/store-home.ts";
import { EmbeddedEngine } from "../../../packages/engine/src/runtime/embedded-engine.ts";
import { savepointFiles } from "../../../packages/engine/src/savepoint-files.ts";
import { edited, edits, message, type Shape } from "../bytes.ts";
import { must, mustBeCoded, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";
import { mustReadBack } from "../stored-row.ts";

export interface ReplyCase {
  readonly status: number;
  readonly contentType: string;
  readonly encoding: string;
  readonly announcedBytes: string;
  readonly framing: "length" | "chunked" | "close" | "interim";
  /** The number of reads in which the response arrives. */
  readonly chunks: number;
  /** Changes of the bytes on the connection. */
  readonly headEdits: Parameters<typeof edited>[1];
  readonly body: Uint8Array;
  /** Whether the states `seen` and `total` are registered before this reply. */
  readonly registered: boolean;
  /** What the function answers to the next request, when this reply leads to one. */
  readonly next: Uint8Array;
}

const payloadBytesMax = 64 * 1024;
const casesPerEngine = 400;
const engineMsMax = 4000;

const text = (...words: string[]): Shape => ({ kind: "text", words });
const oneOf = (...usual: bigint[]): Shape => ({ kind: "number", usual });
/** Delays and expirations: soon, far, and extreme values of 64 bits. */
const millis = oneOf(0n, 0n, 60_000n, 2n ** 52n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 5n);
const nested = (fields: Readonly<Record<number, Shape>>): Shape => ({ kind: "message", fields });
const typedValue = nested({ 1: text("n/v", "n/v", "n/v", "n/v", "io.statefun.types/int"), 2: oneOf(0n, 1n), 3: { kind: "bytes" } });
const address = nested({
  1: text("fuzz", "fuzz", "fuzz", "fuzz", "else"),
  2: text("other", "other", "other", "a/b"),
  3: text("one", "two", ""),
});
const names = text("seen", "total");
const result = nested({
  1: nested({ 1: oneOf(0n, 1n), 2: names, 3: typedValue }),
  2: nested({ 1: address, 2: typedValue }),
  3: nested({ 1: millis, 2: address, 3: typedValue, 10: oneOf(0n, 0n, 0n, 1n), 11: text("token", "token", "") }),
  4: nested({ 1: text("fuzz"), 2: text("out", "out", "out", "nothing"), 3: typedValue }),
});
const incomplete = nested({
  1: nested({ 1: names, 2: nested({ 1: oneOf(0n, 1n, 2n), 2: millis }), 3: text("n/v", "n/v", "n/v", "n/v", "io.statefun.types/int") }),
});
const reply = fc.oneof(message({ 100: result }), message({ 101: incomplete }), message({ 100: result, 101: incomplete }));
const body = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(reply, fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, edits))
      .map(([bytes, changes]) => edited(bytes, changes)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.nat({ max: 2 }).map((size) => new Uint8Array(payloadBytesMax - 1 + size)) },
);

const cases: fc.Arbitrary<ReplyCase> = fc.record({
  status: fc.oneof({ weight: 12, arbitrary: fc.constant(200) }, fc.integer({ min: 100, max: 599 })),
  contentType: fc.oneof(
    { weight: 12, arbitrary: fc.constant("application/octet-stream") },
    fc.constantFrom("", "text/html", "Application/Octet-Stream "),
  ),
  encoding: fc.oneof(
    { weight: 30, arbitrary: fc.constant("") },
    fc.constantFrom("gzip", "deflate", "br", "gzip-broken", "deflate-broken", "identity"),
  ),
  announcedBytes: fc.oneof({ weight: 12, arbitrary: fc.constant("") }, fc.constantFrom("-1", "1e9", "many", "99999999999999999999")),
  framing: fc.constantFrom("length" as const, "length" as const, "chunked" as const, "close" as const, "interim" as const),
  chunks: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })),
  headEdits: fc.oneof({ weight: 12, arbitrary: fc.constant([]) }, edits),
  body,
  registered: fc.boolean(),
  next: message({ 100: result }),
});

export const fromFunction: FuzzTarget<ReplyCase> = {
  name: "from-function",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases,
  open: async () => new Replies(),
};

class Replies implements FuzzSession<ReplyCase> {
  readonly #folder = mkdtempSync(join(tmpdir(), "signalbox-fuzz-"));
  #host: Host | undefined;

  async run(fuzzCase: ReplyCase): Promise<string> {
    const outcome = await receive(fuzzCase);
    if (outcome.kind === "failure") {
      const code = mustBeCoded(outcome.failure, "the transport");
      // A failure of the endpoint would only open the breaker.
      if (outcome.failure.scope !== "entity") return code;
    }
    if (this.#host === undefined || this.#host.cases >= casesPerEngine) await this.#replaceHost();
    return (this.#host ?? (await this.#replaceHost())).take(outcome, fuzzCase);
  }

  async finish(): Promise<void> {
    await this.#host?.finish(this.#folder);
    this.#host = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.engine.stop({ drainTimeoutMs: 0 });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #replaceHost(): Promise<Host> {
    await this.finish();
    this.#host = await Host.open();
    return this.#host;
  }
}

/** The connection's buffer. The next read overwrites it, so nothing of it may be kept. */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);
const callOptions = {
  url: "http://fuzz.test/",
  payloadBytesMax,
  connectTimeoutMs: 1000,
  readTimeoutMs: 1000,
  nowMs: () => 0,
  memory: new ReplyMemory(16 * 1024 * 1024),
};

/** Receives the reply as a connection delivers it, read by read. */
async function receive(fuzzCase: ReplyCase): Promise<InvocationOutcome> {
  const call = new HttpCall(callOptions, { timeoutMs: engineMsMax, owner: undefined, lane: undefined });
  const bytes = edited(responseBytes(fuzzCase), fuzzCase.headEdits);
  const parser = new HttpResponseParser();
  const size = Math.max(1, Math.ceil(bytes.length / fuzzCase.chunks));
  let ended = false;
  try {
    for (let at = 0; at < bytes.length && !ended && !call.isOver; at += size) {
      const part = bytes.subarray(at, at + size);
      readBuffer.set(part);
      ended = parser.push(readBuffer, part.length, call) !== undefined;
      readBuffer.fill(0xee, 0, part.length);
    }
    if (ended) call.onEnd();
    else if (parser.endsWithConnection) call.onClosed();
    else call.onError(new HttpProtocolError("CLOSED", "the other side closed"));
  } catch (error) {
    must(error instanceof HttpProtocolError, () => `the parser threw ${String(error)}`);
    call.onError(error);
  }
  const outcome = await call.outcome;
  mustEqualDirectReading(fuzzCase, outcome);
  return outcome;
}

/** Checks that a response with a valid frame gives what its body alone gives, however it was cut, sized and packed. */
function mustEqualDirectReading(
  { status, headEdits, framing, encoding, announcedBytes, contentType, body: bytes }: ReplyCase,
  outcome: InvocationOutcome,
): void {
  const plain = status === 200 && headEdits.length === 0 && announcedBytes === "" && /^(gzip|deflate|identity)?$/.test(encoding);
  if (!plain || !contentType.startsWith("application/octet-stream") || bytes.length > payloadBytesMax) return;
  if (framing === "close" && !isOneField(bytes)) {
    must(outcome.kind === "failure", () => `a body without end reads as ${JSON.stringify(outcome).slice(0, 300)}`);
    return;
  }
  const direct = decodeFromFunction(Buffer.from(bytes));
  const same =
    direct.kind === "ok"
      ? outcome.kind === "reply" && isDeepStrictEqual(outcome.reply, direct.reply)
      : outcome.kind === "failure" && outcome.failure.code === direct.code;
  must(same, () => `over HTTP it reads as ${JSON.stringify(outcome).slice(0, 300)}, directly as ${JSON.stringify(direct).slice(0, 300)}`);
}

function responseBytes({ status, contentType, encoding, announcedBytes, framing, body: bytes }: ReplyCase): Uint8Array {
  const packed = compressed(Buffer.from(bytes), encoding);
  const lines = [`HTTP/1.1 ${status} Said`, "date: now"];
  if (contentType !== "") lines.push(`content-type: ${contentType}`);
  if (encoding !== "") lines.push(`content-encoding: ${encoding.replace("-broken", "")}`);
  if (announcedBytes !== "") lines.push(`content-length: ${announcedBytes}`);
  else if (framing === "length" || framing === "interim") lines.push(`Content-Length: ${packed.length}`);
  if (framing === "chunked") lines.push("transfer-encoding: chunked");
  const interim = framing === "interim" ? "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n" : "";
  const head = Buffer.from(`${interim}${lines.join("\r\n")}\r\n\r\n`);
  return framing === "chunked"
    ? Buffer.concat([head, inChunks(packed), Buffer.from("0\r\ntrailer: x\r\n\r\n")])
    : Buffer.concat([head, packed]);
}

function inChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 700) {
    const part = bytes.subarray(at, at + 700);
    parts.push(Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}

function compressed(bytes: Buffer, encoding: string): Buffer {
  if (encoding === "gzip") return gzipSync(bytes);
  if (encoding === "deflate") return deflateSync(bytes);
  return bytes;
}

/** One engine for some hundred cases, each of which is an entity of a type of its own. */
class Host {
  readonly engine: EmbeddedEngine;
  cases = 0;
  readonly #world: HostWorld;

  private constructor(engine: EmbeddedEngine, world: HostWorld) {
    this.engine = engine;
    this.#world = world;
  }

  static async open(): Promise<Host> {
    const world = new HostWorld();
    const engine = await EmbeddedEngine.open(world.ports(), { ...defaultLimits, attemptsMax: 1 });
    await engine.applyBindings(hostBindings);
    return new Host(engine, world);
  }

  async take(outcome: InvocationOutcome, { registered, next }: ReplyCase): Promise<string> {
    const world = this.#world;
    const target = { type: `fuzz/t${this.cases++}`, id: "self" };
    const following = decodeFromFunction(next);
    world.begin(target.type, [
      ...(registered ? [registering] : []),
      outcome,
      following.kind === "ok" ? { kind: "reply", reply: following.reply } : nothing,
    ]);
    await this.engine.accept({ target, value: { typename: "n/v", bytes: new Uint8Array(1) } });
    await this.engine.settled();
    const { health } = this.engine.status();
    must(health.kind === "running", () => `the engine is ${JSON.stringify(health)}`);
    for (const [key, value] of world.written.splice(0)) mustReadBack(key, value);
    const view = await this.engine.entity(target);
    if (view?.failure !== undefined) return mustBeCoded(view.failure, "the entity");
    must(world.ended.get(target.type) === "completed", () => `the invocation ended as ${String(world.ended.get(target.type))}`);
    return outcome.kind === "reply" ? `ok ${outcome.reply.kind}` : outcome.failure.code;
  }

  /** Checks that a savepoint of everything is complete, and that an engine that restores it has the same. */
  async finish(folder: string): Promise<void> {
    const path = join(folder, "all.savepoint");
    const { engine } = this;
    const taken = await engine.takeSavepoint(path);
    await engine.restoreSavepoint(path);
    const again = await engine.takeSavepoint(path);
    must(
      taken.entities === again.entities && taken.messages === again.messages && taken.delayedMessages === again.delayedMessages,
      () => `a restored savepoint has other counts: ${JSON.stringify(taken)} became ${JSON.stringify(again)}`,
    );
    await engine.stop({ drainTimeoutMs: 0 });
  }
}

const transport = {
  callTimeoutMs: engineMsMax,
  connectTimeoutMs: 1000,
  readTimeoutMs: 1000,
  poolTtlMs: 1000,
  poolConnectionsMax: 1,
  payloadBytesMax,
  tls: undefined,
};
const hostBindings = {
  endpoints: [
    { id: "fuzz/*", module: "fuzz", namespace: "fuzz", name: "*", urlTemplate: "http://fuzz.test/", batchMessagesMax: 1000, transport },
  ],
  egresses: [{ id: "fuzz/out", module: "fuzz" }],
};
const nothing: InvocationOutcome = {
  kind: "reply",
  reply: { kind: "completed", effects: { messages: [], delayed: [], egress: [], mutations: [] } },
};

const stateSpec = (name: string) => ({ name, typename: "n/v", expiration: { mode: "after-write" as const, afterMs: 60_000 } });
const registering: InvocationOutcome = { kind: "reply", reply: { kind: "incomplete", missing: [stateSpec("seen"), stateSpec("total")] } };

class HostWorld {
  readonly written: [key: string, value: Uint8Array][] = [];
  readonly ended = new Map<string, string>();
  #type = "";
  #answers: InvocationOutcome[] = [];
  #stores: Store[] = [createMemoryStore()];

  begin(type: string, answers: InvocationOutcome[]): void {
    this.#type = type;
    this.#answers = answers;
  }

  ports() {
    return {
      home: this.#home(),
      savepointFiles,
      transport: {
        invoke: async ({ target }: { target: { type: string } }): Promise<InvocationOutcome> =>
          (target.type === this.#type ? this.#answers.shift() : undefined) ?? nothing,
        retain: () => undefined,
        close: async () => undefined,
      },
      clock: systemClock,
      random: { draw: () => 0.5 },
      observer: {
        on: (event: EngineEvent) => {
          if (event.kind === "invocation-ended") this.ended.set(event.record.address.type, event.record.outcome.kind);
        },
      },
    };
  }

  #home(): StoreHome {
    return {
      openCurrent: async () => [this.#watched(this.#stores.at(-1) ?? createMemoryStore())],
      createNext: async () => {
        const store = createMemoryStore();
        return { stores: [this.#watched(store)], adopt: async () => void this.#stores.push(store) };
      },
      removeStale: async () => undefined,
      close: () => undefined,
    };
  }

  #watched(store: Store): Store {
    return {
      ...store,
      writeSynced: async (writes) => {
        for (const { key, value } of writes) if (value !== undefined) this.written.push([key, value]);
        await store.writeSynced(writes);
      },
    };
  }
}
