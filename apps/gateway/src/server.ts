/**
 * Server: one port for everything over HTTP. Plain messages are read and answered before node:http (http/message-front.ts); for all
 * else the order of routing is: messages (raw), tRPC, health, the API (fastify), and the console last. tRPC and the API are opened by who asks
 * first, or by openRest().
 * A browser page of another site may not write: its Origin differs from the Host it asks (foreignOrigin).
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Console } from "./http/console.ts";
import { isHealth, writeHealth } from "./http/health.ts";
import { listenOn } from "./http/listen.ts";
import { MessageFront } from "./http/message-front.ts";
import { messagesPrefix, type Messages } from "./http/messages.ts";
import { nodeHttp } from "./http/node-http.ts";
import { OnDemand } from "./http/on-demand.ts";
import { GatewayError, problemOf } from "./http/problem.ts";
import { problemText, writeProblem } from "./http/reply.ts";
import type { Context } from "./trpc/context.ts";

const trpcPrefix = "/trpc/";
const apiPaths = ["/v1/", "/health", "/metrics"];

export interface ServerParts {
  readonly context: Context;
  readonly messages: Messages;
  readonly openApi: () => Promise<FastifyInstance>;
  readonly logError: (error: unknown, where: string) => void;
}

/** As fastify calls it. */
interface Routed {
  readonly routing: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface GatewayServer {
  readonly server: Server;
  listen(host: string, port: number): Promise<number>;
  /** Set once Next is prepared; until then pages answer that the console starts. */
  setConsole(console: Console): void;
  /** What was not loaded for the start. */
  openRest(): Promise<void>;
  /** No new connections; those that are open go on. */
  stopListening(): void;
  close(): Promise<void>;
}

export function createGatewayServer(parts: ServerParts): GatewayServer {
  let gatewayConsole: Console | undefined;
  // Nothing here needs the Host header, and the refusal of node:http would say nothing.
  const server = nodeHttp.createServer({ keepAliveTimeout: 65_000, noDelay: true, requireHostHeader: false }, (request, response) =>
    route(request, response),
  );
  server.on("clientError", refuseUnreadable);
  server.on("checkExpectation", refuseExpectation);
  const front = new MessageFront({ server, messages: parts.messages });
  const trpc = new OnDemand<Routed>(async () => ({
    routing: (await import("./http/trpc-route.ts")).createTrpcRoute({ ...parts, prefix: trpcPrefix }),
  }));
  const api = new OnDemand(parts.openApi);

  function route(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "/";
    if (request.method !== "GET" && foreignOrigin(request)) return refuse(response, foreignPage(request), url);
    if (url.startsWith(messagesPrefix)) {
      if (request.method === "POST") return parts.messages.route(request, response);
      return refuse(response, methodNotAllowed(request, "Use POST."), url);
    }
    if (url.startsWith(trpcPrefix)) {
      if (request.method === "GET" || request.method === "POST") return ask(trpc, request, response);
      return refuse(response, methodNotAllowed(request, "Use GET for queries and POST for mutations."), url);
    }
    if (isHealth(request.method, url)) return writeHealth(response, parts.context.engine);
    if (apiPaths.some((path) => url.startsWith(path))) return ask(api, request, response);
    if (gatewayConsole === undefined) return starting(response);
    gatewayConsole.handle(request, response);
  }

  function ask(part: OnDemand<Routed>, request: IncomingMessage, response: ServerResponse): void {
    if (part.current !== undefined) return part.current.routing(request, response);
    const refused = (error: unknown): void => {
      parts.logError(error, request.url ?? "");
      refuse(response, error, request.url ?? "");
    };
    part
      .open()
      .then(({ routing }) => routing(request, response))
      .catch(refused);
  }

  return {
    server,
    listen: (host, port) => listenOn(server, { host, port, setting: "SIGNALBOX_PORT" }),
    setConsole: (ready) => {
      gatewayConsole = ready;
    },
    openRest: async () => {
      await Promise.all([trpc.open(), api.open()]);
    },
    stopListening: () => {
      if (server.listening) server.close();
      server.closeIdleConnections();
      front.stop();
    },
    close: async () => {
      if (server.listening) server.close();
      server.closeAllConnections();
      front.close();
      await (await api.settled())?.close();
      await gatewayConsole?.close();
    },
  };
}

function foreignPage({ headers }: IncomingMessage): GatewayError {
  return new GatewayError("FOREIGN_ORIGIN", {
    detail: `The page at ${String(headers.origin)} is not this gateway's console.`,
    where: "Origin",
    cure: "Call from the console, or from a program that sends no Origin header.",
  });
}

function refuseExpectation({ headers, url }: IncomingMessage, response: ServerResponse): void {
  const detail = `Expect: ${String(headers.expect)} cannot be met.`;
  const cure = "Send Expect: 100-continue, or leave the header out.";
  refuse(response, new GatewayError("INVALID_REQUEST", { detail, where: "Expect", cure }), url ?? "");
}

function methodNotAllowed({ method, url }: IncomingMessage, cure: string): GatewayError {
  return new GatewayError("METHOD_NOT_ALLOWED", { detail: `${String(method)} is not possible here.`, where: url ?? "", cure });
}

/** What node:http cannot read as a request never reaches a route; it is refused in the same words all the same. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, cure] = unreadableKinds[error.code ?? ""] ?? [400, "Bad Request", "Send a well-formed HTTP/1.1 request."];
  const problem = problemOf(
    new GatewayError("INVALID_REQUEST", { detail: `not readable as HTTP: ${error.message}`, where: "request", cure }),
  );
  const text = problemText({ ...problem, status });
  const head = `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close`;
  socket.end(`${head}\r\n\r\n${text}`);
}

const unreadableKinds: Readonly<Record<string, readonly [status: number, reason: string, cure: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "Send at most 16 KiB of headers."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "Payload Too Large", "Send chunks without extensions."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "Send the whole request without long pauses."],
};

function refuse(response: ServerResponse, error: unknown, where: string): void {
  writeProblem(response, problemOf(error, where));
}

function starting(response: ServerResponse): void {
  response.writeHead(503, { "content-type": "text/html; charset=utf-8", "retry-after": "1" });
  response.end('<!doctype html><meta http-equiv="refresh" content="1"><title>Signalbox</title><p>The console starts…</p>');
}

export function foreignOrigin(request: Pick<IncomingMessage, "headers">): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
}
