/**
 * HttpConnection: one socket to a function's server that carries one exchange at a time, kept alive between them.
 * Neighbours: http-pool.ts owns it; http-response-parser.ts reads; an HttpExchange is told what came.
 * Guarantee: each exchange ends exactly once, by onEnd or onError; bytes that nobody asked for close the connection.
 */
import { connect as connectTcp, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls, type SecureContext } from "node:tls";
import { HttpProtocolError, HttpResponseParser, type ResponseSink } from "./http-response-parser.ts";

export interface HttpExchange extends ResponseSink {
  /** The whole request, head and body. */
  readonly bytes: Buffer;
  /** When the pool's watch gives it up, in performance.now() time. */
  readonly deadlineMs: number;
  expire(): void;
  /** It is on its way: destroying the connection ends it. */
  onSent(connection: HttpConnection): void;
  onEnd(): void;
  onError(error: Error): void;
}

export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  /** Gives only addresses that may be reached. */
  readonly lookup: LookupFunction;
  readonly socketPath: string | undefined;
  readonly secure: { readonly context: SecureContext; readonly servername: string } | undefined;
  readonly connectTimeoutMs: number;
}

export interface ConnectionOwner {
  /** It can carry an exchange: just opened, or the last one has ended. */
  onFree(connection: HttpConnection): void;
  /** It is gone. `unsent`: it never opened. */
  onGone(connection: HttpConnection, error: Error, unsent: boolean): void;
}

const readBytesMax = 64 * 1024;
/** Shared by all connections: what is read is used up before the next read begins. */
const readBuffer = Buffer.allocUnsafeSlow(readBytesMax);
const tcpKeepAliveMs = 60_000;

export class HttpConnection {
  exchange: HttpExchange | undefined = undefined;
  /** Turns of the pool's watch in which nothing came while an exchange was under way. */
  silentTurns = 0;
  idleSinceMs = 0;
  /** How long the server keeps it when idle; undefined: it did not say. */
  get keepAliveMs(): number | undefined {
    return this.parser.keepAliveMs;
  }

  private readonly socket: Socket;
  private readonly owner: ConnectionOwner;
  private readonly parser = new HttpResponseParser();
  private opened = false;
  private gone = false;
  private error: Error | undefined = undefined;

  constructor(target: ConnectionTarget, owner: ConnectionOwner) {
    this.owner = owner;
    this.socket = openSocket(target, (length, bytes) => {
      this.received(bytes, length);
      return true;
    });
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

  send(exchange: HttpExchange): void {
    this.exchange = exchange;
    this.silentTurns = 0;
    exchange.onSent(this);
    this.socket.write(exchange.bytes);
  }

  destroy(error?: Error): void {
    this.error ??= error;
    this.socket.destroy();
  }

  private received(bytes: Buffer, length: number): void {
    const { exchange } = this;
    // A reply that nobody waits for could be taken for the next one.
    if (exchange === undefined) return this.destroy();
    this.silentTurns = 0;
    let used: number | undefined;
    try {
      used = this.parser.push(bytes, length, exchange);
    } catch (error) {
      return this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    if (used === undefined) return;
    this.exchange = undefined;
    const usable = this.parser.keepsAlive && used === length;
    if (!usable) this.destroy();
    exchange.onEnd();
    if (usable) this.owner.onFree(this);
  }

  private closed(): void {
    if (this.gone) return;
    this.gone = true;
    const { exchange } = this;
    this.exchange = undefined;
    const error = this.error ?? new HttpProtocolError("CLOSED", "the other side closed");
    if (exchange !== undefined) {
      if (this.error === undefined && this.parser.endsWithConnection) exchange.onEnd();
      else exchange.onError(error);
    }
    this.owner.onGone(this, error, !this.opened);
  }
}

function openSocket(target: ConnectionTarget, onRead: (length: number, bytes: Buffer) => boolean): Socket {
  const where =
    target.socketPath === undefined ? { host: target.host, port: target.port, lookup: target.lookup } : { path: target.socketPath };
  const common = { ...where, noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpKeepAliveMs };
  if (target.secure === undefined) {
    const callback = (length: number, bytes: Uint8Array): boolean => onRead(length, bytes === readBuffer ? readBuffer : Buffer.from(bytes));
    return connectTcp({ ...common, onread: { buffer: readBuffer, callback } });
  }
  const { context, servername } = target.secure;
  const socket = connectTls({ ...common, secureContext: context, servername });
  socket.on("data", (bytes: Buffer) => onRead(bytes.length, bytes));
  return socket;
}
