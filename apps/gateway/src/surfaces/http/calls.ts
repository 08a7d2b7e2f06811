/**
 * POST /v1/calls/{namespace}/{name}/{id}: what a call over HTTP is and how it is answered. Body and content type are those of a message
 * (messages.ts). Plain requests come from fast-path-server.ts, all others from call-routes.ts; both are handled here and go through the
 * operation's guard. The answer is JSON where the value can be read, else its bytes; Signalbox-Typename names its type. 200: the answer;
 * 202: none within `timeout`, with the place where it will be.
 */
import type { TypedValue } from "@signalbox/runtime";
import { callWaitMsDefault, callWaitMsMax } from "../../contract/messages/calls.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { parseEntityPath } from "../../listener/address-path.ts";
import { traceOfRequest } from "../../listener/trace-headers.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { parseDuration } from "../../shape/duration.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { bodyValue, checkedKey, type MessageParts } from "./messages.ts";

export const callsPrefix = "/v1/calls/";
const json = "application/json; charset=utf-8";

/** The parts of a request, from either reader. */
export interface CallParts extends MessageParts {
  readonly accept: string | undefined;
}

export interface CallReply {
  readonly status: 200 | 202;
  readonly headers: readonly (readonly [name: string, value: string | number])[];
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

export interface Calls {
  /** Rejects with what problemOf() explains. Keeps nothing of `parts` but what the value needs. */
  call(parts: CallParts, principal: Principal, gone: AbortSignal): Promise<CallReply>;
  logError(error: unknown, where: string): void;
}

export interface CallsOptions {
  /** Loaded with the first call. */
  readonly services: () => Promise<Pick<GuardedServices, "calls">>;
  readonly values: ValueCodec;
  /** The prefix of the path at which the answer can be fetched later. */
  readonly basePath: string;
  readonly logError: Calls["logError"];
}

export function createCalls({ services, values, basePath, logError }: CallsOptions): Calls {
  let loaded: GuardedServices["calls"] | undefined;
  const ask = async (
    { input, principal, gone }: { input: ReturnType<typeof callInput>; principal: Principal; gone: AbortSignal },
    accept: string | undefined,
  ): Promise<CallReply> => {
    loaded ??= (await services()).calls;
    const { messageId, traceId, answer } = await loaded.call(principal, { ...input, wish: "one" }, { signal: gone });
    return callReply({ messageId, traceId, answer }, { accept, values, basePath });
  };
  return {
    // Only the input is passed on, because a long wait must not keep the bytes that the parts are views of.
    call: ({ accept, ...parts }, principal, gone) => ask({ input: callInput(parts, values), principal, gone }, accept),
    logError,
  };
}

/** Throws for the first fault of the request, in the order in which a reader would check it. */
export function callInput({ url, contentType, idempotencyKey, traceparent, tracestate, body }: MessageParts, values: ValueCodec) {
  const query = url.indexOf("?");
  const target = parseEntityPath(url.slice(callsPrefix.length, query < 0 ? undefined : query));
  const value = bodyValue(body, contentType, values);
  return {
    ...target,
    value,
    idempotencyKey: checkedKey(idempotencyKey),
    headers: traceOfRequest({ traceparent, tracestate }),
    waitMs: waitMsOf(url, callWaitMsDefault),
  };
}

export function callReply(
  { messageId, traceId, answer }: { messageId: number; traceId: number | undefined; answer: TypedValue | undefined },
  { accept, values, basePath }: { accept: string | undefined; values: ValueCodec; basePath: string },
): CallReply {
  const trace = traceId === undefined ? [] : [["signalbox-trace-id", traceId] as const];
  const ids = [["signalbox-message-id", messageId] as const, ...trace];
  if (answer === undefined) {
    const place = `${basePath}${callsPrefix}${messageId}`;
    const body = JSON.stringify({ messageId, traceId, answer: place });
    return { status: 202, headers: [...ids, ["location", place]], contentType: json, body };
  }
  const headers = [...ids, ["signalbox-typename", encodeURI(answer.typename)] as const];
  const text = wantsBytes(accept) ? undefined : values.json(answer);
  if (text !== undefined) return { status: 200, headers, contentType: json, body: `${text}\n` };
  return { status: 200, headers, contentType: "application/octet-stream", body: answer.bytes };
}

export function wantsBytes(accept: string | undefined): boolean {
  return accept?.includes("application/octet-stream") === true;
}

export function waitMsOf(url: string, otherwiseMs: number): number {
  const text = queryOf(url).get("timeout");
  if (text === null) return otherwiseMs;
  const parsed = parseDuration(text);
  if (parsed.kind === "ok" && parsed.ms <= callWaitMsMax) return parsed.ms;
  throw new GatewayError("INVALID_REQUEST", {
    detail: `"${text.slice(0, 100)}" is no time to wait`,
    where: "timeout",
    cure: `Write a duration as 500ms or 10s, at most ${callWaitMsMax / 1000}s.`,
  });
}

const noQuery = new URLSearchParams();

/** Parses the query of a path, with or without one. */
export function queryOf(url: string): URLSearchParams {
  const query = url.indexOf("?");
  return query < 0 ? noQuery : new URLSearchParams(url.slice(query + 1).replace(/#.*/, ""));
}
