/**
 * gRPC transport: signalbox.v1.Function/Invoke, one unary call per invocation, over HTTP/2 without a gRPC library.
 * The request and reply messages are those of the HTTP protocol (ToFunction, FromFunction). URL: grpc://host:port; TLS when the module sets it.
 * Neighbours: create-transport.ts chooses by scheme; transport-failure.ts names what went wrong.
 */
import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { EndpointSpec } from "../model/endpoint-spec.ts";
import type { Failure } from "../model/failure.ts";
import type { InvocationOutcome, InvocationRequest } from "../model/invocation.ts";
import type { FunctionTransport } from "../ports/function-transport.ts";
import { anyPlace, type EndpointPlaces, ForbiddenPlace } from "./endpoint-places.ts";
import {
  badFunctionName,
  badTls,
  badUrl,
  callAborted,
  callTimeout,
  connectionFailure,
  forbiddenPlace,
  makeFailure,
  malformedReply,
  replyTooLarge,
  requestTooLarge,
  statusFailure,
  wrongContentType,
} from "./transport-failure.ts";
import { GrpcSessions, type GrpcSession } from "./transport-grpc-sessions.ts";
import { grpcAuthority } from "./transport-url.ts";
import { decodeFromFunction } from "./wire-decode.ts";
import { encodeToFunction, leastEncodedBytes } from "./wire-encode.ts";

const invokePath = "/signalbox.v1.Function/Invoke";
const framePrefixBytes = 5;

export function createGrpcTransport({ places = anyPlace }: { readonly places?: EndpointPlaces } = {}): FunctionTransport {
  const sessions = new GrpcSessions(places);
  return {
    invoke: (request, signal) => invoke(sessions, request, signal),
    retain: (endpoints) => sessions.retain(endpoints),
    close: () => sessions.close(),
  };
}

function invoke(sessions: GrpcSessions, request: InvocationRequest, signal: AbortSignal | undefined): Promise<InvocationOutcome> {
  const { endpoint } = request;
  const { type } = request.target;
  const refuse = (failure: Failure): Promise<InvocationOutcome> => Promise.resolve({ kind: "failure", failure });
  const parsed = grpcAuthority(endpoint.urlTemplate, type.slice(type.indexOf("/") + 1));
  if (parsed.kind === "error") {
    const { of, reason } = parsed;
    return refuse(of === "name" ? badFunctionName(endpoint.urlTemplate, type, reason) : badUrl(endpoint.urlTemplate, reason));
  }
  const { authority } = parsed;
  const url = `grpc://${authority}`;
  const { payloadBytesMax } = endpoint.transport;
  const message = leastEncodedBytes(request) > payloadBytesMax ? undefined : encodeToFunction(request);
  if (message === undefined || message.length > payloadBytesMax) return refuse(requestTooLarge(url, payloadBytesMax));
  if (signal?.aborted) return refuse(callAborted(url));
  let session: GrpcSession;
  try {
    session = sessions.obtain(endpoint, authority);
  } catch (error) {
    if (error instanceof ForbiddenPlace) return refuse(forbiddenPlace(url, error.message));
    return refuse(badTls(url, error instanceof Error ? error.message : String(error)));
  }
  return new GrpcCall({ url, endpoint, session, message, timeoutMs: request.timeoutMs, signal }).outcome;
}

interface GrpcCallOptions {
  readonly url: string;
  readonly endpoint: EndpointSpec;
  readonly session: GrpcSession;
  readonly message: Buffer;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Settles exactly once; holds at most payloadBytesMax of a reply. */
class GrpcCall {
  readonly outcome: Promise<InvocationOutcome>;
  readonly #options: GrpcCallOptions;
  readonly #stream: ClientHttp2Stream | undefined;
  #resolve: ((outcome: InvocationOutcome) => void) | undefined;
  readonly #timer: NodeJS.Timeout;
  #headers: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(options: GrpcCallOptions) {
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const waitMs = Math.max(1, Math.ceil(options.timeoutMs));
    this.#timer = setTimeout(() => this.#giveUp(callTimeout(options.url, options.timeoutMs)), waitMs);
    options.signal?.addEventListener("abort", this.#onAbort);
    try {
      this.#stream = this.#open(waitMs);
    } catch (error) {
      this.#fail(this.#connectionFailure(error));
    }
  }

