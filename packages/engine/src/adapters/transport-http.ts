/**
 * HTTP transport: StateFun's request-reply over HTTP/1.1 (statefun.md 1.5) on undici's dispatch API.
 * Neighbours: wire-encode.ts makes the body, transport-http-call.ts carries one call, transport-http-pools.ts owns the connections.
 * Guarantee: never throws for what the far side does; one POST per invocation, no redirects, no retries (the engine decides those).
 */
import type { EndpointSpec } from "../model/endpoint-spec.ts";
import type { Failure } from "../model/failure.ts";
import type { InvocationOutcome, InvocationRequest } from "../model/invocation.ts";
import type { FunctionTransport } from "../ports/function-transport.ts";
import type { Pool } from "undici";
import { badTls, badUrl, requestTooLarge } from "./transport-failure.ts";
import { HttpCall, type HttpCallOptions } from "./transport-http-call.ts";
import { HttpPools } from "./transport-http-pools.ts";
import { expandTemplate, parseHttpTarget } from "./transport-url.ts";
import { encodeToFunction, leastEncodedBytes } from "./wire-encode.ts";

/** Function names remembered per endpoint; beyond it they are worked out again. */
const routesPerEndpointMax = 4096;

/** content-length, host and connection are added by undici: the body's exact size, the origin's host, keep-alive. */
const requestHeaders = [
  "content-type",
  "application/octet-stream",
  "accept",
  "application/octet-stream",
  "accept-encoding",
  "gzip,deflate",
  "user-agent",
  "statefun",
];

interface Route {
  readonly kind: "ok";
  readonly pool: Pool;
  readonly path: string;
  readonly call: HttpCallOptions;
}

type RouteResult = Route | { readonly kind: "error"; readonly failure: Failure };

export interface HttpTransportOptions {
  /** For Retry-After dates. */
  readonly nowMs?: () => number;
}

export function createHttpTransport(options: HttpTransportOptions = {}): FunctionTransport {
  return new HttpTransport(options.nowMs ?? Date.now);
}

class HttpTransport implements FunctionTransport {
  readonly #pools = new HttpPools();
  readonly #nowMs: () => number;
  #routes = new WeakMap<EndpointSpec, Map<string, Route>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  invoke(request: InvocationRequest, signal?: AbortSignal): Promise<InvocationOutcome> {
    const { endpoint } = request;
    const route = this.#route(endpoint, request.target.type);
    if (route.kind === "error") return Promise.resolve({ kind: "failure", failure: route.failure });
    const { payloadBytesMax } = endpoint.transport;
    const body = leastEncodedBytes(request) > payloadBytesMax ? undefined : encodeToFunction(request);
    if (body === undefined || body.length > payloadBytesMax) {
      return Promise.resolve({ kind: "failure", failure: requestTooLarge(route.call.url, payloadBytesMax) });
    }
    const call = new HttpCall(route.call);
    if (call.begin(request.timeoutMs, signal)) {
      const { readTimeoutMs } = route.call;
      route.pool.dispatch(
        { path: route.path, method: "POST", headers: requestHeaders, body, headersTimeout: readTimeoutMs, bodyTimeout: readTimeoutMs },
        call,
      );
    }
    return call.outcome;
  }

  retain(endpoints: readonly EndpointSpec[]): void {
    this.#routes = new WeakMap();
    this.#pools.retain(endpoints);
  }

  async close(): Promise<void> {
    this.#routes = new WeakMap();
    await this.#pools.close();
  }

  #route(endpoint: EndpointSpec, type: string): RouteResult {
    let routes = this.#routes.get(endpoint);
    if (routes === undefined) {
      routes = new Map();
      this.#routes.set(endpoint, routes);
    }
    const known = routes.get(type);
    if (known !== undefined) return known;
    const url = expandTemplate(endpoint.urlTemplate, type.slice(type.indexOf("/") + 1));
    const parsed = parseHttpTarget(url);
    if (parsed.kind === "error") return { kind: "error", failure: badUrl(url, parsed.reason) };
    const obtained = this.#pools.obtain(endpoint, parsed.target);
    if (obtained.kind === "error") return { kind: "error", failure: badTls(parsed.target.shown, obtained.reason) };
    const { connectTimeoutMs, readTimeoutMs, payloadBytesMax } = endpoint.transport;
    const call = {
      url: parsed.target.shown,
      connectTimeoutMs,
      readTimeoutMs: Math.max(1, Math.round(readTimeoutMs)),
      payloadBytesMax,
      nowMs: this.#nowMs,
    };
    const route: Route = { kind: "ok", pool: obtained.pool, path: parsed.target.path, call };
    if (routes.size >= routesPerEndpointMax) routes.clear();
    routes.set(type, route);
    return route;
  }
}
