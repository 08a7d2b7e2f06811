/**
 * gRPC transport: signalbox.v1.Function over HTTP/2 without a gRPC library: one stream for each connection with all calls on it, or, where
 * the server has no such stream, one unary call per invocation. The request and reply messages are those of the HTTP protocol (ToFunction,
 * FromFunction). URL: grpc://host:port, or grpcs:// for TLS.
 * Neighbours: create-transport.ts chooses by scheme; call-stream.ts and unary-call.ts carry calls; transport-failure.ts names what went
 * wrong.
 */
import type { Failure } from "@signalbox/runtime/model/failure";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { shownTemplate } from "@signalbox/runtime/model/url-template";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import { anyPlace, type EndpointPlaces, ForbiddenPlace } from "../endpoint-places.ts";
import { AbortableCalls } from "../http/abortable-calls.ts";
import { type Http2Session, Http2Sessions } from "../http/http2-sessions.ts";
import { ReplyMemory } from "../http/reply-memory.ts";
import { grpcAuthority, shownUrl } from "../http/transport-url.ts";
import { badFunctionName, badTls, badUrl, callAborted, connectionFailure, forbiddenPlace, requestTooLarge } from "../transport-failure.ts";
import { encodeToFunction, leastEncodedBytes } from "../wire/wire-encode.ts";
import { CallStream, StreamedCall } from "./call-stream.ts";
import { UnaryCall } from "./unary-call.ts";

export interface GrpcTransportOptions {
  readonly places?: EndpointPlaces;
  readonly replyMemory?: ReplyMemory;
}

export function createGrpcTransport({ places = anyPlace, replyMemory = new ReplyMemory() }: GrpcTransportOptions = {}): FunctionTransport {
  const means = { sessions: new Http2Sessions(places), streams: new WeakMap(), memory: replyMemory, abortable: new AbortableCalls() };
  return {
    invoke: (request, signal) => invoke(means, request, signal),
    retain: (endpoints) => means.sessions.retain(endpoints),
    close: () => means.sessions.close(),
  };
}

interface GrpcMeans {
  readonly sessions: Http2Sessions;
  /** "unary" when the server has no stream for many calls; it is asked again with the next session. */
  readonly streams: WeakMap<Http2Session, CallStream | "unary">;
  readonly memory: ReplyMemory;
  readonly abortable: AbortableCalls;
}

/** A call that is ready to be sent, over a stream or unary. */
interface ReadyCall {
  readonly request: InvocationRequest;
  readonly message: Buffer;
  readonly url: string;
  readonly origin: string;
  readonly socketPath: string | undefined;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

function invoke(means: GrpcMeans, request: InvocationRequest, signal: AbortSignal | undefined): Promise<InvocationOutcome> {
  const { endpoint } = request;
  const { type } = request.target;
  const parsed = grpcAuthority(endpoint.urlTemplate, type.slice(type.indexOf("/") + 1));
  if (parsed.kind === "error") {
    const { of, reason } = parsed;
    return refuse(of === "name" ? badFunctionName(shownTemplate(endpoint), type, reason) : badUrl(shownTemplate(endpoint), reason));
  }
  const { authority, socketPath, secure } = parsed;
  const scheme = secure ? "grpcs" : "grpc";
  const url = shownUrl(endpoint, type, socketPath === undefined ? `${scheme}://${authority}` : `grpc+unix://${socketPath}`);
  const { payloadBytesMax } = endpoint.transport;
  const message = leastEncodedBytes(request) > payloadBytesMax ? undefined : encodeToFunction(request);
  if (message === undefined || message.length > payloadBytesMax) return refuse(requestTooLarge(url, payloadBytesMax));
  const origin = `${secure || endpoint.transport.tls !== undefined ? "https" : "http"}://${authority}`;
  return carry(means, { request, message, url, origin, socketPath, deadlineMs: performance.now() + request.timeoutMs, signal }, "first");
}

function refuse(failure: Failure): Promise<InvocationOutcome> {
  return Promise.resolve({ kind: "failure", failure });
}

/** `round` is "again" for a call that was handed back once; it is not handed back a second time. */
async function carry(means: GrpcMeans, ready: ReadyCall, round: "first" | "again"): Promise<InvocationOutcome> {
  const { request, url, signal, message } = ready;
  const { endpoint } = request;
  if (signal?.aborted) return refuse(callAborted(url));
  let session: Http2Session;
  try {
    session = means.sessions.obtain(endpoint, ready.origin, ready.socketPath);
  } catch (error) {
    if (error instanceof ForbiddenPlace) return refuse(forbiddenPlace(url, error.message));
    return refuse(badTls(url, error instanceof Error ? error.message : String(error)));
  }
  const owner = means.abortable.under(signal);
  const timeoutMs = round === "first" ? request.timeoutMs : Math.max(1, ready.deadlineMs - performance.now());
  const options = { url, endpoint, memory: means.memory, timeoutMs, owner };
  let stream: CallStream | undefined;
  try {
    stream = streamOf(means, ready, session);
  } catch (error) {
    const { connectTimeoutMs, readTimeoutMs } = endpoint.transport;
    return refuse(connectionFailure(url, session.failure ?? error, { connectMs: connectTimeoutMs, readMs: readTimeoutMs }));
  }
  if (stream === undefined) {
    const call = new UnaryCall({ ...options, session });
    owner?.add(call);
    call.send(message);
    return call.outcome;
  }
  const call = new StreamedCall(options);
  owner?.add(call);
  stream.call(call, message);
  const outcome = await call.outcome;
  const { again } = call;
  if (again === undefined || (again.kind === "again" && round === "again")) return outcome;
  return carry(means, ready, again.kind === "unary" ? round : "again");
}

/** undefined when calls go as unary calls. */
function streamOf({ streams, memory }: GrpcMeans, { request }: ReadyCall, session: Http2Session): CallStream | undefined {
  const known = streams.get(session);
  if (known === "unary") return undefined;
  if (known?.takesCalls === true) return known;
  const stream = new CallStream({ session, endpoint: request.endpoint, memory, onUnary: () => streams.set(session, "unary") });
  streams.set(session, stream);
  session.onClosing = () => stream.finish();
  return stream;
}
