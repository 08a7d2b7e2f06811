/**
 * HttpCall: one POST on its way, as an undici dispatch handler. It settles exactly once: reply, failure, timeout or abort.
 * Neighbours: transport-http.ts makes one per invocation; transport-failure.ts names what went wrong; wire-decode.ts reads the body.
 * Guarantee: never holds more than payloadBytesMax of a reply, compressed or not.
 */
import type { IncomingHttpHeaders } from "node:http";
import { gunzip, inflate, inflateRaw, type InputType } from "node:zlib";
import type { Dispatcher } from "undici";
import type { InvocationOutcome } from "../model/invocation.ts";
import type { Failure } from "../model/failure.ts";
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
const noBody = Buffer.alloc(0);

export interface HttpCallOptions {
  /** For messages to people. */
  readonly url: string;
  readonly payloadBytesMax: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly nowMs: () => number;
}

export class HttpCall implements Dispatcher.DispatchHandler {
  readonly outcome: Promise<InvocationOutcome>;
  readonly #options: HttpCallOptions;
  #resolve: ((outcome: InvocationOutcome) => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #signal: AbortSignal | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #size = 0;

  constructor(options: HttpCallOptions) {
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Starts the clock and heeds the signal. False: it was aborted before it began. */
  begin(timeoutMs: number, signal: AbortSignal | undefined): boolean {
    if (signal?.aborted) {
      this.#fail(callAborted(this.#options.url));
      return false;
    }
    // Long waits are rounded up, so that many calls share one timer list.
    const waitMs = timeoutMs > 1000 ? Math.ceil(timeoutMs / 32) * 32 : Math.max(1, Math.ceil(timeoutMs));
    this.#timer = setTimeout(onTimeout, Math.min(waitMs, 2 ** 31 - 1), this, timeoutMs);
    if (signal !== undefined) {
      this.#signal = signal;
      signal.addEventListener("abort", this.#onAbort);
    }
    return true;
  }

  expire(timeoutMs: number): void {
    this.#giveUp(callTimeout(this.#options.url, timeoutMs));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It waited for a connection longer than its call lives.
    if (this.#resolve === undefined) controller.abort(new Error("given up"));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    this.#status = statusCode;
    this.#headers = headers;
    const announced = Number(headers["content-length"]);
    if (statusCode >= 200 && statusCode < 300 && announced > this.#options.payloadBytesMax) {
      this.#giveUp(replyTooLarge(this.#options.url, this.#options.payloadBytesMax));
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#resolve === undefined) return;
    this.#size += chunk.length;
    const refused = this.#status < 200 || this.#status >= 300;
    if (this.#size > this.#options.payloadBytesMax) {
      this.#giveUp(refused ? this.#refusal(undefined) : replyTooLarge(this.#options.url, this.#options.payloadBytesMax));
      return;
    }
    if (refused && this.#size - chunk.length >= refusalBytesMax) return;
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#rest === undefined) this.#rest = [chunk];
    else this.#rest.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#resolve === undefined) return;
    const body = this.#first === undefined ? noBody : this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest]);
    const encoding = this.#headers["content-encoding"];
    if (encoding === undefined || body.length === 0) {
      this.#finish(body);
      return;
    }
    this.#decompress(encoding, body);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
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

  #finish(body: Buffer): void {
    if (this.#status < 200 || this.#status >= 300) return this.#fail(this.#refusal(body));
    const contentType = this.#headers["content-type"];
    // A reply of no bytes has no effects, whether or not it names a type.
    if (!(body.length === 0 && contentType === undefined) && !isOctetStream(contentType)) {
      return this.#fail(wrongContentType(this.#options.url, contentType, rawExcerpt(body)));
    }
    const decoded = decodeFromFunction(body);
    if (decoded.kind === "error") return this.#fail(malformedReply(this.#options.url, decoded.code, { reason: decoded.reason, body }));
    this.#settle({ kind: "reply", reply: decoded.reply });
  }

  #refusal(body: Buffer | undefined): Failure {
    const retryAfter = this.#headers["retry-after"];
    const detail = {
      status: this.#status,
      retryAfter,
      location: this.#headers.location,
      raw: body === undefined ? undefined : rawExcerpt(body),
    };
    return statusFailure(this.#options.url, detail, this.#options.nowMs());
  }

  readonly #onAbort = (): void => this.#giveUp(callAborted(this.#options.url));

  #giveUp(failure: Failure): void {
    this.#fail(failure);
    this.#controller?.abort(new Error("given up"));
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
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    resolve(outcome);
  }
}

function onTimeout(call: HttpCall, timeoutMs: number): void {
  call.expire(timeoutMs);
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
