/**
 * The MCP route, what assistants call: POST /mcp, streamable HTTP without sessions, so each request identifies its caller by a token. No
 * start needs it: server.ts opens it on demand. Neighbours: mcp-server.ts answers one request, listener/json-parts.ts reads and counts its
 * body.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createMcpHandler, type AuthInfo, type McpHttpHandler } from "@modelcontextprotocol/server";
import type { Principal } from "../../contract/principal.ts";
import { problemOf } from "../../contract/problem-of.ts";
import { writeProblem } from "../../listener/reply.ts";
import { readJsonBody } from "../../listener/json-parts.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import { principalOf } from "../principal-of.ts";
import { asAssistant } from "./assistant-rights.ts";
import { mcpServer, type McpServerOptions } from "./mcp-server.ts";

const bodyBytesMax = 4 * 1024 * 1024;
/** Tools do not change by themselves, so there are no subscriptions. */
const subscriptionsMax = 0;
/** The headers that the protocol knows; the library is given no others. */
const headerNames = ["accept", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id", "last-event-id"];

export interface McpRouteOptions extends McpServerOptions {
  /** Where the bodies that wait are counted. */
  readonly held: RequestBytes;
}

export interface McpRoute {
  readonly routing: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

export function createMcpRoute({ held, ...options }: McpRouteOptions): McpRoute {
  const askers = new WeakMap<AuthInfo, Principal>();
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const principal = authInfo === undefined ? undefined : askers.get(authInfo);
      if (principal === undefined) throw new Error("a request came by a way that does not ask who sends it");
      return mcpServer(principal, options);
    },
    { maxSubscriptions: subscriptionsMax, maxRequestBodySize: bodyBytesMax, onerror: () => undefined },
  );
  return {
    routing: (request, response) =>
      readJsonBody({ request, response }, { bytesMax: bodyBytesMax, held }, (body) => {
        if (body instanceof Error) return writeProblem(response, problemOf(body, request.url ?? ""));
        const asked = webRequest({ request, response }, body);
        // The library only passes this object on. The principal is known already, so it can be empty.
        const authInfo: AuthInfo = { token: "", clientId: "", scopes: [] };
        askers.set(authInfo, asAssistant(principalOf(request)));
        answer(handler.fetch(asked, { authInfo }), response).catch((error: unknown) => {
          options.logError(error, "mcp");
          if (response.headersSent) response.destroy();
          else writeProblem(response, problemOf(error, request.url ?? ""));
        });
      }),
    close: () => handler.close(),
  };
}

function webRequest({ request, response }: { request: IncomingMessage; response: ServerResponse }, body: Buffer): Request {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  const headers = headerNames.flatMap((name): [string, string][] => {
    const value = request.headers[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  const { method = "POST" } = request;
  const hasBody = method !== "GET" && method !== "HEAD" && method !== "DELETE";
  // The name of the host was checked before (listener/site-rules.ts).
  return new Request("http://gateway/mcp", { method, headers, signal: gone.signal, ...(hasBody ? { body: new Uint8Array(body) } : {}) });
}

async function answer(answering: ReturnType<McpHttpHandler["fetch"]>, response: ServerResponse): Promise<void> {
  const answered = await answering;
  const body = Buffer.from(await answered.arrayBuffer());
  if (response.destroyed) return;
  response.writeHead(answered.status, { ...Object.fromEntries(answered.headers), "content-length": body.length });
  response.end(body);
}