  #open(waitMs: number): ClientHttp2Stream {
    const { message, session } = this.#options;
    const stream = session.http2.request({
      ":method": "POST",
      ":path": invokePath,
      "content-type": "application/grpc+proto",
      te: "trailers",
      "grpc-timeout": `${Math.min(waitMs, 99_999_999)}m`,
      "user-agent": "statefun",
    });
    stream.on("response", (headers) => {
      this.#headers = headers;
    });
    stream.on("trailers", (trailers) => {
      this.#trailers = trailers;
    });
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    stream.on("error", (error) => this.#fail(this.#connectionFailure(error)));
    stream.on("end", () => this.#finish());
    stream.on("close", () => this.#fail(this.#connectionFailure(new Error("the stream was closed"))));
    const frame = Buffer.allocUnsafe(framePrefixBytes + message.length);
    frame[0] = 0;
    frame.writeUInt32BE(message.length, 1);
    message.copy(frame, framePrefixBytes);
    stream.end(frame);
    return stream;
  }

  #receive(chunk: Buffer): void {
    this.#size += chunk.length;
    const { payloadBytesMax } = this.#options.endpoint.transport;
    if (this.#size > payloadBytesMax + framePrefixBytes) this.#giveUp(replyTooLarge(this.#options.url, payloadBytesMax));
    else this.#chunks.push(chunk);
  }

  #finish(): void {
    const { url } = this.#options;
    // No headers: the stream was cut, and its error or close says so.
    if (this.#headers[":status"] === undefined) return;
    const httpStatus = Number(this.#headers[":status"]);
    const contentType = this.#headers["content-type"];
    if (httpStatus !== 200)
      return this.#fail(statusFailure(url, { status: httpStatus, retryAfter: undefined, location: undefined, raw: undefined }, 0));
    if (!contentType?.startsWith("application/grpc")) return this.#fail(wrongContentType(url, contentType, undefined));
    const status = textOf(this.#trailers["grpc-status"] ?? this.#headers["grpc-status"]);
    if (status === undefined) return;
    if (status !== "0")
      return this.#fail(grpcFailure(url, Number(status), textOf(this.#trailers["grpc-message"] ?? this.#headers["grpc-message"])));
    const body = Buffer.concat(this.#chunks);
    if (body.length < framePrefixBytes || body[0] !== 0 || body.readUInt32BE(1) !== body.length - framePrefixBytes) {
      return this.#fail(malformedReply(url, "REPLY_MALFORMED", { reason: "not exactly one uncompressed gRPC message", body }));
    }
    const decoded = decodeFromFunction(body.subarray(framePrefixBytes));
    if (decoded.kind === "error") return this.#fail(malformedReply(url, decoded.code, { reason: decoded.reason, body }));
    this.#settle({ kind: "reply", reply: decoded.reply });
  }

  #connectionFailure(error: unknown): Failure {
    const { url, session, endpoint } = this.#options;
    const { connectTimeoutMs, readTimeoutMs } = endpoint.transport;
    return connectionFailure(url, session.failure ?? error, { connectMs: connectTimeoutMs, readMs: readTimeoutMs });
  }

  readonly #onAbort = (): void => this.#giveUp(callAborted(this.#options.url));

  #giveUp(failure: Failure): void {
    this.#fail(failure);
    this.#stream?.close();
  }

  #fail(failure: Failure): void {
    this.#settle({ kind: "failure", failure });
  }

  #settle(outcome: InvocationOutcome): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    resolve(outcome);
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function grpcFailure(url: string, status: number, encoded: string | undefined): Failure {
  const said = encoded === undefined || encoded === "" ? "" : ` (${decodeMessage(encoded)})`;
  const message = `${url} answered with gRPC status ${status}${said}`;
  const raw = encoded === undefined ? undefined : decodeMessage(encoded).slice(0, 2048);
  switch (status) {
    case 4:
      return makeFailure({
        code: "CALL_TIMEOUT",
        message,
        cure: "See why the function is slow, or raise the call timeout of the endpoint's transport.",
        raw,
      });
    case 8:
    case 14:
      return makeFailure({
        code: "ENDPOINT_OVERLOADED",
        message,
        cure: "Nothing to do: the engine slows down for it. Add instances if it lasts.",
        raw,
      });
    case 2:
    case 10:
    case 13:
    case 15:
      return makeFailure({
        code: "ENDPOINT_ERROR",
        message,
        cure: "Look into the function service's log: the function threw, or does not know this type.",
        raw,
      });
    case 12:
      return makeFailure({ code: "REPLY_STATUS", message, cure: "Serve signalbox.v1.Function/Invoke there, or correct the URL.", raw });
    default:
      return makeFailure({ code: "REPLY_STATUS", message, cure: "See why the function service refuses this request.", raw });
  }
}

function decodeMessage(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
