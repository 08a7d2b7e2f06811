/**
 * gRPC transport: signalbox.v1.Function/Invoke, one unary call per invocation, over HTTP/2 without a gRPC library.
 * The request and reply messages are those of the HTTP protocol (ToFunction, FromFunction). URL: grpc://host:port; TLS when the module sets it.
 * Neighbours: create-transport.ts chooses by scheme; transport-failure.ts names what went wrong.
 */
import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { EndpointSpec } from "../../model/endpoint-spec.ts";
import type { Failure } from "../../model/failure.ts";
import type { InvocationOutcome, InvocationRequest } from "../../model/invocation.ts";
import { shownTemplate } from "../../model/url-template.ts";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import { anyPlace, type EndpointPlaces, ForbiddenPlace } from "../endpoint-places.ts";
import { AbortableCalls } from "../http/abortable-calls.ts";
import { ReplyCall, type CallOwner } from "../http/reply-call.ts";
import { ReplyMemory } from "../http/reply-memory.ts";
import {
  badFunctionName,
  badTls,
  badUrl,
  callAborted,
  connectionFailure,
  forbiddenPlace,
  makeFailure,
  malformedReply,
  requestTooLarge,
  saidByFunction,
  statusFailure,
  wrongContentType,
} from "../transport-failure.ts";
import { Http2Sessions, type Http2Session } from "../http/http2-sessions.ts";
import { grpcAuthority, shownUrl } from "../http/transport-url.ts";
import { encodeToFunction, leastEncodedBytes } from "../wire/wire-encode.ts";

const invokePath = "/signalbox.v1.Function/Invoke";
const framePrefixBytes = 5;
/** Of a message, to what reads a reply's body. */
const noHeaders = {
  contentType: "application/octet-stream",
  contentEncoding: undefined,
  retryAfter: undefined,
  location: undefined,
  outcome: undefined,
} as const;

export interface GrpcTransportOptions {
  readonly places?: EndpointPlaces;
  readonly replyMemory?: ReplyMemory;
}

export function createGrpcTransport({ places = anyPlace, replyMemory = new ReplyMemory() }: GrpcTransportOptions = {}): FunctionTransport {
  const means = { sessions: new Http2Sessions(places), memory: replyMemory, abortable: new AbortableCalls() };
  return {
    invoke: (request, signal) => invoke(means, request, signal),
    retain: (endpoints) => means.sessions.retain(endpoints),
    close: () => means.sessions.close(),
  };
}

interface GrpcMeans {
  readonly sessions: Http2Sessions;
  readonly memory: ReplyMemory;
  readonly abortable: AbortableCalls;
}

function invoke(means: GrpcMeans, request: InvocationRequest, signal: AbortSignal | undefined): Promise<InvocationOutcome> {
  const { endpoint } = request;
  const { type } = request.target;
  const refuse = (failure: Failure): Promise<InvocationOutcome> => Promise.resolve({ kind: "failure", failure });
  const parsed = grpcAuthority(endpoint.urlTemplate, type.slice(type.indexOf("/") + 1));
  if (parsed.kind === "error") {
    const { of, reason } = parsed;
    return refuse(of === "name" ? badFunctionName(shownTemplate(endpoint), type, reason) : badUrl(shownTemplate(endpoint), reason));
  }
  const { authority, socketPath } = parsed;
  const url = shownUrl(endpoint, type, socketPath === undefined ? `grpc://${authority}` : `grpc+unix://${socketPath}`);
  const { payloadBytesMax } = endpoint.transport;
  const message = leastEncodedBytes(request) > payloadBytesMax ? undefined : encodeToFunction(request);
  if (message === undefined || message.length > payloadBytesMax) return refuse(requestTooLarge(url, payloadBytesMax));
  if (signal?.aborted) return refuse(callAborted(url));
  let session: Http2Session;
  try {
    session = means.sessions.obtain(endpoint, `${endpoint.transport.tls === undefined ? "http" : "https"}://${authority}`, socketPath);
  } catch (error) {
    if (error instanceof ForbiddenPlace) return refuse(forbiddenPlace(url, error.message));
    return refuse(badTls(url, error instanceof Error ? error.message : String(error)));
  }
  const owner = means.abortable.under(signal);
  const call = new GrpcCall({ url, endpoint, session, memory: means.memory, timeoutMs: request.timeoutMs, owner });
  owner?.add(call);
  call.send(message);
  return call.outcome;
}

interface GrpcCallOptions {
  readonly url: string;
  readonly endpoint: EndpointSpec;
  readonly session: Http2Session;
  readonly memory: ReplyMemory;
  readonly timeoutMs: number;
  readonly owner: CallOwner | undefined;
}

/** One stream. Its message counts when the trailers say that all went well and it is exactly as long as its prefix says. */
class GrpcCall extends ReplyCall {
  readonly #session: Http2Session;
  readonly #timeoutMs: number;
  #stream: ClientHttp2Stream | undefined;
  #headers: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders = {};
  readonly #prefix = Buffer.alloc(framePrefixBytes);
  #isRead = false;
  /** Bytes of the prefix and of the message that came. */
  #came = 0;

