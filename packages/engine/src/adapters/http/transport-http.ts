/**
 * HTTP transport: StateFun's request-reply over HTTP/1.1 (docs/statefun.md 1.5), or over HTTP/2 where an endpoint says so
 * (transport-http2.ts).
 * Neighbours: wire-encode.ts makes the body, transport-http-call.ts carries one call, transport-http-pools.ts and http-pool.ts own the
 * connections.
 * Guarantee: never throws for what the far side does; one POST per invocation, or a part of one (frame-lane.ts), no redirects, no retries
 * (the engine decides those).
 */
import type { EndpointSpec, TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { shownTemplate } from "@signalbox/runtime/model/url-template";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import { AbortableCalls } from "./abortable-calls.ts";
import { callHeadersOf } from "@signalbox/runtime";
import { readSigningKey } from "@signalbox/runtime/signing-key";
import { frameType } from "./frame-format.ts";
import { FrameLane } from "./frame-lane.ts";
import { anyPlace, type EndpointPlaces, ForbiddenPlace } from "../endpoint-places.ts";
import type { HttpPool } from "./http-pool.ts";
import { badFunctionName, badTls, badUrl, callAborted, forbiddenPlace, requestTooLarge } from "../transport-failure.ts";
import { RequestSigner, signatureHeader } from "./request-signer.ts";
import type { ReplyCallOptions } from "./reply-call.ts";
import { ReplyMemory } from "./reply-memory.ts";
import { HttpCall } from "./transport-http-call.ts";
import { Http2Call, Http2Transport } from "./transport-http2.ts";
import { HttpPools } from "./transport-http-pools.ts";
import { httpTarget, shownUrl } from "./transport-url.ts";
import { traceOfBatch } from "../trace-of-batch.ts";
import { encodeHttpRequest, encodeToFunction, leastEncodedBytes } from "../wire/wire-encode.ts";

/** How many function names are remembered per endpoint; further ones are computed at each call. */
const routesPerEndpointMax = 4096;

interface HeadParts {
  readonly path: string;
  readonly host: string;
  readonly kind: "single" | "frame";
  readonly transport: TransportOptions;
}

/** The head up to the number of content-length. It asks to keep the connection. */
function requestHead({ path, host, kind, transport }: HeadParts): Buffer {
  const type = kind === "single" ? "application/octet-stream" : frameType;
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    "connection: keep-alive",
    `content-type: ${type}`,
    `accept: ${type}`,
    // A frame's reply must not be packed, because its parts are read as they come.
    ...(kind === "single" ? ["accept-encoding: gzip,deflate"] : []),
    "user-agent: statefun",
    ...callHeadersOf(transport).map(([name, value]) => `${name}: ${value}`),
    "content-length: ",
  ];
  return Buffer.from(lines.join("\r\n"), "latin1");
}

interface Route {
  readonly kind: "ok";
  /** Undefined for calls over HTTP/2. */
  readonly pool: HttpPool | undefined;
  readonly origin: string;
  readonly path: string;
  readonly head: Buffer;
  readonly call: ReplyCallOptions;
  /** Signs the body; undefined when calls are not signed. */
  readonly signer: RequestSigner | undefined;
  readonly lineFor: ((body: Uint8Array) => string) | undefined;
  /** Undefined when calls are not framed. */
  readonly lane: FrameLane | undefined;
}

type RouteResult = Route | { readonly kind: "error"; readonly failure: Failure };

export interface HttpTransportOptions {
  /** For Retry-After dates. */
  readonly nowMs?: () => number;
  /** Where endpoints may lead; by default anywhere except to withheld places. */
  readonly places?: EndpointPlaces;
  /** The bound on the memory of replies; by default one of its own. */
  readonly replyMemory?: ReplyMemory;
}

export function createHttpTransport(options: HttpTransportOptions = {}): FunctionTransport {
  return new HttpTransport(options);
}

