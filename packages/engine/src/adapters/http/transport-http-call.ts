/**
 * HttpCall: one invocation on its way over HTTP/1.1: a POST of its own, as an exchange of a pool, or a part of a frame.
 * Neighbours: transport-http.ts makes one per invocation; http-frame.ts carries several; reply-call.ts is what it has in common with calls
 * over HTTP/2.
 */
import type { ExchangeCarrier, HttpExchange } from "./http-connection.ts";
import type { HttpPool } from "./http-pool.ts";
import { HttpProtocolError, type ResponseHeaders } from "./http-response-head.ts";
import { type CallOwner, ReplyCall, type ReplyCallOptions } from "./reply-call.ts";

/** FrameLane, which hears what a reply says about frames. */
interface FramesHeard {
  offered(header: string | undefined): void;
}

/** What carries the call, and is destroyed when nobody wants the reply any more: a connection or a frame. */
interface Carrier {
  destroy(): void;
}

const noBytes = Buffer.alloc(0);

export class HttpCall extends ReplyCall implements HttpExchange {
  bytes: Buffer = noBytes;
  readonly #lane: FramesHeard | undefined;
  #carrier: Carrier | undefined;
  #isFramed = false;

  constructor(options: ReplyCallOptions, request: { timeoutMs: number; owner: CallOwner | undefined; lane: FramesHeard | undefined }) {
    super(options, { timeoutMs: request.timeoutMs, owner: request.owner, ownTimer: false });
    this.#lane = request.lane;
  }

  get url(): string {
    return this.options.url;
  }

  /** `bytes`: the whole request, head and body. */
  sendAlone(bytes: Buffer, pool: HttpPool): void {
    this.bytes = bytes;
    pool.dispatch(this);
  }

  carriedBy(frame: Carrier | undefined): void {
    this.#carrier = frame;
    this.#isFramed = frame !== undefined;
  }

  onSent(connection: ExchangeCarrier): void {
    this.#carrier = connection;
  }

  override onHead(status: number, headers: ResponseHeaders): void {
    if (this.#lane !== undefined && !this.#isFramed && status === 200) this.#lane.offered(headers.frames);
    super.onHead(status, headers);
  }

  /** Fails the call because no byte of its part came within the read timeout. */
  silent(): void {
    this.onError(new HttpProtocolError("READ_TIMEOUT", "nothing of its part came"));
  }

  override onEnd(): void {
    this.#carrier = undefined;
    super.onEnd();
  }

  override onClosed(): void {
    this.#carrier = undefined;
    super.onClosed();
  }

  override onEarly(error: Error): void {
    this.#carrier = undefined;
    super.onEarly(error);
  }

  override onError(error: Error): void {
    this.#carrier = undefined;
    super.onError(error);
  }

  protected override cancel(): void {
    this.#carrier?.destroy();
  }
}
