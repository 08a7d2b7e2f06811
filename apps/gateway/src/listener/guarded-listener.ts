/**
 * GuardedListener: how every server of the gateway's processes is made, and what every child process and socket of theirs is given.
 * A listener that throws, a promise that nobody awaits and an error event that nobody hears end a Node process; here they end their own
 * request. Neighbours: server.ts, the playground, the console's process and the demo's functions are made by it; tools/doors.test.ts
 * finds those that are not.
 * Guarantee: whatever a request says and whenever it breaks off, the process lives and its other requests go on.
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { createServer as createNetServer, type Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from "node:tls";
import { nodeHttp } from "./node-http.ts";

/** Beyond them the newest connection is closed at once: each costs some kilobytes before it has said anything. */
const connectionsMax = 10_000;
/** A request's head, and the whole of it; bodies have a pace of their own (request-body.ts). */
const headMsMax = 30_000;
const requestMsMax = 180_000;
const handshakeMsMax = 10_000;
const timeoutsCheckedEveryMs = 5_000;

export interface GuardedListenerParts {
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  /** Answers for a handler that threw or rejected. What it throws itself breaks the connection off. */
  failed(error: unknown, request: IncomingMessage, response: ServerResponse): void;
  readonly options?: ServerOptions;
}

export function createGuardedServer({ handle, failed, options }: GuardedListenerParts): Server {
  const server = nodeHttp.createServer(
    { headersTimeout: headMsMax, requestTimeout: requestMsMax, connectionsCheckingInterval: timeoutsCheckedEveryMs, ...options },
    (request, response) => {
      neverUnheard(request);
      neverUnheard(response);
      // Answered in this protocol; what such a client sends behind its request may be of another one, so nothing is read from it any more.
      if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
      guarded(
        () => handle(request, response),
        (error) =>
          guarded(
            () => failed(error, request, response),
            () => request.socket.destroy(),
          ),
      );
    },
  );
  server.maxConnections = connectionsMax;
  // No descriptor for one more connection is no reason to end the others; who listens hears of a port that is taken himself.
  neverUnheard(server);
  server.on("connection", neverUnheard);
  // Nobody's proxy: without a listener the connection would end without a word.
  server.on("connect", (_request, socket: Duplex) => refuseTunnel(socket));
  return server;
}

/** A port whose protocol is not HTTP. */
export function createGuardedNet(connected: (socket: Socket) => void): NetServer {
  const server = createNetServer((socket) => {
    neverUnheard(socket);
    guarded(
      () => connected(socket),
      () => socket.destroy(),
    );
  });
  server.maxConnections = connectionsMax;
  neverUnheard(server);
  return server;
}

/** TLS before a server that does not know of it: `connected` gets what comes out of a handshake. */
export function createGuardedTls(options: TlsOptions, connected: (socket: Duplex) => void): TlsServer {
  const server = createTlsServer({ handshakeTimeout: handshakeMsMax, ...options }, (socket) => {
    neverUnheard(socket);
    connected(socket);
  });
  server.maxConnections = connectionsMax;
  neverUnheard(server);
  server.on("connection", neverUnheard);
  // Whoever speaks no TLS here is cut off; what they sent is nobody's.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

/** Calls `onError` once with what `work` threw or rejected with. */
function guarded(work: () => void | Promise<void>, onError: (error: unknown) => void): void {
  try {
    work()?.catch(onError);
  } catch (error) {
    onError(error);
  }
}

/** An error event that nobody hears ends the process; what to do is decided where close, end or exit are heard. */
export function neverUnheard(emitter: { on(event: "error", listener: () => void): unknown }): void {
  emitter.on("error", ignored);
}

function ignored(): void {
  // Heard.
}

function refuseTunnel(socket: Duplex): void {
  neverUnheard(socket);
  const head = `HTTP/1.1 405 Method Not Allowed\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE\r\ncontent-type: application/problem+json`;
  socket.end(`${head}\r\ncontent-length: ${noTunnel.length}\r\nconnection: close\r\n\r\n${noTunnel}`);
}

/** In the words of problem.ts, which the console's process does without. */
const noTunnel = `${JSON.stringify({
  type: "urn:signalbox:problem:method-not-allowed",
  title: "The route does not take this method",
  status: 405,
  code: "METHOD_NOT_ALLOWED",
  detail: "CONNECT is not possible here.",
  where: "method",
  cure: "This is no proxy: ask for a path.",
})}\n`;
