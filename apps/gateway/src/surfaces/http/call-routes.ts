/**
 * /v1/calls as routes: GET asks for the answer of an earlier call, POST takes the calls that do not come by the fast path; calls.ts says
 * what a call is and how it is answered. A client that accepts text/event-stream gets all answers as events (answer-events.ts), at once or
 * later from …/answers.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EngineError } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { principalOf } from "../principal-of.ts";
import { answerEvents, begun, wantsEvents } from "./answer-events.ts";
import { callInput, callReply, callsPrefix, queryOf, waitMsOf, wantsBytes, type CallReply } from "./calls.ts";
import { bytesBody, contentTypeOf } from "./json-body.ts";
import { traceOf } from "./messages.ts";

export function callRoutes(
  app: FastifyInstance,
  { calls }: Pick<GuardedServices, "calls">,
  { values, basePath }: { readonly values: ValueCodec; readonly basePath: string },
): void {
  app.post(`${callsPrefix}*`, async (request, reply) => {
    const { headers } = request;
    const { accept } = headers;
    const key = headers["idempotency-key"];
    const input = callInput(
      {
        url: request.raw.url ?? "",
        contentType: contentTypeOf(request.raw),
        idempotencyKey: key === undefined ? undefined : String(key),
        ...traceOf(headers),
        body: bytesBody(request.body),
      },
      values,
    );
    const disconnected = disconnectOf(reply);
    const wish = wantsEvents(accept) ? ("many" as const) : ("one" as const);
    const { messageId, traceId, answer } = await calls.call(principalOf(request), { ...input, wish }, { signal: disconnected });
    if (wish === "one") return send(reply, callReply({ messageId, traceId, answer }, { accept, values, basePath }));
    const place = `${basePath}${callsPrefix}${messageId}/answers`;
    // Also of a refused stream: the call was taken, and who sends it again doubles it.
    void reply.header("signalbox-message-id", messageId).header("signalbox-trace-id", traceId).header("location", place);
    const answers = calls.answers(principalOf(request), { messageId }, { signal: disconnected });
    return answerEvents(reply, answers, wantsBytes(accept) ? undefined : values);
  });

  app.get(`${callsPrefix}:messageId/answers`, async (request, reply) => {
    const messageId = messageIdOf(restOf(request).replace(/\/answers$/, ""));
    const disconnected = disconnectOf(reply);
    const answers = calls.answers(principalOf(request), { messageId, from: fromOf(request) }, { signal: disconnected });
    const shown = wantsBytes(request.headers.accept) ? undefined : values;
    // A refusal comes before the first frame, and is then the answer itself and no event.
    return answerEvents(reply.header("signalbox-message-id", messageId), await begun(answers), shown);
  });

  app.get(`${callsPrefix}:messageId`, async (request, reply) => {
    const messageId = messageIdOf(restOf(request));
    const waitMs = waitMsOf(request.raw.url ?? "", 0);
    const { answer } = await calls.answer(principalOf(request), { messageId, waitMs });
    return send(reply, callReply({ messageId, traceId: undefined, answer }, { accept: request.headers.accept, values, basePath }));
  });
}

function send(reply: FastifyReply, { status, headers, contentType, body }: CallReply): FastifyReply {
  for (const [name, value] of headers) void reply.header(name, value);
  return reply
    .status(status)
    .type(contentType)
    .send(typeof body === "string" ? body : Buffer.from(body));
}

/** Aborted when the client leaves before it has its answer. The request itself closes once its body was read. */
function disconnectOf({ raw }: FastifyReply): AbortSignal {
  const disconnected = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) disconnected.abort();
  });
  return disconnected.signal;
}

/** The index after the last event that was seen, else that of `?from=`. */
function fromOf(request: FastifyRequest): number {
  const seen = request.headers["last-event-id"];
  const text = seen === undefined ? queryOf(request.raw.url ?? "").get("from") : String(seen);
  if (text === null) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) + (seen === undefined ? 0 : 1);
  throw new GatewayError("INVALID_REQUEST", {
    detail: `"${text.slice(0, 100)}" is no number of an answer`,
    where: seen === undefined ? "from" : "last-event-id",
    cure: "Give the number of the answer to begin with, from 0.",
  });
}

function messageIdOf(text: string): number {
  const messageId = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(messageId)) return messageId;
  const what = `"${text.slice(0, 100)}" is no number of a message`;
  throw new EngineError("UNKNOWN_CALL", what, "Ask with the messageId that the call was accepted with.");
}

/** Taken from the raw URL, because in a decoded path a slash of the id looks like one of the path. */
function restOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  const query = url.indexOf("?");
  return url.slice(callsPrefix.length, query < 0 ? undefined : query);
}
