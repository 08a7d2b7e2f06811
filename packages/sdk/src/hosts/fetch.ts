/** handler(): the functions behind the fetch API (Request in, Response out): workers, lambdas, Next.js routes, Deno, Bun. */
import { createDispatcher, type Dispatcher, type DispatcherOptions } from "../dispatch.ts";
import type { AnyEntity } from "../entity.ts";
import { httpAnswer, refusal, requestBytesMax, type HttpAnswer } from "./answer.ts";
import { createVerify, signatureHeader, type VerifyOptions } from "./verify.ts";
import { answerFrame, framesOffer, frameType, isFrame, requestsOfFrame } from "./frames.ts";

export interface HandlerOptions extends DispatcherOptions, VerifyOptions {
  /** False when Signalbox must not put several requests into one, for platforms that buffer a reply until it is complete. */
  readonly frames?: boolean;
}

/**
 * @example
 * export const POST = handler([cart, stock]);
 */
export function handler(entities: readonly AnyEntity[], options: HandlerOptions = {}): (request: Request) => Promise<Response> {
  const dispatcher = createDispatcher(entities, options);
  const takesFrames = options.frames !== false;
  const verify = createVerify(options);
  return async (request) => {
    if (request.method !== "POST") return response(refusal(405, "a function is called with POST"));
    if (Number(request.headers.get("content-length") ?? 0) > requestBytesMax) return response(tooLarge());
    const body = await readBody(request);
    if (body === undefined) return response(tooLarge());
    const refused = await verify?.(request.headers.get(signatureHeader), body);
    if (refused !== undefined) return response(refusal(401, refused));
    if (!isFrame(request.headers.get("content-type")))
      return response(httpAnswer(await dispatcher.dispatch(body)), takesFrames ? framesOffer : {});
    return takesFrames ? frameResponse(body, dispatcher) : response(refusal(415, "frames are not taken here"));
  };
}

/** undefined when it is larger than the limit. It is counted as it comes, because a body need not announce its length. */
async function readBody(request: Request): Promise<Uint8Array | undefined> {
  const reader = request.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
    length += read.value.length;
    if (length > requestBytesMax) {
      await reader?.cancel();
      return undefined;
    }
    parts.push(read.value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

function tooLarge(): HttpAnswer {
  return refusal(413, `a request holds at most ${requestBytesMax} bytes`);
}

function response({ status, headers, body }: HttpAnswer, offer: Readonly<Record<string, string>> = {}): Response {
  return new Response(Uint8Array.from(body), { status, headers: { ...headers, ...offer, "content-length": String(body.length) } });
}

function frameResponse(body: Uint8Array, dispatcher: Dispatcher): Response {
  let requests: Uint8Array[];
  try {
    requests = requestsOfFrame(body);
  } catch (error) {
    return response(refusal(400, error instanceof Error ? error.message : String(error)));
  }
  let isGone = false;
  const parts = new ReadableStream<Uint8Array>({
    start: (controller) =>
      answerFrame(requests, dispatcher, {
        soon: (flush) => flush(),
        write: (part, isLast) => {
          if (isGone) return;
          controller.enqueue(part);
          if (isLast) controller.close();
        },
      }),
    cancel: () => {
      isGone = true;
    },
  });
  return new Response(parts, { status: 200, headers: { "content-type": frameType } });
}
