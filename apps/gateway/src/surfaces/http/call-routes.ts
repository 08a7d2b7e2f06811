/**
 * /v1/calls: POST sends a call and waits for its answer, GET asks for the answer of one that was sent. Body and content type are those of a
 * message (messages.ts). The answer is JSON where the value can be read, else its bytes; Signalbox-Typename names its type.
 * 200: the answer; 202: none within `timeout`, with the place where it will be. Who accepts text/event-stream gets all answers as events
 * (answer-events.ts), at once or later from …/answers on.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EngineError, type TypedValue } from "@signalbox/runtime";
import { callWaitMsDefault, callWaitMsMax } from "../../contract/calls.ts";
import { GatewayError } from "../../contract/problem.ts";
import { parseEntityPath } from "../../listener/address-path.ts";
import { parseDuration } from "../../shape/duration.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { traceOfRequest } from "../../listener/trace-headers.ts";
import { principalOf } from "../principal-of.ts";
import { answerEvents } from "./answer-events.ts";
import { bytesBody, contentTypeOf } from "./json-body.ts";
import { bodyValue, checkedKey } from "./messages.ts";

const prefixText = "/v1/calls/";

export function callRoutes(app: FastifyInstance, { calls }: Pick<GuardedServices, "calls">, values: ValueCodec): void {
  app.post(`${prefixText}*`, async (request, reply) => {
    const target = parseEntityPath(restOf(request));
    const value = bodyValue(bytesBody(request.body), contentTypeOf(request.raw), values);
    const key = request.headers["idempotency-key"];
    const idempotencyKey = checkedKey(key === undefined ? undefined : String(key));
    const gone = goneWith(reply);
    const input = {
      ...target,
      value,
      headers: traceOfRequest(request.headers),
      idempotencyKey,
      waitMs: waitMsOf(request, callWaitMsDefault),
      wish: wantsEvents(request) ? ("many" as const) : ("one" as const),
    };
    const { messageId, traceId, answer } = await calls.call(principalOf(request), input, { signal: gone });
    void reply.header("signalbox-message-id", messageId).header("signalbox-trace-id", traceId);
    if (input.wish === "many") {
      const answers = calls.answers(principalOf(request), { messageId }, { signal: gone });
      return answerEvents(reply.header("location", `${prefixText}${messageId}/answers`), answers, wantsBytes(request) ? undefined : values);
    }
    return answer === undefined ? pending(reply, messageId, traceId) : answered(reply, { answer, values, request });
  });

  app.get(`${prefixText}:messageId/answers`, (request, reply) => {
    const messageId = messageIdOf(restOf(request).replace(/\/answers$/, ""));
    const gone = goneWith(reply);
    const answers = calls.answers(principalOf(request), { messageId, from: fromOf(request) }, { signal: gone });
    return answerEvents(reply.header("signalbox-message-id", messageId), answers, wantsBytes(request) ? undefined : values);
  });

  app.get(`${prefixText}:messageId`, async (request, reply) => {
    const messageId = messageIdOf(restOf(request));
    const { answer } = await calls.answer(principalOf(request), { messageId, waitMs: waitMsOf(request, 0) });
    void reply.header("signalbox-message-id", messageId);
    return answer === undefined ? pending(reply, messageId, undefined) : answered(reply, { answer, values, request });
  });
}

/** Aborted when the client leaves before it has its answer. The request itself closes once its body was read. */
function goneWith({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

function pending(reply: FastifyReply, messageId: number, traceId: number | undefined): FastifyReply {
  const answer = `${prefixText}${messageId}`;
  return reply.status(202).header("location", answer).send({ messageId, traceId, answer });
}

interface Answered {
  readonly answer: TypedValue;
  readonly values: ValueCodec;
  readonly request: FastifyRequest;
}

function answered(reply: FastifyReply, { answer, values, request }: Answered): FastifyReply {
  void reply.header("signalbox-typename", encodeURI(answer.typename));
  const json = wantsBytes(request) ? undefined : values.json(answer);
  if (json !== undefined) return reply.type("application/json").send(`${json}\n`);
  return reply.type("application/octet-stream").send(Buffer.from(answer.bytes));
}

function wantsBytes({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes("application/octet-stream") === true;
}

function wantsEvents({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes("text/event-stream") === true;
}

/** Behind the event that was seen last, else `?from=`. */
function fromOf(request: FastifyRequest): number {
  const seen = request.headers["last-event-id"];
  const text = seen === undefined ? new URL(request.raw.url ?? "/", "http://gateway").searchParams.get("from") : String(seen);
  if (text === null) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) + (seen === undefined ? 0 : 1);
  throw new GatewayError("INVALID_REQUEST", {
    detail: `"${text.slice(0, 100)}" is no number of an answer`,
    where: seen === undefined ? "from" : "last-event-id",
    cure: "Give the number of the answer to begin with, from 0.",
  });
}

function waitMsOf(request: FastifyRequest, otherwiseMs: number): number {
  const text = new URL(request.raw.url ?? "/", "http://gateway").searchParams.get("timeout");
  if (text === null) return otherwiseMs;
  const parsed = parseDuration(text);
  if (parsed.kind === "ok" && parsed.ms <= callWaitMsMax) return parsed.ms;
  throw new GatewayError("INVALID_REQUEST", {
    detail: `"${text.slice(0, 100)}" is no time to wait`,
    where: "timeout",
    cure: `Write a duration as 500ms or 10s, at most ${callWaitMsMax / 1000}s.`,
  });
}

function messageIdOf(text: string): number {
  const messageId = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(messageId)) return messageId;
  const what = `"${text.slice(0, 100)}" is no number of a message`;
  throw new EngineError("UNKNOWN_CALL", what, "Ask with the messageId that the call was accepted with.");
}

/** From the raw URL: a decoded path could no longer tell a slash of an id from one of the path. */
function restOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  const query = url.indexOf("?");
  return url.slice(prefixText.length, query < 0 ? undefined : query);
}
