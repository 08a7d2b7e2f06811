/**
 * HttpConnection: one socket to a function's server that carries one exchange at a time, kept alive between them. Neighbours: http-pool.ts
 * owns it; http-response-parser.ts reads; an HttpExchange is told what came. Guarantee: each exchange ends exactly once. It succeeds only
 * with a complete reply that began after its request was written and that nothing else came with. Anything else is a named error, and the
 * connection carries no further exchange.
 */
import { connect as connectTcp, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls, type SecureContext } from "node:tls";
import { HttpProtocolError, HttpResponseParser, type ResponseSink } from "./http-response-parser.ts";

/** What an exchange may ask of the connection that carries it. */
export interface ExchangeCarrier {
  /** True while the request is not written completely. */
  readonly isWriting: boolean;
  destroy(error?: Error): void;
}

export interface HttpExchange extends ResponseSink {
  /** The whole request, head and body. */
  readonly bytes: Buffer;
  /** When the pool's watch gives the exchange up, in performance.now() time. */
  readonly deadlineMs: number;
  expire(): void;
  /** The request is on its way; from now on destroying the connection ends the exchange. */
  onSent(connection: ExchangeCarrier): void;
  /** The reply is complete according to its own length. */
  onEnd(): void;
  /** The connection closed, which ends a body without a length. */
  onClosed(): void;
  /** A reply began before the request was written. A refusal may do that, and what came of it counts. */
  onEarly(error: Error): void;
  onError(error: Error): void;
}

export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  /** Resolves names only to addresses that may be reached. */
  readonly lookup: LookupFunction;
  readonly socketPath: string | undefined;
  readonly secure: { readonly context: SecureContext; readonly servername: string } | undefined;
  readonly connectTimeoutMs: number;
}

export interface ConnectionOwner {
  /** The connection is free: it was just opened, or its last exchange has ended. */
  onFree(connection: HttpConnection): void;
  /** The connection is gone. `unused`: it never carried an exchange. */
  onGone(connection: HttpConnection, error: Error, unused: boolean): void;
}

const readBytesMax = 64 * 1024;
/** Shared by all connections, because what was read is consumed before the next read begins. */
const readBuffer = Buffer.allocUnsafeSlow(readBytesMax);
const tcpKeepAliveMs = 60_000;
/** A server that refuses a request may leave up to this much of it unread, and then take that for the next request. */
const unreadBytesMax = 16 * 1024;

export class HttpConnection implements ExchangeCarrier {
  exchange: HttpExchange | undefined = undefined;
  /** For how many turns of the pool's watch nothing came while an exchange was under way. */
  silentTurns = 0;
  idleSinceMs = 0;
  /** For the pool: the connection was free before, so it no longer counts as one that is being opened. */
  wasFree = false;
  /** For the pool: the connection has just become free, and surplus bytes may still come. */
  isResting = false;
  /** When it carries no further exchange, in performance.now() time. */
  readonly retireAtMs: number;
  /** How long the server keeps it open when idle; undefined when it did not say. */
  get keepAliveMs(): number | undefined {
    return this.parser.keepAliveMs;
  }
  opened = false;

  private readonly socket: Socket;
  private readonly owner: ConnectionOwner;
  private readonly parser = new HttpResponseParser();
  private used = false;
  private early = false;
  private gone = false;
  private error: Error | undefined = undefined;
  /** Bytes that came over TLS before the end of the write was reported. */
  private held: Buffer[] | undefined = undefined;

  constructor(target: ConnectionTarget, owner: ConnectionOwner, retireAtMs: number) {
    this.owner = owner;
    this.retireAtMs = retireAtMs;
    this.socket = openSocket(
      target,
      (length, bytes) => {
        this.received(bytes, length);
        return true;
      },
      (bytes) => this.receivedSecure(bytes),
    );
    const timer = setTimeout(() => {
      this.destroy(new HttpProtocolError("CONNECT_TIMEOUT", `no connection within ${target.connectTimeoutMs} ms`));
    }, target.connectTimeoutMs);
    this.socket.once(target.secure === undefined ? "connect" : "secureConnect", () => {
      clearTimeout(timer);
      this.opened = true;
      this.owner.onFree(this);
    });
    this.socket.on("error", (error) => {
      this.error ??= error;
    });
    this.socket.on("end", () => this.socket.destroy());
    this.socket.once("close", () => {
      clearTimeout(timer);
      this.closed();
    });
  }

