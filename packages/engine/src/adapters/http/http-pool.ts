/**
 * HttpPool: the kept connections to one origin. An exchange takes the connection that was used last, opens another while fewer than
 * connectionsMax are there, and waits otherwise. A connection that becomes free rests until the event loop has polled all sockets once
 * more, so that surplus bytes of the server are seen before another request is written (decision 24). Neighbours: transport-http-pools.ts
 * keeps one per origin; http-connection.ts is one of them; transport-http-call.ts is an exchange. Guarantee: an exchange ends exactly once;
 * silence beyond readTimeoutMs ends it; a connection lives no longer than lifeMs and a fifth.
 */
import { Fifo } from "../../model/collections/fifo.ts";
import { type ConnectionOwner, type ConnectionTarget, HttpConnection, type HttpExchange } from "./http-connection.ts";
import { HttpProtocolError } from "./http-response-parser.ts";

export interface HttpPoolOptions {
  readonly target: ConnectionTarget;
  readonly connectionsMax: number;
  readonly readTimeoutMs: number;
  /** After this time a connection carries no further exchange; 0: no limit. */
  readonly lifeMs: number;
}

/** The watch runs at least this many times per read timeout, and often enough for the deadlines of calls. */
const watchTurnsMin = 8;
const watchMsMin = 5;
const watchMsMax = 250;
/** When a server announces its idle timeout, a connection is closed this much earlier. */
const keepAliveMarginMs = 1000;
/** A random part of the life, so that connections that were opened together do not end together. */
const lifeJitterShare = 0.2;

export class HttpPool implements ConnectionOwner {
  private readonly options: HttpPoolOptions;
  private readonly connections = new Set<HttpConnection>();
  /** Idle connections; the one that was used last is at the end. */
  private readonly idle: HttpConnection[] = [];
  /** Exchanges that wait for a connection. The credits of the engine bound them; those that were given up are skipped. */
  private readonly waiting = new Fifo<HttpExchange>();
  private opening = 0;
  /** Connections that became free since the event loop last polled the sockets, and before that. */
  private resting: HttpConnection[] = [];
  private rested: HttpConnection[] = [];
  private restingCount = 0;
  private turnAhead = false;
  private readonly onTurn = (): void => this.turn();
  private closing: (() => void) | undefined = undefined;
  private ended = false;
  private watch: NodeJS.Timeout | undefined = undefined;
  private readonly watchMs: number;

  constructor(options: HttpPoolOptions) {
    this.options = options;
    this.watchMs = Math.min(watchMsMax, Math.max(watchMsMin, Math.ceil(options.readTimeoutMs / watchTurnsMin)));
  }

  dispatch(exchange: HttpExchange): void {
    if (this.ended) return exchange.onError(new HttpProtocolError("CLOSED", "the pool is closed"));
    const connection = this.takeIdle();
    if (connection === undefined) {
      this.waiting.push(exchange);
      this.openForWaiting();
    } else connection.send(exchange);
    if (this.watch === undefined) this.startWatch();
  }

  /** Resolves when the exchanges under way have ended and all connections are closed. */
  close(): Promise<void> {
    this.ended = true;
    for (const connection of this.idle.splice(0)) connection.destroy();
    return this.whenEmpty();
  }

  /** Ends everything now. */
  destroy(): Promise<void> {
    this.ended = true;
    for (let exchange = this.takeWaiting(); exchange !== undefined; exchange = this.takeWaiting())
      exchange.onError(new HttpProtocolError("CLOSED", "the pool is closed"));
    for (const connection of this.connections) connection.destroy();
    return this.whenEmpty();
  }

  onFree(connection: HttpConnection): void {
    if (!this.connections.has(connection)) return;
    if (!connection.wasFree) this.opening--;
    connection.wasFree = true;
    connection.isResting = true;
    this.restingCount++;
    this.resting.push(connection);
    if (this.turnAhead) return;
    this.turnAhead = true;
    setImmediate(this.onTurn);
  }

