/**
 * HttpCall: one POST on its way, as an exchange of a pool. It settles exactly once: reply, failure, timeout or abort.
 * Neighbours: transport-http.ts makes one per invocation; transport-failure.ts names what went wrong; wire-decode.ts reads the body.
 * Guarantee: never holds more than payloadBytesMax of a reply, compressed or not.
 */
import { gunzip, inflate, inflateRaw, type InputType } from "node:zlib";
import type { InvocationOutcome } from "../model/invocation.ts";
import type { Failure } from "../model/failure.ts";
import { Links } from "../model/linked-set.ts";
import type { HttpConnection, HttpExchange } from "./http-connection.ts";
import type { ResponseHeaders } from "./http-response-parser.ts";
import {
  callAborted,
  callTimeout,
  connectionFailure,
  malformedReply,
  rawExcerpt,
  replyTooLarge,
  statusFailure,
  wrongContentType,
} from "./transport-failure.ts";
import { decodeFromFunction } from "./wire-decode.ts";

/** How much of a refusal's body is kept for people. */
const refusalBytesMax = 8192;
/** Shorter waits have a timer of their own; the pool's watch, which looks now and then, ends the others. */
const ownTimerMsMax = 1000;
const noBody = Buffer.alloc(0);

export interface HttpCallOptions {
  /** For messages to people. */
  readonly url: string;
  readonly payloadBytesMax: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly nowMs: () => number;
}

/** What gives calls up from outside: the engine's abort. */
export interface CallOwner {
  onSettled(call: HttpCall): void;
}

export class HttpCall implements HttpExchange {
  readonly links = new Links<HttpCall>();
  readonly outcome: Promise<InvocationOutcome>;
  readonly bytes: Buffer;
  readonly deadlineMs: number;
  readonly #options: HttpCallOptions;
  #resolve: ((outcome: InvocationOutcome) => void) | undefined;
  readonly #owner: CallOwner | undefined;
  #connection: HttpConnection | undefined;
  readonly #timeoutMs: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #status = 0;
  #headers: ResponseHeaders | undefined;
  /** Read already; it counts once the response has ended. */
  #outcome: InvocationOutcome | undefined;
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #size = 0;

  /** The clock starts now: waiting for a connection counts. */
  constructor(options: HttpCallOptions, request: { bytes: Buffer; timeoutMs: number; owner: CallOwner | undefined }) {
    this.#options = options;
    this.bytes = request.bytes;
    this.#owner = request.owner;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timeoutMs = request.timeoutMs;
    this.deadlineMs = performance.now() + request.timeoutMs;
    if (request.timeoutMs < ownTimerMsMax) this.#timer = setTimeout(() => this.expire(), Math.max(1, Math.ceil(request.timeoutMs)));
  }

  get isOver(): boolean {
    return this.#resolve === undefined;
  }

  expire(): void {
    this.#giveUp(callTimeout(this.#options.url, this.#timeoutMs));
  }

  abort(): void {
    this.#giveUp(callAborted(this.#options.url));
  }

  onSent(connection: HttpConnection): void {
    this.#connection = connection;
  }

  onHead(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
    if (status >= 200 && status < 300 && (headers.contentLength ?? 0) > this.#options.payloadBytesMax) {
      this.#giveUp(replyTooLarge(this.#options.url, this.#options.payloadBytesMax));
    }
  }

