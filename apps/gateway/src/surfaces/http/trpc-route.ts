/** The tRPC route, what the console calls. No start needs it: server.ts opens it on demand. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { appRouter } from "../trpc/router.ts";
import { GatewayError } from "../../contract/problem.ts";
import { isExpected, problemOf } from "../../contract/problem-of.ts";
import { writeProblem } from "../../listener/reply.ts";
import { readJsonBody } from "../../listener/json-parts.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";

const bodyBytesMax = 16 * 1024 * 1024;

export interface TrpcRouteOptions {
  /** The prefix of the paths that come here; the name of the procedure follows it. */
  readonly prefix: string;
  readonly services: GuardedServices;
  /** Where the bodies that wait are counted. */
  readonly held: RequestBytes;
  readonly logError: (error: unknown, where: string) => void;
}

export function createTrpcRoute(options: TrpcRouteOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { prefix, held } = options;
  return (request, response) => {
    const url = request.url ?? "";
    const path = procedurePath(url, prefix);
    if (path === undefined) return writeProblem(response, problemOf(malformedPath(url, prefix), url));
    if (request.method === "GET") return call(options, { request, response, path, body: undefined });
    // The body is read here, so that it is counted; tRPC takes it from the request.
    readJsonBody({ request, response }, { bytesMax: bodyBytesMax, held }, (body) => {
      if (body instanceof Error) return writeProblem(response, problemOf(body, url));
      call(options, { request, response, path, body: body.toString("utf8") });
    });
  };
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly body: string | undefined;
}

function call({ services, logError }: TrpcRouteOptions, { request, response, path, body }: Call): void {
  nodeHTTPRequestHandler({
    req: body === undefined ? request : Object.assign(request, { body }),
    res: response,
    path,
    router: appRouter,
    maxBodySize: bodyBytesMax,
    createContext: () => Promise.resolve({ services, principal: principalOf(request) }),
    onError: ({ error, path: where }) => {
      if (!isExpected(error.cause ?? error) && error.code === "INTERNAL_SERVER_ERROR")
        logError(error.cause ?? error, `trpc ${where ?? ""}`);
    },
  }).catch((error: unknown) => writeProblem(response, problemOf(error, request.url ?? "")));
}

function procedurePath(url: string, prefix: string): string | undefined {
  const query = url.indexOf("?");
  try {
    return decodeURIComponent(url.slice(prefix.length, query < 0 ? undefined : query));
  } catch {
    return undefined;
  }
}

function malformedPath(url: string, prefix: string): GatewayError {
  const detail = "The path is not percent-encoded text.";
  return new GatewayError("INVALID_REQUEST", { detail, where: url, cure: `Name procedures as ${prefix}<noun>.<verb>.` });
}