  onGone(connection: HttpConnection, error: Error, unused: boolean): void {
    this.connections.delete(connection);
    const place = this.idle.indexOf(connection);
    if (place >= 0) this.idle.splice(place, 1);
    const wasWantedNow = this.endRest(connection) || !connection.opened;
    if (!connection.opened) this.opening--;
    // One failed attempt to connect fails one exchange: each of the others has an attempt of its own.
    if (unused && wasWantedNow) this.takeWaiting()?.onError(error);
    this.openForWaiting();
    if (this.ended && this.connections.size === 0) this.closing?.();
  }

  /** Runs after the sockets were polled. Connections that were free at the turn before have been polled since. */
  private turn(): void {
    const free = this.rested;
    const nowMs = performance.now();
    this.rested = this.resting;
    this.resting = [];
    // A connection that is gone by now ends its rest in onGone.
    for (const connection of free) if (!connection.isGone && this.endRest(connection)) this.use(connection, nowMs);
    this.turnAhead = this.rested.length > 0 || this.resting.length > 0;
    if (this.turnAhead) setImmediate(this.onTurn);
  }

  private use(connection: HttpConnection, nowMs: number): void {
    connection.idleSinceMs = nowMs;
    if (this.isStale(connection, nowMs)) return connection.destroy();
    const next = this.takeWaiting();
    if (next !== undefined) connection.send(next);
    else if (this.ended) connection.destroy();
    else this.idle.push(connection);
  }

  private endRest(connection: HttpConnection): boolean {
    if (!connection.isResting) return false;
    connection.isResting = false;
    this.restingCount--;
    return true;
  }

  private takeIdle(): HttpConnection | undefined {
    for (let connection = this.idle.pop(); connection !== undefined; connection = this.idle.pop()) {
      if (!connection.isGone && !this.isStale(connection, performance.now())) return connection;
      connection.destroy();
    }
    return undefined;
  }

  private isStale(connection: HttpConnection, nowMs: number): boolean {
    if (nowMs >= connection.retireAtMs) return true;
    const announced = connection.keepAliveMs;
    return announced !== undefined && nowMs - connection.idleSinceMs > announced - Math.min(keepAliveMarginMs, announced / 2);
  }

  private takeWaiting(): HttpExchange | undefined {
    for (let exchange = this.waiting.shift(); exchange !== undefined; exchange = this.waiting.shift())
      if (!exchange.isOver) return exchange;
    return undefined;
  }

  private openForWaiting(): void {
    const { target, connectionsMax, lifeMs } = this.options;
    while (this.opening + this.restingCount < this.waiting.size && this.connections.size < connectionsMax) {
      const lives = lifeMs === 0 ? Number.POSITIVE_INFINITY : lifeMs * (1 + Math.random() * lifeJitterShare);
      this.opening++;
      this.connections.add(new HttpConnection(target, this, performance.now() + lives));
    }
  }

  private startWatch(): void {
    this.watch = setTimeout(() => this.look(), this.watchMs);
    this.watch.unref();
  }

  /** Ends silent and overdue exchanges, and idle connections whose time is over. Runs again while there is something to watch. */
  private look(): void {
    const nowMs = performance.now();
    const turnsMax = Math.ceil(this.options.readTimeoutMs / this.watchMs);
    for (const connection of this.connections) {
      const { exchange } = connection;
      if (exchange === undefined) continue;
      connection.silentTurns++;
      if (exchange.deadlineMs <= nowMs) exchange.expire();
      else if (connection.silentTurns > turnsMax)
        connection.destroy(new HttpProtocolError("READ_TIMEOUT", `nothing came for ${this.options.readTimeoutMs} ms`));
    }
    for (const exchange of this.waiting) if (exchange.deadlineMs <= nowMs) exchange.expire();
    this.endStale(nowMs);
    if (this.connections.size > 0 || this.waiting.size > 0) this.startWatch();
    else this.watch = undefined;
  }

  private endStale(nowMs: number): void {
    let kept = 0;
    for (const connection of this.idle) {
      if (this.isStale(connection, nowMs)) connection.destroy();
      else this.idle[kept++] = connection;
    }
    this.idle.length = kept;
  }

  private whenEmpty(): Promise<void> {
    if (this.connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const before = this.closing;
      this.closing = () => {
        before?.();
        resolve();
      };
    });
  }
}
