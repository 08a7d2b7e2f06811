/**
 * Target http: requests of every kind at the gateway's HTTP port: paths and their percent-encoding, headers, types, lengths and chunks
 * that do not fit, bodies over their limits, requests that stop half-way or come slowly. One in fifty over a real socket, the others
 * through memory into the same server. Every refusal is a problem with code, place and cure. Messages may come before it on the same
 * connection; and a message or a call is answered as it is when node:http reads all of it.
 */
import fc from "fast-check";
import { withoutBasePath } from "../../../apps/gateway/src/listener/base-path.ts";
import { edits, oddTexts } from "../bytes.ts";
import { must, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";
import { fuzzBasePath, messageBytesMax, openGatewayDoor, type GatewayDoor } from "../gateway-door.ts";
import { beforeOf, requestOf, type HttpCase } from "../http-case.ts";
import { exchange, mustExplain, type HttpAnswer, type HttpRequestParts } from "../http-exchange.ts";

const printable = fc.string({ unit: "binary", maxLength: 12 });
/** Names of functions that would choose another path, query or host. */
const hostileNames = [
  "names",
  "hosts",
  "%2e%2e",
  "%2E",
  "..%5c..%5cadmin",
  "%5c%5cadmin",
  "x%3fa=1%23",
  "%252e%252e",
  "127.0.0.1%3A1%23",
  "a%40127.0.0.1",
  "..%3b",
  "%ef%bc%8e%ef%bc%8e",
  "a%09",
  "a%20",
  "%7Bfunction.name%7D",
];
const segment = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("test", "visits", "one", "v1", "messages", "entities", "egresses", "modules", "savepoints", "fuzz", "out"),
  },
  { weight: 4, arbitrary: fc.constantFrom(...oddTexts).map((text) => encodeURIComponent(text).slice(0, 4000)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "%",
      "%zz",
      "%C3",
      "%00",
      "%ED%A0%80",
      "%2f",
      "%2F%2F",
      ":retry",
      "one:pause",
      "one:",
      "x:restore",
      "..",
      ".",
      "*",
      "a b",
      "<>",
      "é",
      "%FF%FE",
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom(...hostileNames) },
  { weight: 2, arbitrary: printable.map((text) => encodeURIComponent(text.toWellFormed())) },
  { weight: 1, arbitrary: printable },
);
const prefix = fc.constantFrom(
  "/v1/messages/test/visits/one",
  "/v1/messages/test/visits/",
  "/v1/messages/names/",
  "/v1/messages/hosts/",
  "/v1/messages/",
  "/v1/messages",
  "/v1/entities/test/visits",
  "/v1/entities/test/visits/one",
  "/v1/entities/",
  "/v1/egresses/test/out",
  "/v1/egresses/",
  "/v1/modules/fuzz",
  "/v1/modules/",
  "/v1/savepoints/none",
  "/v1/functions",
  "/v1/",
  "/health",
  "/metrics",
  "/trpc/entities.get",
  "/trpc/send.message,modules.list",
  "/trpc/",
  "/trpc",
  "/",
  "",
  "*",
  "http://other/v1/functions",
  "//v1/functions",
  "/sb",
  "/sb/v1/functions",
  "/sb/sb/v1/messages/test/visits/one",
  "/sbv1/messages/test/visits/one",
);
const query = fc.oneof(
  { weight: 20, arbitrary: fc.constant("") },
  fc.constantFrom(
    "?limit=10",
    "?limit=-1",
    "?limit=1e9",
    "?limit=",
    "?cursor=zz",
    "?cursor=%zz",
    "?after=1",
    "?through=99999999999999999999",
    "?through=5",
    "?batch=1&input={}",
    "?input=%7B",
    "?__proto__=1",
    "?a[]=1&a[b]=2",
    "?prefix=%00",
    "?",
  ),
  fc.string({ maxLength: 12 }).map((text) => `?prefix=${encodeURIComponent(text)}`),
  printable.map((text) => `?${text}`),
);
const more = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(segment, { maxLength: 3 }));
const path = fc.tuple(prefix, more, query).map(([head, segments, tail]) => [head, ...segments].join("/") + tail);

