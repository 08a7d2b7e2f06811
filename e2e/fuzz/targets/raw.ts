/**
 * Target raw: bytes that are no proper requests at every port of a gateway, and through the console's proxy: fragments, pipelines, odd
 * methods and targets, upgrades, trailers, two framings at once, odd and large headers, halves that never end. What comes back need not
 * please; what counts is that the gateway and the console's process live, that the next proper request on the same port is answered, that
 * requests which are proper are all answered, and that nothing stays held.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { ConsoleProcess } from "../../../apps/gateway/src/surfaces/http/console-process.ts";
import { RequestBytes } from "../../../apps/gateway/src/listener/request-bytes.ts";
import { gatewayItself } from "../../../apps/gateway/src/contract/principal.ts";
import { must, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";
import { openGatewayDoor, type GatewayDoor } from "../gateway-door.ts";
import { exchange } from "../http-exchange.ts";

const doors = ["http", "pages", "playground-ingress", "playground-egress", "grpc", "postgres"] as const;
type Door = (typeof doors)[number];

export interface RawCase {
  readonly door: Door;
  readonly bytes: Uint8Array;
  /** The number of writes in which the bytes are sent, one a turn. */
  readonly parts: number;
  readonly end: "wait" | "end" | "reset";
  /** Set when everything is valid; then this many answers must come. */
  readonly answers: number;
}

const text = (value: string): Uint8Array => Buffer.from(value, "latin1");
const odd = fc.string({ unit: "binary", maxLength: 16 });
const line = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH") },
      fc.constantFrom("CONNECT", "TRACE", "PRI", "get", "M-SEARCH", "PROPFIND", "", "GET\t", "G\0T"),
      odd,
    ),
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          "/",
          "/%",
          "/test/visits/a",
          "/out",
          "/flow?x=%zz",
          "/sb",
          "/sb//",
          "/sb/v1/messages/test/visits/a",
          "/v1/messages/test/visits/a",
          "/v1/calls/test/visits/a?timeout=0s",
          "/sb/v1/calls/test/visits/a?timeout=0s",
          "/trpc/modules.list",
        ),
      },
      fc.constantFrom(
        "*",
        "//",
        "/..",
        "/%2e%2e/%00",
        "/_next/static/%",
        "/_next/image?url=http://127.0.0.1:1/",
        "http://localhost/",
        "http://other/health",
        "http://",
        "http://@/",
        "localhost:80",
        "a".repeat(9_000),
        "",
      ),
      odd,
    ),
    fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "", "ICE/1.0"),
  )
  .map((parts) => parts.join(" "));
const header = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      "trailer: x",
      "trailer: host, content-length",
      "te: trailers",
      "connection: upgrade",
      "upgrade: websocket",
      "upgrade: h2c",
      "http2-settings: AAMAAABkAAQAAP__",
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version: 13",
      "connection: close",
      "connection: host, origin",
      "expect: 100-continue",
      "transfer-encoding: chunked",
      "transfer-encoding: gzip, chunked",
      "transfer-encoding: identity",
      "transfer-encoding : chunked",
      "content-length: 5",
      "content-length: 5, 5",
      "content-length: -1",
      "content-length: 99999999999999999999",
      "content-encoding: gzip",
      "host: a b",
      "host: rebind.example",
      "origin: null",
      "range: bytes=0-,0-,0-,0-",
      "accept-encoding: gzip;q=nan, *",
      "x-forwarded-host: evil.example",
      "x-middleware-subrequest: middleware:middleware",
      "next-action: x",
      "rsc: 1",
      "next-router-state-tree: %",
      "if-none-match: *",
      "keep-alive: timeout=-1",
      " folded: value",
      ": nameless",
      "noColon",
      `x: ${"y".repeat(15_000)}`,
      ...["cookie: ", "accept: ", "user-agent: "].map((name) => name + "z".repeat(3_000)),
    ),
  },
  odd,
);
const body = fc.oneof(
  fc.constantFrom(
    "",
    "hello",
    "5\r\nhello\r\n0\r\n\r\n",
    "5;x=y\r\nhello\r\n0\r\nhost: evil\r\n\r\n",
    "zz\r\n",
    "0\r\n",
    "1\r\nx\r\n".repeat(200),
  ),
  odd,
);
const newline = fc.constantFrom("\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n\t");
const request = fc
  .tuple(line, fc.boolean(), fc.array(header, { maxLength: 6 }), newline, body)
  .map(([first, named, headers, end, rest]) => text([first, ...(named ? ["host: localhost"] : []), ...headers, "", ""].join(end) + rest));
const improper = fc
  .array(fc.oneof({ weight: 6, arbitrary: request }, fc.uint8Array({ maxLength: 64 })), { minLength: 1, maxLength: 3 })
  .map((pieces) => Buffer.concat(pieces));
/** The beginning of HTTP/2 and frames with wrong types, lengths and streams. */
const frames = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 5 }),
      fc.uint8Array({ maxLength: 40 }),
    ),
    {
      maxLength: 6,
    },
  )
  .map((all) => {
    const bytes = all.map(([type, flags, stream, payload]) => {
      const head = Buffer.alloc(9);
      head.writeUIntBE(payload.length, 0, 3);
      head[3] = type;
      head[4] = flags;
      head.writeUInt32BE(stream, 5);
      return Buffer.concat([head, payload]);
    });
    return Buffer.concat([text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ...bytes]);
  });
