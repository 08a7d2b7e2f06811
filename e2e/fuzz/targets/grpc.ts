/**
 * Target grpc: bytes on the gateway's gRPC port: Send, Publish and the admin calls with valid, odd and garbage messages, broken frames,
 * streams that end half-way. Every call ends with a status; what is ours says code and cure, and nothing is UNKNOWN or INTERNAL.
 */
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import fc from "fast-check";
import { edited, edits, message, type Shape } from "../bytes.ts";
import { must, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";
import { openGatewayDoor, type GatewayDoor } from "../gateway-door.ts";

export interface GrpcCase {
  readonly method: string;
  readonly messages: readonly Uint8Array[];
  /** What is wrong with the frame of the last message: its length, its compressed flag, or that it is cut. */
  readonly frame: "right" | "long" | "huge" | "short" | "compressed" | "cut";
  readonly contentType: string;
  readonly end: "end" | "cancel";
}

const text = (...words: string[]): Shape => ({ kind: "text", words });
const numbers = (...usual: bigint[]): Shape => ({ kind: "number", usual });
const sequences = numbers(1n, 2n, 3n, 10n, 0n, 2n ** 53n, 2n ** 64n - 1n);
const sent = {
  1: text("test/visits", "else/where", "no-slash"),
  2: text("one", ""),
  3: text("io.statefun.types/string", ""),
  4: { kind: "bytes" },
  5: text("", "key"),
} satisfies Record<number, Shape>;
const published: Shape = {
  kind: "message",
  fields: { 1: sequences, 2: text("test/visits"), 3: text("one", "two"), 4: text("a/b"), 5: { kind: "bytes" } },
};
const shapes: Readonly<Record<string, Readonly<Record<number, Shape>>>> = {
  "/signalbox.v1.Ingress/Send": sent,
  "/signalbox.v1.Ingress/Publish": { 1: text("till", "till", ""), 2: published },
  "/signalbox.v1.Admin/GetEntity": { 1: text("test/visits", "x"), 2: text("one", "") },
  "/signalbox.v1.Admin/ListEntities": { 1: text("test/visits", "x"), 2: text("", "o"), 3: text("", "zz"), 4: numbers(0n, 10n, 5000n) },
  "/signalbox.v1.Admin/ApplyModule": {
    1: text("fuzz", "", "BAD"),
    2: text("kind: x", "kind: io.signalbox.v1/egress\nspec: {id: fuzz/out}\n"),
  },
  "/signalbox.v1.Admin/Health": {},
  "/signalbox.v1.Admin/Nothing": {},
};

const cases = fc
  .constantFrom(...Object.keys(shapes), "/signalbox.v1.Ingress/Send", "/signalbox.v1.Ingress/Publish")
  .chain((method): fc.Arbitrary<GrpcCase> => {
    const valid = message(shapes[method] ?? {});
    const one = fc.oneof(
      { weight: 8, arbitrary: valid },
      fc.tuple(valid, edits).map(([bytes, changes]) => edited(bytes, changes)),
      fc.uint8Array({ maxLength: 60 }),
    );
    const rarely = fc.constantFrom("long" as const, "huge" as const, "short" as const, "compressed" as const, "cut" as const);
    return fc.record({
      method: fc.constant(method),
      messages: method.endsWith("Publish")
        ? fc.array(one, { maxLength: 4 })
        : fc.oneof({ weight: 20, arbitrary: fc.tuple(one) }, fc.array(one, { maxLength: 2 })),
      frame: fc.oneof({ weight: 12, arbitrary: fc.constant("right" as const) }, rarely),
      contentType: fc.oneof(
        { weight: 40, arbitrary: fc.constant("application/grpc") },
        fc.constantFrom("application/grpc+proto", "application/json", ""),
      ),
      end: fc.oneof({ weight: 9, arbitrary: fc.constant("end" as const) }, fc.constant("cancel" as const)),
    });
  });

export const grpc: FuzzTarget<GrpcCase> = {
  name: "grpc",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 768 * 1024 * 1024,
  cases,
  open: async () => new Calls(await openGatewayDoor()),
};

const casesPerSession = 500;

class Calls implements FuzzSession<GrpcCase> {
  readonly #door: GatewayDoor;
  #session: ClientHttp2Session | undefined;
  #cases = 0;

  constructor(door: GatewayDoor) {
    this.#door = door;
  }

  async run(fuzzCase: GrpcCase): Promise<string> {
    const answer = await this.#call(fuzzCase);
    this.#door.mustBeWell();
    if (fuzzCase.end === "cancel") return "cancelled";
    if (answer === undefined) {
      must(fuzzCase.frame !== "right", () => "the call ended without a status");
      return "reset";
    }
    return mustBeStatus(answer, fuzzCase);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session?.destroy();
    await this.#door[Symbol.asyncDispose]();
  }

  /** Returns the headers or trailers that hold the status; undefined when the stream was reset. */
  #call(fuzzCase: GrpcCase): Promise<IncomingHttpHeaders | undefined> {
    const session = this.#connected();
    return new Promise((resolve) => {
      const stream = session.request({
        ":method": "POST",
        ":path": fuzzCase.method,
        te: "trailers",
        ...(fuzzCase.contentType === "" ? {} : { "content-type": fuzzCase.contentType }),
      });
      let found: IncomingHttpHeaders | undefined;
      const keep = (headers: IncomingHttpHeaders): void => {
        if (headers["grpc-status"] !== undefined || Number(headers[":status"]) >= 400) found = headers;
      };
      stream
        .on("response", keep)
        .on("trailers", keep)
        .on("error", () => undefined);
      stream.on("close", () => resolve(found));
      stream.resume();
      const bytes = framed(fuzzCase);
      if (fuzzCase.end === "end") return void stream.end(bytes);
      stream.write(bytes, () => stream.close());
    });
  }

  /** HTTP/2 itself ends a session with very many cancelled streams (rapid reset), so cases take turns on several sessions. */
  #connected(): ClientHttp2Session {
    if (++this.#cases % casesPerSession === 0) this.#session?.close();
    if (this.#session === undefined || this.#session.destroyed || this.#session.closed) {
      this.#session = connect(`http://127.0.0.1:${this.#door.gateway.grpcPort}`);
      this.#session.on("error", () => undefined);
    }
    return this.#session;
  }
}