const header = fc.oneof(
  fc.tuple(
    fc.constant("content-type"),
    fc.oneof(
      fc.constantFrom(
        "application/vnd.io.statefun.types/int",
        "application/vnd.io.statefun.types/string",
        "application/vnd.a/b;c=d",
        "application/vnd.",
        "text/plain",
        "application/json",
        "Application/VND.x",
        "multipart/form-data; boundary=",
        "application/vnd.io.statefun.types/double",
      ),
      printable,
    ),
  ),
  fc.tuple(fc.constant("idempotency-key"), fc.oneof(fc.constantFrom("", "k", "x".repeat(257), "é", "__proto__"), printable)),
  fc.tuple(fc.constant("origin"), fc.constantFrom("http://evil.test", "null", "", "http://localhost", "::")),
  fc.tuple(fc.constant("expect"), fc.constantFrom("100-continue", "nothing")),
  fc.tuple(fc.constant("connection"), fc.constantFrom("close", "keep-alive", "upgrade", "keep-alive, upgrade")),
  fc.tuple(fc.constant("upgrade"), fc.constantFrom("websocket", "h2c")),
  fc.tuple(fc.constant("content-encoding"), fc.constantFrom("gzip", "br")),
  fc.tuple(fc.constant("accept"), fc.constantFrom("text/event-stream", "application/json", "")),
  fc.tuple(fc.constant("host"), fc.constantFrom("", "a b", "gateway:99999")),
  fc.tuple(fc.constant("x-long"), fc.constantFrom("x".repeat(8000), "x".repeat(17_000))),
  fc.tuple(fc.constantFrom("x", "X-Y", "__proto__", "constructor", "trailer"), fc.string({ maxLength: 12 })),
  fc.tuple(fc.constantFrom("", "bad name"), printable),
);
const bodyText = fc.oneof(
  fc.constantFrom(
    "",
    "hello",
    "5",
    "-0",
    "1e400",
    "NaN",
    "null",
    "true",
    '"text"',
    "{}",
    "[]",
    "{",
    '{"name":"seen","value":1}',
    '{"name":"seen","value":null}',
    '{"name":"x","typename":"a/b","bytes":"AA=="}',
    '{"name":"x","typename":"io.statefun.types/int","value":99999999999}',
    '{"name":"x","bytes":"*"}',
    '{"__proto__":{"name":"x"}}',
    '{"constructor":1}',
    "kind: x",
    "kind: io.signalbox.v1/egress\nspec: {id: fuzz/out}\n",
  ),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: "binary", maxLength: 60 }),
);
const body = fc.oneof(
  { weight: 60, arbitrary: bodyText.map((text) => new Uint8Array(Buffer.from(text))) },
  { weight: 20, arbitrary: fc.uint8Array({ maxLength: 80 }) },
  { weight: 2, arbitrary: fc.constantFrom(-1, 0, 1, 1000).map((over) => new Uint8Array(messageBytesMax + over).fill(0x61)) },
  { weight: 2, arbitrary: fc.integer({ min: 100, max: 6000 }).map((depth) => new Uint8Array(Buffer.from("[".repeat(depth)))) },
);

const method = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE") },
  fc.constantFrom("HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "G ET", "\u0000", ""),
);
const anyRoute = fc.record({ method, path });
/** A route with its own method and an odd last part, so that the code behind the routes is reached too. */
const ownRoute = fc
  .tuple(
    fc.constantFrom(
      ["POST", "/v1/messages/test/visits/"],
      ["POST", "/v1/messages/test/"],
      ["GET", "/v1/calls/"],
      ["GET", "/v1/entities/test/visits/"],
      ["GET", "/v1/entities/test/"],
      ["PATCH", "/v1/entities/test/visits/"],
      ["POST", "/v1/entities/test/visits/"],
      ["GET", "/v1/egresses/test/"],
      ["DELETE", "/v1/egresses/test/"],
      ["PUT", "/v1/modules/"],
      ["GET", "/v1/modules/"],
      ["DELETE", "/v1/modules/"],
      ["GET", "/v1/savepoints/"],
      ["POST", "/v1/savepoints/"],
      ["GET", "/trpc/"],
    ),
    segment,
    fc.constantFrom("", "", "", ":retry", ":pause", ":resume", ":discard"),
    query,
  )
  .map(([[verb = "", head = ""], last, action, tail]) => ({ method: verb, path: head + last + action + tail }));

/** Requests that are nearly the plain message that is read before node:http. */
const message = fc
  .tuple(fc.constantFrom("POST", "POST", "POST", "post", "PUT"), fc.constantFrom("", "", fuzzBasePath), segment, query)
  .map(([verb, base, id, tail]) => ({ method: verb, path: `${base}/v1/messages/test/visits/${id}${tail}` }));

/** Requests that are nearly the plain call. When the time to wait is lost, the call ends with the entity that is parked. */
const call = fc
  .tuple(
    fc.constantFrom("POST", "POST", "POST", "post", "PUT"),
    fc.constantFrom("", "", fuzzBasePath),
    fc.oneof({ weight: 3, arbitrary: segment.map((id) => `visits/${id}`) }, segment),
    fc.constantFrom("0s", "0ms", "0s", "soon", "2h", "%zz", "", "20ms", "0s&timeout=5s", "0s&a=%ff", "0s;x", "+0s"),
  )
  .map(([verb, base, rest, timeout]) => ({ method: verb, path: `${base}/v1/calls/test/${rest}?timeout=${timeout}` }));

