/**
 * HttpCall: one POST on its way over HTTP/1.1, as an exchange of a pool.
 * Neighbours: transport-http.ts makes one per invocation; reply-call.ts is what it has in common with calls over HTTP/2.
 */
import type { HttpConnection, HttpExchange } from "./http-connection.ts";
import { type CallOwner, ReplyCall, type ReplyCallOptions } from "./reply-call.ts";

export class HttpCall extends ReplyCall implements HttpExchange {
  readonly bytes: Buffer;
  #connection: HttpConnection | undefined;

  constructor(options: ReplyCallOptions, request: { bytes: Buffer; timeoutMs: number; owner: CallOwner | undefined }) {
    super(options, { timeoutMs: request.timeoutMs, owner: request.owner, ownTimer: false });
    this.bytes = request.bytes;
  }

  onSent(connection: HttpConnection): void {
    this.#connection = connection;
  }

  override onEnd(): void {
    this.#connection = undefined;
    super.onEnd();
  }

  override onClosed(): void {
    this.#connection = undefined;
    super.onClosed();
  }

  override onEarly(error: Error): void {
    this.#connection = undefined;
    super.onEarly(error);
  }

  override onError(error: Error): void {
    this.#connection = undefined;
    super.onError(error);
  }

  protected override cancel(): void {
    this.#connection?.destroy();
  }
}
