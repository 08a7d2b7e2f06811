/**
 * readBody: reads the body of a request that node:http reads, for every route that takes one.
 * Neighbours: request-bytes.ts says whether there is room; messages, the API, tRPC and the playground read with it.
 * Guarantee: a body is held in one buffer that grows with what has come, never with what was announced, and is counted until its answer is
 * sent. A body that is too large, compressed, cut off, too slow, or without room ends in a coded error.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { GatewayError } from "../contract/problem.ts";
import { noRoom, type RequestBytes } from "./request-bytes.ts";

export interface BodyLimits {
  readonly bytesMax: number;
  readonly held: RequestBytes;
}

/** The size of the first buffer for a body that comes in several pieces. */
const firstBytes = 16 * 1024;
/** A body that is slower than this over its whole time is given up; short pauses do not count. */
const bytesPerSecondMin = 16 * 1024;
const paceCheckedEveryMs = 10_000;
/** How much a client may still send after its body was refused, so that it can read why. */
const discardedBytesMax = 64 * 1024 * 1024;
/** Each piece costs the thread some microseconds, so a body in very many tiny pieces is given up. */
const piecesFreeMax = 2_000;
const pieceBytesMin = 16;
const noBytes = Buffer.alloc(0);

/** Calls back once, with the body or with the reason why there is none. */
export function readBody(
  exchange: { request: IncomingMessage; response: ServerResponse },
  limits: BodyLimits,
  done: (body: Buffer | Error) => void,
): void {
  const { request, response } = exchange;
  const encoded = encodingRefusal(request);
  if (encoded !== undefined) {
    response.setHeader("accept-encoding", "identity");
    request.resume();
    return done(encoded);
  }
  const body = new GrowingBody(limits, announced(request));
  let ended = false;
  let discarded = 0;
  const end = (outcome: Buffer | Error): void => {
    if (ended) return;
    ended = true;
    clearInterval(pace);
    if (outcome instanceof Error) body.release();
    done(outcome);
  };
  const startedMs = performance.now();
  const pace = setInterval(() => {
    if (body.size >= ((performance.now() - startedMs) / 1000) * bytesPerSecondMin) return;
    response.shouldKeepAlive = false;
    end(tooSlow());
  }, paceCheckedEveryMs).unref();
  response.once("close", () => {
    body.release();
    // Every response emits close, so an error is made only where the body had not ended.
    if (!ended) end(cutOff());
  });
  request.on("data", (chunk: Buffer) => {
    if (ended) {
      discarded += chunk.length;
      if (discarded > discardedBytesMax) request.destroy();
      return;
    }
    const refused = body.add(chunk);
    if (refused === undefined) return;
    // A body that is refused for its size is read on, so that its sender can read why. One in tiny pieces is not worth that.
    if (refused.code === "REQUEST_IN_CRUMBS") response.shouldKeepAlive = false;
    end(refused);
  });
  request.on("end", () => end(body.bytes));
  request.on("error", () => end(cutOff()));
}

/** Collects bytes as they come, in memory that is taken from RequestBytes before it is used. */
class GrowingBody {
  size = 0;
  #pieces = 0;
  readonly #limits: BodyLimits;
  readonly #announced: number | undefined;
  #buffer: Buffer = noBytes;
  #taken = 0;
  #released = false;

  constructor(limits: BodyLimits, announcedBytes: number | undefined) {
    this.#limits = limits;
    this.#announced = announcedBytes;
  }

  get bytes(): Buffer {
    return this.size === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.size);
  }

  /** Returns the refusal, or undefined. */
  add(chunk: Buffer): GatewayError | undefined {
    if (this.#released) return cutOff();
    this.#pieces++;
    if (this.#pieces > piecesFreeMax && this.size < this.#pieces * pieceBytesMin) return inCrumbs();
    const { bytesMax } = this.#limits;
    const size = this.size + chunk.length;
    if (size > bytesMax || (this.#announced ?? 0) > bytesMax) return tooLarge(bytesMax);
    if (size > this.#buffer.length && !this.#grow(chunk, size)) return noRoom();
    // A whole body in one piece is kept without a copy.
    if (this.#buffer !== chunk) chunk.copy(this.#buffer, this.size);
    this.size = size;
    return undefined;
  }

  release(): void {
    this.#released = true;
    this.#limits.held.give(this.#taken);
    this.#taken = 0;
    this.#buffer = noBytes;
  }

  #grow(chunk: Buffer, size: number): boolean {
    const { held, bytesMax } = this.#limits;
    const isWhole = this.size === 0 && size === this.#announced;
    const sizeMax = Math.max(size, Math.min(this.#announced ?? bytesMax, bytesMax));
    const capacity = Math.min(sizeMax, Math.max(firstBytes, this.#buffer.length * 2, size));
    const needed = isWhole ? chunk.buffer.byteLength : capacity;
    if (!held.take(needed)) return false;
    const before = this.#taken;
    if (isWhole) this.#buffer = chunk;
    else {
      const grown = Buffer.allocUnsafeSlow(capacity);
      this.#buffer.copy(grown, 0, 0, this.size);
      this.#buffer = grown;
    }
    this.#taken = needed;
    held.give(before);
    return true;
  }
}

function announced({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

/** Refuses compressed bodies, because the bytes would be taken for the value itself. */
function encodingRefusal({ headers }: IncomingMessage): GatewayError | undefined {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") return notPlain("Content-Encoding", encoding);
  const transfer = headers["transfer-encoding"]?.trim().toLowerCase() ?? "chunked";
  return transfer === "chunked" ? undefined : notPlain("Transfer-Encoding", transfer);
}

function notPlain(where: string, encoding: string): GatewayError {
  return new GatewayError("ENCODING_NOT_SUPPORTED", {
    detail: `Bodies of ${where}: ${encoding.slice(0, 100)} are not read.`,
    where,
    cure: "Send the body as it is, without compression.",
  });
}

function tooLarge(bytesMax: number): GatewayError {
  return new GatewayError("BODY_TOO_LARGE", {
    detail: `the body is larger than ${bytesMax} bytes`,
    where: "body",
    cure: "Send less, or raise the limit of the gateway.",
  });
}

function inCrumbs(): GatewayError {
  return new GatewayError("REQUEST_IN_CRUMBS", {
    detail: `the body comes in pieces of under ${pieceBytesMin} bytes`,
    where: "body",
    cure: "Send it in larger chunks, or with its Content-Length.",
  });
}

function tooSlow(): GatewayError {
  return new GatewayError("REQUEST_TOO_SLOW", {
    detail: `the body comes more slowly than ${bytesPerSecondMin} bytes a second`,
    where: "body",
    cure: "Send it at once, or in smaller requests.",
  });
}

/** The error for a client that breaks off; it is no fault of ours. */
function cutOff(): GatewayError {
  return new GatewayError("INVALID_REQUEST", { detail: "the request was cut off", where: "body", cure: "Send it again." });
}