function framed({ messages, frame }: GrpcCase): Buffer {
  const parts = messages.map((bytes, index) => {
    const last = index === messages.length - 1;
    const head = Buffer.alloc(5);
    const lengths = { right: 0, compressed: 0, cut: 0, long: 7, short: -1, huge: 2 ** 31 };
    head.writeUInt32BE(Math.max(0, bytes.length + (last ? lengths[frame] : 0)), 1);
    if (last && frame === "compressed") head[0] = 1;
    return last && frame === "cut" ? head.subarray(0, 3) : Buffer.concat([head, bytes]);
  });
  return Buffer.concat(parts);
}

/** The names by their numbers, as in the protocol. */
const statusNames =
  "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED".split(
    " ",
  );

function mustBeStatus(headers: IncomingHttpHeaders, { frame, messages, method, contentType }: GrpcCase): string {
  const shown = JSON.stringify(headers).slice(0, 500);
  const http = Number(headers[":status"] ?? 200);
  if (http >= 400) {
    must(http === 415 && !contentType.startsWith("application/grpc"), () => `HTTP ${http}: ${shown}`);
    return `HTTP ${http}`;
  }
  const name = statusNames[Number(headers["grpc-status"])];
  must(name !== undefined, () => `no status of gRPC: ${shown}`);
  if (name === "OK") return "ok";
  const code = String(headers["signalbox-code"] ?? "");
  must(name !== "UNKNOWN" && code !== "INTERNAL", () => `an unexpected failure: ${shown}`);
  if (code !== "") {
    must(String(headers["signalbox-cure"] ?? "") !== "" && String(headers["grpc-message"] ?? "") !== "", () => `no cure: ${shown}`);
    return `${name} ${code}`;
  }
  // These are the library's own refusals of frames and methods, as gRPC specifies them.
  const ofFrame = frame !== "right" || (messages.length !== 1 && !method.endsWith("Publish")) || name === "UNIMPLEMENTED";
  must(ofFrame, () => `a refusal without code and cure: ${shown}`);
  return `${name} of the frame`;
}