class HttpTransport implements FunctionTransport {
  readonly #pools: HttpPools;
  readonly #nowMs: () => number;
  readonly #memory: ReplyMemory;
  readonly #http2: Http2Transport;
  #routes = new WeakMap<EndpointSpec, Map<string, Route>>();
  /** By endpoint and path. */
  #lanes = new WeakMap<EndpointSpec, Map<string, FrameLane>>();
  readonly #gathering = new Set<FrameLane>();
  readonly #abortable = new AbortableCalls();

  constructor({ nowMs = Date.now, places = anyPlace, replyMemory = new ReplyMemory() }: HttpTransportOptions) {
    this.#pools = new HttpPools(places);
    this.#http2 = new Http2Transport(places);
    this.#nowMs = nowMs;
    this.#memory = replyMemory;
  }

  invoke(request: InvocationRequest, signal?: AbortSignal): Promise<InvocationOutcome> {
    const { endpoint } = request;
    const route = this.#route(endpoint, request.target.type);
    if (route.kind === "error") return Promise.resolve({ kind: "failure", failure: route.failure });
    if (route.pool === undefined) return this.#invokeOverHttp2(request, route, signal);
    const { payloadBytesMax } = endpoint.transport;
    const { pool, lane, head } = route;
    const tooLarge = (): Promise<InvocationOutcome> =>
      Promise.resolve({ kind: "failure", failure: requestTooLarge(route.call.url, payloadBytesMax) });
    if (leastEncodedBytes(request) > payloadBytesMax) return tooLarge();
    const isFramed = lane?.isFraming === true && request.alone !== true;
    const bytes = isFramed ? undefined : encodeHttpRequest(request, { head, bodyBytesMax: payloadBytesMax, lineFor: route.lineFor });
    if (bytes === undefined && !isFramed) return tooLarge();
    if (signal?.aborted) return Promise.resolve({ kind: "failure", failure: callAborted(route.call.url) });
    const owner = this.#abortable.under(signal);
    const call = new HttpCall(route.call, { timeoutMs: request.timeoutMs, owner, lane });
    owner?.add(call);
    if (bytes === undefined) lane?.add({ call, request, head });
    else call.sendAlone(bytes, pool);
    return call.outcome;
  }

