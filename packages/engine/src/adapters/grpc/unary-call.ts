/**
 * UnaryCall: one call as one unary gRPC stream, signalbox.v1.Function/Invoke, for servers without Stream.
 * Neighbours: transport-grpc.ts begins one; http/reply-call.ts is its clock and its end; grpc-refusal.ts names statuses.
 */
import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { EndpointSpec, TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { Http2Session } from "../http/http2-sessions.ts";
import { ReplyCall, type CallOwner } from "../http/reply-call.ts";
import type { ReplyMemory } from "../http/reply-memory.ts";
import { connectionFailure, malformedReply } from "../transport-failure.ts";
import { statusFailure, wrongContentType } from "../status-failure.ts";
import { decodedMessage, refusedWith } from "./grpc-refusal.ts";
import { callHeaders, framePrefixBytes, framed, messageHead } from "./grpc-message.ts";

const invokePath = "/signalbox.v1.Function/Invoke";

export interface UnaryCallOptions {
  readonly url: string;
  readonly endpoint: EndpointSpec;
  readonly session: Http2Session;
  readonly memory: ReplyMemory;
  readonly timeoutMs: number;
  readonly owner: CallOwner | undefined;
}

/** One stream. The message counts only when the trailers report success and it is exactly as long as its prefix says. */
export class UnaryCall extends ReplyCall {
  readonly #session: Http2Session;
  readonly #timeoutMs: number;
  readonly #transport: TransportOptions;
  #stream: ClientHttp2Stream | undefined;
  #headers: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders = {};
  readonly #prefix = Buffer.alloc(framePrefixBytes);
  #isRead = false;
  /** How many bytes of the prefix and the message have come. */
  #came = 0;

  constructor({ url, endpoint, session, memory, timeoutMs, owner }: UnaryCallOptions) {
    const { payloadBytesMax, connectTimeoutMs, readTimeoutMs } = endpoint.transport;
    super({ url, payloadBytesMax, connectTimeoutMs, readTimeoutMs, nowMs: Date.now, memory }, { timeoutMs, owner, ownTimer: true });
    this.#session = session;
    this.#transport = endpoint.transport;
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
    const stream = this.#session.http2.request(callHeaders(invokePath, this.#timeoutMs, this.#transport));
    stream.on("response", (headers) => {
      this.#headers = headers;
      // For a response of trailers only, Node may report the end before the trailers.
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
    stream.end(framed(message));
    return stream;
  }

  #receive(chunk: Buffer): void {
    if (this.isOver || !this.#isMessage) return;
    let at = 0;
    if (this.#came < framePrefixBytes) {
      at = chunk.copy(this.#prefix, this.#came);
      this.#came += at;
      if (this.#came < framePrefixBytes) return;
      this.onHead(200, messageHead(this.#announced));
    }
    if (at === chunk.length || this.isOver || !this.#isPlain) return;
    this.#came += chunk.length - at;
    // Surplus bytes are not kept; they only make the call fail.
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
    // Without headers the stream was cut, which its error or close reports.
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

  #refusal(status: number): Failure {
    const encoded = this.#trailer("grpc-message");
    const reason = encoded === undefined ? undefined : decodedMessage(encoded);
    const said = { outcome: this.#trailer("signalbox-outcome"), retryAfter: this.#trailer("retry-after") };
    return refusedWith(this.options.url, { status, reason, ...said }, this.options.nowMs());
  }

  #trailer(name: string): string | undefined {
    return textOf(this.#trailers[name] ?? this.#headers[name]);
  }

  #notOneMessage(): Failure {
    const reason = `not exactly one uncompressed gRPC message (${this.#came} bytes of ${framePrefixBytes + this.#announced})`;
    return malformedReply(this.options.url, "REPLY_MALFORMED", { reason, body: this.#prefix });
  }

  /** A stream's own error does not always say why its session broke. */
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
