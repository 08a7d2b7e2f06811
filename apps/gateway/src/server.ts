/**
 * Server: one port for everything over HTTP. Order of routing: messages (hot, raw), tRPC, the API (fastify), and the console last.
 * A browser page of another site may not write: its Origin differs from the Host it asks (foreignOrigin).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import type { FastifyInstance } from "fastify";
import type { Console } from "./http/console.ts";
import { messagesPrefix, type RawRoute } from "./http/messages.ts";
import { GatewayError, isExpected, problemOf } from "./http/problem.ts";
import { writeProblem } from "./http/reply.ts";
import type { Context } from "./trpc/context.ts";
import { appRouter } from "./trpc/router.ts";

const trpcPrefix = "/trpc/";
const trpcBodyBytesMax = 16 * 1024 * 1024;
const apiPaths = ["/v1/", "/health", "/metrics"];

export interface ServerParts {
  readonly context: Context;
  readonly messages: RawRoute;
  readonly api: FastifyInstance;
  readonly logError: (error: unknown, where: string) => void;
}

export interface GatewayServer {
  readonly server: Server;
  listen(host: string, port: number): Promise<number>;
  /** Set once Next is prepared; until then pages answer that the console starts. */
  setConsole(console: Console): void;
  /** No new connections; those that are open go on. */
  stopListening(): void;
  close(): Promise<void>;
}

export function createGatewayServer(parts: ServerParts): GatewayServer {
  let gatewayConsole: Console | undefined;
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => route(request, response));

  function route(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "/";
    if (request.method !== "GET" && foreignOrigin(request))
      return refuse(
        response,
        new GatewayError("FOREIGN_ORIGIN", {
          detail: `The page at ${String(request.headers.origin)} is not this gateway's console.`,
          where: "Origin",
          cure: "Call from the console, or from a program that sends no Origin header.",
        }),
        url,
      );
    if (url.startsWith(messagesPrefix)) {
      if (request.method === "POST") return parts.messages(request, response);
      return refuse(
        response,
        new GatewayError("METHOD_NOT_ALLOWED", {
          detail: `${String(request.method)} is not possible here.`,
          where: url,
          cure: "Use POST.",
        }),
        url,
      );
    }
    if (url.startsWith(trpcPrefix)) return trpc(request, response);
    if (apiPaths.some((path) => url.startsWith(path))) return parts.api.routing(request, response);
    if (gatewayConsole === undefined) return starting(response);
    gatewayConsole.handle(request, response);
  }

  function trpc(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? "";
    const query = url.indexOf("?");
    const path = decodeURIComponent(url.slice(trpcPrefix.length, query < 0 ? undefined : query));
    nodeHTTPRequestHandler({
      req: request,
      res: response,
      path,
      router: appRouter,
      maxBodySize: trpcBodyBytesMax,
      createContext: () => Promise.resolve(parts.context),
      onError: ({ error, path: procedurePath }) => {
        if (!isExpected(error.cause ?? error) && error.code === "INTERNAL_SERVER_ERROR")
          parts.logError(error.cause ?? error, `trpc ${procedurePath ?? ""}`);
      },
    }).catch((error: unknown) => refuse(response, error, url));
  }

  return {
    server,
    listen: (host, port) => listen(server, host, port),
    setConsole: (ready) => {
      gatewayConsole = ready;
    },
    stopListening: () => {
      if (server.listening) server.close();
      server.closeIdleConnections();
    },
    close: async () => {
      if (server.listening) server.close();
      server.closeAllConnections();
      await parts.api.close();
      await gatewayConsole?.close();
    },
  };
}

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

/** Rejects when the port is taken or the host is not ours. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