  onBody(bytes: Buffer): void {
    if (this.#resolve === undefined) return;
    this.#size += bytes.length;
    const refused = this.#status < 200 || this.#status >= 300;
    if (this.#size > this.#options.payloadBytesMax) {
      this.#giveUp(refused ? this.#refusal(undefined) : replyTooLarge(this.#options.url, this.#options.payloadBytesMax));
      return;
    }
    if (refused && this.#size - bytes.length >= refusalBytesMax) return;
    if (this.#isWhole(bytes)) {
      this.#outcome = this.#read(bytes, true);
      return;
    }
    // Exactly its size: values of the reply stay in memory as views of it.
    const kept = Buffer.allocUnsafeSlow(bytes.length);
    kept.set(bytes);
    if (this.#first === undefined) this.#first = kept;
    else if (this.#rest === undefined) this.#rest = [kept];
    else this.#rest.push(kept);
  }

  onEnd(): void {
    this.#connection = undefined;
    if (this.#resolve === undefined) return;
    if (this.#outcome !== undefined) return this.#settle(this.#outcome);
    const body = this.#first === undefined ? noBody : this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest]);
    const encoding = this.#headers?.contentEncoding;
    if (encoding === undefined || body.length === 0) {
      this.#finish(body);
      return;
    }
    this.#decompress(encoding, body);
  }

  onError(error: Error): void {
    this.#connection = undefined;
    const { url, connectTimeoutMs, readTimeoutMs } = this.#options;
    this.#fail(connectionFailure(url, error, { connectMs: connectTimeoutMs, readMs: readTimeoutMs }));
  }

  #decompress(encoding: string, body: Buffer): void {
    const { url, payloadBytesMax } = this.#options;
    const refused = this.#status < 200 || this.#status >= 300;
    inflateBody({ encoding, body, bytesMax: payloadBytesMax }, (result) => {
      switch (result.kind) {
        case "ok":
          return this.#finish(result.body);
        case "too-large":
          return this.#fail(refused ? this.#refusal(undefined) : replyTooLarge(url, payloadBytesMax));
        case "error":
          return this.#fail(refused ? this.#refusal(undefined) : malformedReply(url, "REPLY_MALFORMED", { reason: result.reason, body }));
      }
    });
  }

  /** Nearly always: the reply came in one piece and as it is, and can be read without copying it first. */
  #isWhole(bytes: Buffer): boolean {
    const plain = this.#status >= 200 && this.#status < 300 && this.#headers?.contentEncoding === undefined;
    return plain && bytes.length === this.#headers?.contentLength;
  }

  #finish(body: Buffer): void {
    this.#settle(this.#read(body, false));
  }

  #read(body: Buffer, reused: boolean): InvocationOutcome {
    if (this.#status < 200 || this.#status >= 300) return { kind: "failure", failure: this.#refusal(body) };
    const contentType = this.#headers?.contentType;
    // A reply of no bytes has no effects, whether or not it names a type.
    if (!(body.length === 0 && contentType === undefined) && !isOctetStream(contentType)) {
      return { kind: "failure", failure: wrongContentType(this.#options.url, contentType, rawExcerpt(body)) };
    }
    const decoded = decodeFromFunction(body, { reused });
    if (decoded.kind === "ok") return { kind: "reply", reply: decoded.reply };
    return { kind: "failure", failure: malformedReply(this.#options.url, decoded.code, { reason: decoded.reason, body }) };
  }

  #refusal(body: Buffer | undefined): Failure {
    const retryAfter = this.#headers?.retryAfter;
    const detail = {
      status: this.#status,
      retryAfter,
      location: this.#headers?.location,
      raw: body === undefined ? undefined : rawExcerpt(body),
    };
    return statusFailure(this.#options.url, detail, this.#options.nowMs());
  }

  #giveUp(failure: Failure): void {
    this.#fail(failure);
    this.#connection?.destroy();
  }

  #fail(failure: Failure): void {
    this.#settle({ kind: "failure", failure });
  }

  #settle(outcome: InvocationOutcome): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    this.#first = undefined;
    this.#rest = undefined;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#owner?.onSettled(this);
    resolve(outcome);
  }
}

function isOctetStream(contentType: string | undefined): boolean {
  return (
    contentType !== undefined &&
    (contentType === "application/octet-stream" || contentType.trim().toLowerCase() === "application/octet-stream")
  );
}

type Inflated =
  | { readonly kind: "ok"; readonly body: Buffer }
  | { readonly kind: "too-large" }
  | { readonly kind: "error"; readonly reason: string };

function inflateBody(
  { encoding, body, bytesMax }: { encoding: string; body: Buffer; bytesMax: number },
  done: (result: Inflated) => void,
): void {
  const name = encoding.trim().toLowerCase();
  const options = { maxOutputLength: Math.max(1, bytesMax) };
  const onResult = (error: Error | null, result: Buffer): void => {
    if (error === null) return done({ kind: "ok", body: result });
    if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return done({ kind: "too-large" });
    done({ kind: "error", reason: `its ${name} body cannot be decompressed (${error.message})` });
  };
  const run = (decompress: (buffer: InputType, options: { maxOutputLength: number }, callback: typeof onResult) => void): void =>
    decompress(body, options, onResult);
  if (name === "identity" || name === "") return done({ kind: "ok", body });
  if (name === "gzip" || name === "x-gzip") return run(gunzip);
  // "deflate" is zlib by the standard and raw deflate by habit: the first byte tells.
  if (name === "deflate") return run(((body[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw);
  done({ kind: "error", reason: `its content-encoding ${name} was not asked for` });
}
