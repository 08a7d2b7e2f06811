/**
 * HTTP/2 transport: the HTTP protocol's POST on a stream of its own, for endpoints with `http2: true`: prior knowledge for http, ALPN for
 * https. A reply belongs to its stream, so it cannot be taken for that of another call (decision 24). Neighbours: transport-http.ts sends
 * an endpoint's calls here; http2-sessions.ts keeps the sessions; reply-call.ts reads replies. Guarantee: the same failures, timeouts and
 * bounds as over HTTP/1.1.
 */
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from "node:http2";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { EndpointPlaces } from "../endpoint-places.ts";
import type { BatchTrace } from "../trace-of-batch.ts";
import type { ResponseHeaders } from "./http-response-parser.ts";
import { HttpProtocolError } from "./http-response-parser.ts";
import { Http2Sessions, type Http2Session } from "./http2-sessions.ts";
import { type CallOwner, ReplyCall, type ReplyCallOptions } from "./reply-call.ts";

export class Http2Transport {
  readonly #sessions: Http2Sessions;

  constructor(places: EndpointPlaces) {
    this.#sessions = new Http2Sessions(places);
  }

  /** Throws ForbiddenPlace, and when the TLS material cannot be read. */
  send(call: Http2Call, to: { endpoint: EndpointSpec; origin: string; path: string }): void {
    call.send(this.#sessions.obtain(to.endpoint, to.origin), to.path);
  }

  retain(endpoints: readonly EndpointSpec[]): void {
    this.#sessions.retain(endpoints);
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }
}

interface Http2Request {
  readonly message: Buffer;
  readonly trace: BatchTrace | undefined;
  /** The headers of the endpoint, and the signature. */
  readonly extraHeaders: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly owner: CallOwner | undefined;
}

export class Http2Call extends ReplyCall {
  readonly #message: Buffer;
  readonly #trace: BatchTrace | undefined;
  readonly #extraHeaders: Readonly<Record<string, string>>;
  #session: Http2Session | undefined;
  #stream: ClientHttp2Stream | undefined;
  #announcedBytes: number | undefined;
  #receivedBytes = 0;
  #hasHead = false;
  #isRead = false;
  /** All bytes have come; the body may still be being unpacked. */
  #hasEnded = false;

  constructor(options: ReplyCallOptions, request: Http2Request) {
    super(options, { timeoutMs: request.timeoutMs, owner: request.owner, ownTimer: true });
    this.#message = request.message;
    this.#trace = request.trace;
    this.#extraHeaders = request.extraHeaders;
  }

  send(session: Http2Session, path: string): void {
    this.#session = session;
    try {
      this.#stream = this.#open(session, path);
    } catch (error) {
      this.#broken(error);
    }
  }

  #open(session: Http2Session, path: string): ClientHttp2Stream {
    const stream = session.http2.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/octet-stream",
      "content-length": this.#message.length,
      accept: "application/octet-stream",
      "accept-encoding": "gzip,deflate",
      "user-agent": "statefun",
      ...this.#extraHeaders,
      ...(this.#trace === undefined ? {} : { traceparent: this.#trace.traceparent }),
      ...(this.#trace === undefined || this.#trace.tracestate === "" ? {} : { tracestate: this.#trace.tracestate }),
    });
    stream.on("response", (headers, flags) => this.#receiveHead(headers, flags));
    stream.on("data", (chunk: Buffer) => {
      this.#receivedBytes += chunk.length;
      this.onBody(chunk, 0, chunk.length);
    });
    stream.on("end", () => {
      this.#isRead = true;
      this.#finish();
    });
    stream.on("error", (error) => this.#broken(error));
    stream.on("close", () => this.#broken(new HttpProtocolError("CLOSED", `the stream was closed with code ${stream.rstCode}`)));
    stream.setTimeout(this.options.readTimeoutMs, () => {
      if (this.isOver || this.#hasEnded) return;
      this.onError(new HttpProtocolError("READ_TIMEOUT", `nothing came for ${this.options.readTimeoutMs} ms`));
      this.cancel();
    });
    stream.end(this.#message);
    return stream;
  }

  #receiveHead(headers: IncomingHttpHeaders, flags: number): void {
    if (this.isOver) return;
    const head = headOf(headers);
    this.#hasHead = true;
    const endsHere = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    this.#announcedBytes = head.contentLength ?? (endsHere ? 0 : undefined);
    this.onHead(Number(headers[":status"]), head);
    // For a response of a head only, Node may report the end before the head.
    if (this.#isRead) this.#finish();
  }

  /**
   * A stream that was reset ends like one that was finished. So the reply is known to be complete only by its length; without a length, by
   * having no body (the head ended the stream), or by being complete in itself.
   */
  #finish(): void {
    if (!this.#hasHead || this.isOver) return;
    this.#hasEnded = true;
    const announced = this.#announcedBytes;
    if (announced === undefined) this.onClosed();
    else if (announced === this.#receivedBytes) this.onEnd();
    else this.onError(new HttpProtocolError("CLOSED", `${this.#receivedBytes} of ${announced} bytes came`));
  }

  /** A stream's own error does not always say why its session broke. */
  #broken(error: unknown): void {
    if (this.isOver || this.#hasEnded) return;
    const cause = this.#session?.failure ?? error;
    this.onError(cause instanceof Error ? cause : new Error(String(cause)));
  }

  protected override cancel(): void {
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }
}

function headOf(headers: IncomingHttpHeaders): ResponseHeaders {
  const length = textOf(headers["content-length"]);
  return {
    contentLength: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
    contentType: textOf(headers["content-type"]),
    contentEncoding: textOf(headers["content-encoding"]),
    retryAfter: textOf(headers["retry-after"]),
    location: textOf(headers["location"]),
    outcome: textOf(headers["signalbox-outcome"]),
    // Not framed, because each call has a stream of its own.
    frames: undefined,
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