  #invokeOverHttp2(request: InvocationRequest, route: Route, signal: AbortSignal | undefined): Promise<InvocationOutcome> {
    const refuse = (failure: Failure): Promise<InvocationOutcome> => Promise.resolve({ kind: "failure", failure });
    const { endpoint, timeoutMs } = request;
    const { url, payloadBytesMax } = route.call;
    const message = leastEncodedBytes(request) > payloadBytesMax ? undefined : encodeToFunction(request);
    if (message === undefined || message.length > payloadBytesMax) return refuse(requestTooLarge(url, payloadBytesMax));
    if (signal?.aborted) return refuse(callAborted(url));
    const owner = this.#abortable.under(signal);
    const call = new Http2Call(route.call, {
      message,
      trace: traceOfBatch(request.inputs),
      extraHeaders: {
        ...Object.fromEntries(callHeadersOf(endpoint.transport)),
        ...(route.signer === undefined ? {} : { [signatureHeader]: route.signer.sign(message) }),
      },
      timeoutMs,
      owner,
    });
    owner?.add(call);
    try {
      this.#http2.send(call, { endpoint, origin: route.origin, path: route.path });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      call.refuse(error instanceof ForbiddenPlace ? forbiddenPlace(url, reason) : badTls(url, reason));
    }
    return call.outcome;
  }

  isFraming(endpoint: EndpointSpec): boolean {
    return [...(this.#lanes.get(endpoint)?.values() ?? [])].some((lane) => lane.isFraming);
  }

  retain(endpoints: readonly EndpointSpec[]): void {
    // Calls from before the change are sent as they were meant to be.
    for (const lane of [...this.#gathering]) lane.leave();
    this.#routes = new WeakMap();
    this.#lanes = new WeakMap();
    this.#pools.retain(endpoints);
    this.#http2.retain(endpoints);
  }

  async close(): Promise<void> {
    this.#routes = new WeakMap();
    await Promise.all([this.#pools.close(), this.#http2.close()]);
  }

  #route(endpoint: EndpointSpec, type: string): RouteResult {
    let routes = this.#routes.get(endpoint);
    if (routes === undefined) {
      routes = new Map();
      this.#routes.set(endpoint, routes);
    }
    const known = routes.get(type);
    if (known !== undefined) return known;
    const parsed = httpTarget(endpoint.urlTemplate, type.slice(type.indexOf("/") + 1));
    if (parsed.kind === "error") {
      const template = shownTemplate(endpoint);
      const failure = parsed.of === "name" ? badFunctionName(template, type, parsed.reason) : badUrl(template, parsed.reason);
      return { kind: "error", failure };
    }
    const overHttp2 = endpoint.transport.http2 === true;
    if (overHttp2 && parsed.target.socketPath !== undefined)
      return { kind: "error", failure: badUrl(shownTemplate(endpoint), "http2 is for http and https URLs") };
    const obtained = overHttp2 ? ({ kind: "ok", pool: undefined } as const) : this.#pools.obtain(endpoint, parsed.target);
    const url = shownUrl(endpoint, type, parsed.target.shown);
    if (obtained.kind === "forbidden") return { kind: "error", failure: forbiddenPlace(url, obtained.reason) };
    if (obtained.kind === "error") return { kind: "error", failure: badTls(url, obtained.reason) };
    const { connectTimeoutMs, readTimeoutMs, payloadBytesMax } = endpoint.transport;
    const host = new URL(parsed.target.origin).host;
    const { transport } = endpoint;
    const head = requestHead({ path: parsed.target.path, host, kind: "single", transport });
    const call = {
      url,
      connectTimeoutMs,
      readTimeoutMs: Math.max(1, Math.round(readTimeoutMs)),
      payloadBytesMax,
      nowMs: this.#nowMs,
      memory: this.#memory,
    };
    const { origin, path } = parsed.target;
    const lane = obtained.pool === undefined ? undefined : this.#lane(endpoint, { pool: obtained.pool, host, path });
    const signer = this.#signer(endpoint);
    const lineFor = signer && ((body: Uint8Array): string => `${signatureHeader}: ${signer.sign(body)}`);
    const route: Route = { kind: "ok", pool: obtained.pool, origin, path, head, call, lane, signer, lineFor };
    if (routes.size >= routesPerEndpointMax) routes.clear();
    routes.set(type, route);
    return route;
  }

  /** A module whose key cannot be read was refused before, so it does not come here. */
  #signer({ transport: { signingKey } }: EndpointSpec): RequestSigner | undefined {
    const read = signingKey === undefined ? undefined : readSigningKey(signingKey);
    return read?.kind === "ok" ? new RequestSigner(read.key, this.#nowMs) : undefined;
  }

  #lane(endpoint: EndpointSpec, { pool, host, path }: { pool: HttpPool; host: string; path: string }): FrameLane | undefined {
    const { frames, payloadBytesMax, readTimeoutMs, signingKey } = endpoint.transport;
    if (frames === false || signingKey !== undefined) return undefined;
    const lanes = this.#lanes.get(endpoint) ?? new Map<string, FrameLane>();
    this.#lanes.set(endpoint, lanes);
    const key = `${host} ${path}`;
    const known = lanes.get(key);
    if (known?.options.pool === pool) return known;
    const options = { pool, payloadBytesMax, readTimeoutMs: Math.max(1, Math.round(readTimeoutMs)), gathering: this.#gathering };
    const lane = new FrameLane({ ...options, frameHead: requestHead({ path, host, kind: "frame", transport: endpoint.transport }) });
    if (lanes.size >= routesPerEndpointMax) lanes.clear();
    lanes.set(key, lane);
    return lane;
  }
}