  constructor({ url, endpoint, session, memory, timeoutMs, owner }: GrpcCallOptions) {
    const { payloadBytesMax, connectTimeoutMs, readTimeoutMs } = endpoint.transport;
    super({ url, payloadBytesMax, connectTimeoutMs, readTimeoutMs, nowMs: Date.now, memory }, { timeoutMs, owner, ownTimer: true });
    this.#session = session;
    this.#timeoutMs = timeoutMs;
  }

  send(message: Buffer): void {
    try {
      this.#stream = this.#open(message);
    } catch (error) {
      this.#connectionFailed(error);
    }
  }

  #open(message: Buffer): ClientHttp2Stream {
    const stream = this.#session.http2.request({
      ":method": "POST",
      ":path": invokePath,
      "content-type": "application/grpc+proto",
      te: "trailers",
      "grpc-timeout": `${Math.min(Math.max(1, Math.ceil(this.#timeoutMs)), 99_999_999)}m`,
      "user-agent": "statefun",
    });
    stream.on("response", (headers) => {
      this.#headers = headers;
      // Of a response that is trailers only, the end may be told before them.
      if (this.#isRead) this.#finish();
    });
    stream.on("trailers", (trailers) => {
      this.#trailers = trailers;
    });
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    stream.on("error", (error) => this.#connectionFailed(error));
    stream.on("end", () => {
      this.#isRead = true;
      this.#finish();
    });
    stream.on("close", () => this.#connectionFailed(new Error("the stream was closed")));
    const frame = Buffer.allocUnsafe(framePrefixBytes + message.length);
    frame[0] = 0;
    frame.writeUInt32BE(message.length, 1);
    message.copy(frame, framePrefixBytes);
    stream.end(frame);
    return stream;
  }

  #receive(chunk: Buffer): void {
    if (this.isOver || !this.#isMessage) return;
    let at = 0;
    if (this.#came < framePrefixBytes) {
      at = chunk.copy(this.#prefix, this.#came);
      this.#came += at;
      if (this.#came < framePrefixBytes) return;
      const contentLength = this.#announced;
      this.onHead(200, { ...noHeaders, contentLength });
    }
    if (at === chunk.length || this.isOver || !this.#isPlain) return;
    this.#came += chunk.length - at;
    // More than was announced is kept no longer than it takes to say so.
    if (this.#came <= framePrefixBytes + this.#announced) this.onBody(chunk, at, chunk.length);
    else this.giveUp(this.#notOneMessage());
  }

  get #announced(): number {
    return this.#prefix.readUInt32BE(1);
  }

  get #isPlain(): boolean {
    return this.#prefix[0] === 0;
  }

  get #isMessage(): boolean {
    return Number(this.#headers[":status"]) === 200 && this.#headers["content-type"]?.startsWith("application/grpc") === true;
  }

  #finish(): void {
    const { url } = this.options;
    // No headers: the stream was cut, and its error or close says so.
    if (this.#headers[":status"] === undefined) return;
    const httpStatus = Number(this.#headers[":status"]);
    if (httpStatus !== 200) {
      const retryAfter = textOf(this.#headers["retry-after"]);
      return this.fail(
        statusFailure(
          url,
          { status: httpStatus, retryAfter, location: undefined, outcome: undefined, raw: undefined },
          this.options.nowMs(),
        ),
      );
    }
    if (!this.#isMessage) return this.fail(wrongContentType(url, this.#headers["content-type"], undefined));
    const status = this.#trailer("grpc-status");
    if (status === undefined) return;
    if (status !== "0") return this.fail(this.#refusal(Number(status)));
    const isOne = this.#came >= framePrefixBytes && this.#isPlain && this.#came === framePrefixBytes + this.#announced;
    if (isOne) this.onEnd();
    else this.fail(this.#notOneMessage());
  }

  /** The function's own word about the message comes before what the status says about the service. */
  #refusal(status: number): Failure {
    const { url, nowMs } = this.options;
    const encoded = this.#trailer("grpc-message");
    const said = {
      outcome: this.#trailer("signalbox-outcome"),
      retryAfter: this.#trailer("retry-after"),
      raw: encoded === undefined ? undefined : decodeMessage(encoded).slice(0, 2048),
    };
    return saidByFunction(url, said, nowMs()) ?? grpcFailure(url, status, encoded);
  }

  #trailer(name: string): string | undefined {
    return textOf(this.#trailers[name] ?? this.#headers[name]);
  }

  #notOneMessage(): Failure {
    const reason = `not exactly one uncompressed gRPC message (${this.#came} bytes of ${framePrefixBytes + this.#announced})`;
    return malformedReply(this.options.url, "REPLY_MALFORMED", { reason, body: this.#prefix });
  }

  /** Streams of a broken session do not always carry why it broke. */
  #connectionFailed(error: unknown): void {
    if (this.isOver) return;
    const { url, connectTimeoutMs, readTimeoutMs } = this.options;
    this.fail(connectionFailure(url, this.#session.failure ?? error, { connectMs: connectTimeoutMs, readMs: readTimeoutMs }));
  }

  protected override cancel(): void {
    this.#stream?.close();
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
