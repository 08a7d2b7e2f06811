/**
 * GuardedListener: makes every server of the gateway's processes, and what each of their child processes and sockets needs. A listener that
 * throws, a promise that nobody awaits and an error event that nobody hears end a Node process; here they end only their own request.
 * Neighbours: server.ts, the playground, the console's process and the demo's functions are made by it; tools/doors.test.ts finds servers
 * that are not.
 * Guarantee: whatever a request says and whenever it breaks off, the process lives and its other requests continue.
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { createServer as createNetServer, type Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from "node:tls";
import { nodeHttp } from "./node-http.ts";

/** Beyond this many, the newest connection is closed at once, because each costs some kilobytes before it has sent anything. */
const connectionsMax = 10_000;
/** The limits for a request's head and for the whole request; bodies have a pace of their own (request-body.ts). */
const headMsMax = 30_000;
const requestMsMax = 180_000;
const handshakeMsMax = 10_000;
const timeoutsCheckedEveryMs = 5_000;

export interface GuardedListenerParts {
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  /** Answers when `handle` threw or rejected. When this throws too, the connection is broken off. */
  failed(error: unknown, request: IncomingMessage, response: ServerResponse): void;
  readonly options?: ServerOptions;
}

export function createGuardedServer({ handle, failed, options }: GuardedListenerParts): Server {
  const server = nodeHttp.createServer(
    { headersTimeout: headMsMax, requestTimeout: requestMsMax, connectionsCheckingInterval: timeoutsCheckedEveryMs, ...options },
    (request, response) => {
      neverUnheard(request);
      neverUnheard(response);
      // The request is answered in HTTP. What such a client sends after it may be of another protocol, so the connection is not read any
      // further.
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
  // Having no descriptor for one more connection is no reason to end the others. A port that is taken is reported by listenOn.
  neverUnheard(server);
  server.on("connection", neverUnheard);
  // The gateway is no proxy; without this listener Node would close the connection without an answer.
  server.on("connect", (_request, socket: Duplex) => refuseTunnel(socket));
  return server;
}

/** Makes a server for a port whose protocol is not HTTP. */
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

/** Makes a server that speaks TLS in front of one that does not; `connected` gets the decrypted stream after the handshake. */
export function createGuardedTls(options: TlsOptions, connected: (socket: Duplex) => void): TlsServer {
  const server = createTlsServer({ handshakeTimeout: handshakeMsMax, ...options }, (socket) => {
    neverUnheard(socket);
    connected(socket);
  });
  server.maxConnections = connectionsMax;
  neverUnheard(server);
  server.on("connection", neverUnheard);
  // A client that speaks no TLS is cut off, and what it sent is dropped.
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

/** An error event that nobody hears ends the process, so this hears it. What to do is decided where close, end or exit are heard. */
export function neverUnheard(emitter: { on(event: "error", listener: () => void): unknown }): void {
  emitter.on("error", ignored);
}

function ignored(): void {
  // The event counts as heard; there is nothing else to do.
}

function refuseTunnel(socket: Duplex): void {
  neverUnheard(socket);
  const head = `HTTP/1.1 405 Method Not Allowed\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE\r\ncontent-type: application/problem+json`;
  socket.end(`${head}\r\ncontent-length: ${noTunnel.length}\r\nconnection: close\r\n\r\n${noTunnel}`);
}

/** The text is a problem as problem.ts writes it, which the console's process does not load. */
const noTunnel = `${JSON.stringify({
  type: "urn:signalbox:problem:method-not-allowed",
  title: "The route does not take this method",
  status: 405,
  code: "METHOD_NOT_ALLOWED",
  detail: "CONNECT is not possible here.",
  where: "method",
  cure: "This is no proxy: ask for a path.",
})}\n`;