/** The start of PostgreSQL's protocol, whole or odd, and messages with wrong letters, lengths and bodies. */
const wireText = fc.oneof(fc.constantFrom("", ";", "begin", "show all", "set a = b", "rollback", "a", "deallocate all", "$1"), odd);
const wireStart = fc.oneof(
  { weight: 6, arbitrary: fc.constant(wireMessage("", Buffer.from("\0\x03\0\0user\0me\0\0", "latin1"))) },
  fc.constantFrom(80_877_102, 80_877_103, 80_877_104, 0x0003_0002, 0x0002_0000, -1).map((code) => wireMessage("", int32(code))),
  fc.uint8Array({ maxLength: 40 }).map((body) => wireMessage("", Buffer.from(body))),
);
const wireBody = fc
  .array(
    fc.oneof(
      wireText.map((value) => Buffer.from(`${value}\0`)),
      fc.constantFrom(0, 1, -1, 65_535, 2 ** 31 - 1).map(int32),
      fc.constantFrom("\0\0", "\0\x01", "\xff\xff", "S", "P").map(text),
      fc.uint8Array({ maxLength: 20 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));
/** A Q with any other text would start a process for each. */
const wireSaid = fc.oneof(
  fc
    .constantFrom("begin", "show all", ";", "set x to", "rollback to a", "show nothing")
    .map((sql) => wireMessage("Q", Buffer.from(`${sql}\0`))),
  fc.tuple(fc.constantFrom(..."PBDECSHXdcfp?\0"), wireBody).map(([letter, body]) => wireMessage(letter, body)),
  fc
    .tuple(fc.constantFrom(..."PBDECSH"), fc.constantFrom(0, 3, 5, -1, 2 ** 31 - 1))
    .map(([letter, length]) => Buffer.concat([text(letter), int32(length)])),
);
const wire = fc.tuple(wireStart, fc.array(wireSaid, { maxLength: 8 })).map(([start, said]) => Buffer.concat([start, ...said]));

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function wireMessage(letter: string, body: Buffer): Buffer {
  return Buffer.concat([text(letter), int32(4 + body.length), body]);
}

const how = { parts: fc.integer({ min: 1, max: 6 }), end: fc.constantFrom<RawCase["end"]>("wait", "end", "reset") };
const properRequests: Readonly<Record<Exclude<Door, "grpc" | "postgres">, readonly string[]>> = {
  http: [
    "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n",
    "POST /v1/messages/test/visits/a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nhi",
    "POST http://localhost/v1/messages/test/visits/b HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    "POST /v1/messages/test/visits/c HTTP/1.1\r\nhost: localhost\r\ntrailer: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx: y\r\n\r\n",
  ],
  pages: [
    "GET /flow HTTP/1.1\r\nhost: localhost\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: localhost\r\ntrailer: x\r\n\r\n",
    "GET /a?b=%zz HTTP/1.1\r\nhost: localhost\r\nte: trailers\r\n\r\n",
  ],
  "playground-ingress": ["PUT /test/visits/a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nhi"],
  "playground-egress": ["GET /out HTTP/1.1\r\nhost: localhost\r\n\r\n", "GET /% HTTP/1.1\r\nhost: localhost\r\n\r\n"],
};
const proper = fc
  .constantFrom<Exclude<Door, "grpc" | "postgres">>("http", "pages", "playground-ingress", "playground-egress")
  .chain((door) =>
    fc.array(fc.constantFrom(...properRequests[door]), { minLength: 1, maxLength: 4 }).chain((requests) =>
      fc.record({
        door: fc.constant(door),
        bytes: fc.constant(text(requests.join(""))),
        parts: how.parts,
        end: fc.constant("wait" as const),
        answers: fc.constant(requests.length),
      }),
    ),
  );

export const raw: FuzzTarget<RawCase> = {
  name: "raw",
  caseMsMax: 20_000,
  rssGrowthBytesMax: 400 * 1024 * 1024,
  cases: fc.oneof(
    { weight: 3, arbitrary: proper },
    { weight: 7, arbitrary: fc.record({ door: fc.constantFrom(...doors), bytes: improper, ...how, answers: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ door: fc.constant("grpc" as const), bytes: frames, ...how, answers: fc.constant(0) }) },
    { weight: 2, arbitrary: fc.record({ door: fc.constant("postgres" as const), bytes: wire, ...how, answers: fc.constant(0) }) },
  ),
  open: () => RawSession.open(),
};

class RawSession implements FuzzSession<RawCase> {
  readonly #door: GatewayDoor;
  readonly #ports: Readonly<Record<Door, number>>;
  readonly #held: RequestBytes;
  readonly #close: () => Promise<void>;
  /** The console's process; it must be the same from the first page to the last. */
  #consolePid: unknown;

  private constructor(parts: { door: GatewayDoor; ports: Readonly<Record<Door, number>>; held: RequestBytes; close: () => Promise<void> }) {
    this.#door = parts.door;
    this.#ports = parts.ports;
    this.#held = parts.held;
    this.#close = parts.close;
  }

  static async open(): Promise<RawSession> {
    const held = new RequestBytes(32 * 1024 * 1024);
    const program = new URL("../../../apps/gateway/test/http/console-stand-in.ts", import.meta.url);
    const pages = new ConsoleProcess({ folder: "pages", hostname: "127.0.0.1", port: 1, program });
    const console_ = { built: true, handle: pages.handle.bind(pages), close: () => pages.close() };
    const door = await openGatewayDoor(undefined, { console: console_, held });
    const [ingress, egress] = [await freePort(), await freePort()];
    const yaml = `kind: io.statefun.playground.v1/ingress\nspec: {port: ${ingress}}\n---\nkind: io.statefun.playground.v1/egress\nspec: {port: ${egress}, topics: [out]}\n`;
    await door.gateway.core.parts.modules.apply("playground", { yaml }, gatewayItself("fuzz"));
    const { port, grpcPort, postgresPort = 0 } = door.gateway;
    const ports = {
      http: port,
      pages: await door.server.listen({ host: "127.0.0.1", port: 0 }),
      "playground-ingress": ingress,
      "playground-egress": egress,
      grpc: grpcPort,
      postgres: postgresPort,
    };
    return new RawSession({ door, ports, held, close: async () => door[Symbol.asyncDispose]() });
  }

  async run({ door, bytes, parts, end, answers }: RawCase): Promise<string> {
    const pieces = cut(bytes, parts);
    const connection = connect({ port: this.#ports[door], host: "127.0.0.1" });
    const outcome = answers > 0 ? await this.#all(connection, { pieces, answers }) : await this.#some(connection, { pieces, end });
    await this.#goesOn(door);
    connection.destroy();
    this.#door.mustBeWell();
    return `${door} ${outcome}`;
  }

  async #all(connection: Socket, { pieces, answers }: { pieces: readonly Uint8Array[]; answers: number }): Promise<string> {
    const found = await exchange(connection, { parts: pieces, pauseMs: 0, end: "wait", noBody: false, answers, answerMsMax: 15_000 });
    must(found.length === answers, () => `${found.length} of ${answers} requests were answered`);
    const failed = found.find(({ status }) => status >= 500);
    must(failed === undefined, () => `a proper request was answered ${failed?.status}: ${failed?.body.slice(0, 300)}`);
    return String(found[0]?.status);
  }

  async #some(connection: Socket, { pieces, end }: { pieces: readonly Uint8Array[]; end: RawCase["end"] }): Promise<string> {
    let received = "";
    connection.on("error", () => undefined).on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    for (const piece of pieces) {
      connection.write(piece);
      await wait(0);
    }
    if (end === "end") connection.end();
    if (end === "reset") connection.resetAndDestroy();
    await wait(0);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1];
    must(status !== "500", () => `the gateway failed: ${received.slice(0, 400)}`);
    return status ?? (received === "" ? "silent" : "frames");
  }

  /** Checks that the next valid request on the same port is answered. */
  async #goesOn(door: Door): Promise<void> {
    const connection = connect({ port: this.#ports[door], host: "127.0.0.1" });
    if (door === "grpc") return await settings(connection);
    if (door === "postgres") return await letIn(connection);
    const first = properRequests[door][0] ?? "";
    const [answer] = await exchange(connection, {
      parts: [text(first)],
      pauseMs: 0,
      end: "wait",
      noBody: false,
      answers: 1,
      answerMsMax: 15_000,
    });
    must(answer !== undefined && answer.status < 300, () => `a proper request is answered ${answer?.status} afterwards: ${answer?.body}`);
    if (door !== "pages") return;
    const { pid } = JSON.parse(answer?.body ?? "{}") as { pid?: unknown };
    this.#consolePid ??= pid;
    must(pid === this.#consolePid, () => "the console's process was ended");
  }

  async finish(): Promise<void> {
    const giveUpMs = performance.now() + 20_000;
    while (this.#held.taken > 0 && performance.now() < giveUpMs) await wait(10);
    must(this.#held.taken === 0, () => `${this.#held.taken} bytes stay held for requests that are over`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** Waits for the server's settings, which it sends once it has the preface. */
function settings(connection: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once("error", reject).once("data", () => {
      connection.destroy();
      resolve();
    });
    connection.write(text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"));
  });
}

/** Sends a start with a name, which is enough where nobody has to sign in, and waits until it may ask. */
function letIn(connection: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = "";
    connection.once("error", reject).once("close", () => reject(new Error("the port for PostgreSQL's clients lets nobody in")));
    connection.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (!received.endsWith("Z\0\0\0\x05I")) return;
      connection.removeAllListeners("close");
      connection.destroy();
      resolve();
    });
    connection.write(wireMessage("", Buffer.from("\0\x03\0\0user\0me\0\0", "latin1")));
  });
}

function cut(bytes: Uint8Array, parts: number): Uint8Array[] {
  const size = Math.max(1, Math.ceil(bytes.length / parts));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