const cases: fc.Arbitrary<HttpCase> = fc
  .tuple(
    fc.oneof(anyRoute, ownRoute, message, call),
    fc.record({
      via: fc.oneof({ weight: 49, arbitrary: fc.constant("memory" as const) }, fc.constant("socket" as const)),
      version: fc.oneof(
        { weight: 60, arbitrary: fc.constant("HTTP/1.1") },
        fc.constantFrom("HTTP/1.0", "HTTP/2.0", "HTTP/9", "", "http/1.1"),
      ),
      headers: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(header, { maxLength: 3 })),
      body,
      framing: fc.oneof(
        { weight: 60, arbitrary: fc.constantFrom("length" as const, "chunked" as const) },
        fc.constantFrom(
          "short" as const,
          "long" as const,
          "none" as const,
          "both" as const,
          "broken-chunks" as const,
          "odd-length" as const,
        ),
      ),
      edits: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, edits),
      parts: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 6 })),
      pauseMs: fc.oneof({ weight: 99, arbitrary: fc.constant(0) }, fc.constantFrom(1, 5)),
      end: fc.oneof({ weight: 12, arbitrary: fc.constant("wait" as const) }, fc.constantFrom("end" as const, "destroy" as const)),
      before: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
    }),
  )
  .map(([route, rest]) => ({ ...route, ...rest, headers: headersOf(route.path, rest.headers) }));

function isCall(target: string): boolean {
  return withoutBasePath(target, fuzzBasePath).startsWith("/v1/calls/");
}

/** Leaves out headers that ask for a stream, because such a call would stay open. */
function headersOf(target: string, headers: HttpCase["headers"]): HttpCase["headers"] {
  return isCall(target) ? headers.filter(([, value]) => value !== "text/event-stream") : headers;
}

export const http: FuzzTarget<HttpCase> = {
  name: "http",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 768 * 1024 * 1024,
  cases,
  open: async () => new HttpSession(await openGatewayDoor()),
};

class HttpSession implements FuzzSession<HttpCase> {
  readonly #door: GatewayDoor;

  constructor(door: GatewayDoor) {
    this.#door = door;
  }

  async run(fuzzCase: HttpCase): Promise<string> {
    const request = requestOf(fuzzCase);
    const answers = await exchange(this.#door.connect(fuzzCase.via), request);
    this.#door.mustBeWell();
    const before = beforeOf(fuzzCase);
    const [first] = answers.slice(before);
    if (request.end !== "destroy") {
      must(answers.length >= before, () => `${answers.length} answers to ${before} messages`);
      for (const { status } of answers.slice(0, before)) must(status === 202, () => `a plain message was answered with ${status}`);
    }
    if (first === undefined) {
      must(request.end !== "wait", () => "the server closed without an answer");
      return "closed";
    }
    // What follows it are bytes that belong to no request.
    const outcome = mustExplain(first, request.noBody);
    const ends = fuzzCase.method === "CONNECT" && beforeOf(fuzzCase) > 0;
    const isRead = isCall(fuzzCase.path) || withoutBasePath(fuzzCase.path, fuzzBasePath).startsWith("/v1/messages/");
    if (!ends && fuzzCase.via === "memory" && isRead) await this.mustBeTheSameBehind(request, answers);
    return outcome;
  }

  /**
   * Compared is what both answered: who ends its side hears less from node:http, and what cannot be read there is refused at once, before
   * the answers that are owed; here it is refused behind them. CONNECT ends a connection there and then, with what is owed on it: its
   * client wanted no more answers of this server.
   */
  private async mustBeTheSameBehind(request: HttpRequestParts, answers: readonly HttpAnswer[]): Promise<void> {
    const behind = (await exchange(this.#door.connect("behind"), request)).map(comparable);
    const before = answers.map(comparable);
    for (const [index, answer] of before.entries()) {
      const other = behind[index];
      if (other === undefined || (other.includes("not readable as HTTP") && before.includes(other, index + 1))) return;
      must(answer === other, () => `before node:http ${answer}, behind ${other}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door[Symbol.asyncDispose]();
  }
}

/**
 * Returns the parts of an answer that two servers must have in common; ids of two messages need not have the same number of digits. A call
 * that was accepted has no answer yet, or its target is parked by now.
 */
function comparable({ status, headers, body: text }: HttpAnswer): string {
  if (withoutBasePath(headers.get("location") ?? "", fuzzBasePath).startsWith("/v1/calls/") || text.includes('"CALL_PARKED"'))
    return "a call was taken";
  const kept = [...headers].filter(([name]) => name !== "date" && (status !== 202 || name !== "content-length"));
  return JSON.stringify([status, kept, text.replaceAll(/"(messageId|traceId)":\d+/g, "")]);
}