  get isGone(): boolean {
    return this.gone || this.socket.destroyed;
  }

  get isWriting(): boolean {
    return this.socket.writableLength > 0;
  }

  send(exchange: HttpExchange): void {
    this.exchange = exchange;
    this.silentTurns = 0;
    this.used = true;
    exchange.onSent(this);
    this.socket.write(exchange.bytes);
  }

  destroy(error?: Error): void {
    this.error ??= error;
    this.socket.destroy();
  }

  /** TLS reports the end of a write only at the end of this turn of the event loop, so until then no reply counts as early. */
  private receivedSecure(bytes: Buffer): void {
    if (this.held !== undefined) this.held.push(bytes);
    else if (this.socket.writableLength === 0) this.received(bytes, bytes.length);
    else {
      this.held = [bytes];
      setImmediate(() => this.release());
    }
  }

  private release(): void {
    const { held } = this;
    this.held = undefined;
    for (const bytes of held ?? []) if (!this.gone) this.received(bytes, bytes.length);
  }

  private received(bytes: Buffer, length: number): void {
    const { exchange } = this;
    // A reply that nobody waits for could be taken for that of the next exchange.
    if (exchange === undefined) return this.destroy(unasked(bytes, length));
    this.silentTurns = 0;
    const unwritten = this.isWriting;
    let used: number | undefined;
    try {
      used = this.parser.push(bytes, length, exchange);
    } catch (error) {
      return this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    if (unwritten && (used !== undefined || this.parser.isMidway)) this.early = true;
    if (this.early && (used !== undefined || this.parser.isInBody)) return this.endEarly(exchange);
    if (used !== undefined) this.ended(exchange, length - used);
  }

  private ended(exchange: HttpExchange, surplusBytes: number): void {
    this.exchange = undefined;
    if (surplusBytes > 0) {
      const error = new HttpProtocolError("SURPLUS", `${surplusBytes} bytes more than its reply came with it`);
      this.destroy(error);
      return exchange.onError(error);
    }
    const refused = this.parser.status < 200 || this.parser.status > 299;
    const usable = this.parser.keepsAlive && !(refused && exchange.bytes.length > unreadBytesMax);
    if (!usable) this.destroy();
    exchange.onEnd();
    if (usable) this.owner.onFree(this);
  }

  /** Stops sending the request: a server that has answered may take the rest for another request. */
  private endEarly(exchange: HttpExchange): void {
    this.exchange = undefined;
    const error = new HttpProtocolError("EARLY", "it replied before the request was written");
    this.destroy(error);
    exchange.onEarly(error);
  }

  private closed(): void {
    if (this.gone) return;
    this.release();
    this.gone = true;
    const { exchange } = this;
    this.exchange = undefined;
    const error = this.error ?? new HttpProtocolError("CLOSED", "the other side closed");
    if (exchange !== undefined) {
      if (this.error === undefined && this.parser.endsWithConnection) exchange.onClosed();
      else exchange.onError(error);
    }
    this.owner.onGone(this, error, !this.used);
  }
}

function unasked(bytes: Buffer, length: number): HttpProtocolError {
  const said = JSON.stringify(bytes.toString("latin1", 0, Math.min(length, 24)));
  return new HttpProtocolError("UNASKED", `it said ${said} before it was asked`);
}

function openSocket(
  target: ConnectionTarget,
  onRead: (length: number, bytes: Buffer) => boolean,
  onSecureRead: (bytes: Buffer) => void,
): Socket {
  const where =
    target.socketPath === undefined ? { host: target.host, port: target.port, lookup: target.lookup } : { path: target.socketPath };
  const common = { ...where, noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs };
  if (target.secure === undefined) {
    const callback = (length: number, bytes: Uint8Array): boolean => onRead(length, bytes === readBuffer ? readBuffer : Buffer.from(bytes));
    return connectTcp({ ...common, onread: { buffer: readBuffer, callback } });
  }
  const { context, servername } = target.secure;
  const socket = connectTls({ ...common, secureContext: context, servername });
  socket.on("data", onSecureRead);
  return socket;
}
