/** handler(): the functions behind the fetch API (Request in, Response out): workers, lambdas, Next.js routes, Deno, Bun. */
import { createDispatcher, type DispatcherOptions } from "../dispatch.ts";
import type { AnyEntity } from "../entity.ts";
import { httpAnswer, refusal, requestBytesMax, type HttpAnswer } from "./answer.ts";

/**
 * @example
 * export const POST = handler([cart, stock]);
 */
export function handler(entities: readonly AnyEntity[], options: DispatcherOptions = {}): (request: Request) => Promise<Response> {
  const dispatcher = createDispatcher(entities, options);
  return async (request) => {
    if (request.method !== "POST") return response(refusal(405, "a function is called with POST"));
    if (Number(request.headers.get("content-length") ?? 0) > requestBytesMax) return response(tooLarge());
    const body = await readBody(request);
    if (body === undefined) return response(tooLarge());
    return response(httpAnswer(await dispatcher.dispatch(body)));
  };
}

/** undefined: it is larger than the limit. It is counted as it comes, since a body need not say how long it is. */
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

function response({ status, headers, body }: HttpAnswer): Response {
  return new Response(Uint8Array.from(body), { status, headers: { ...headers, "content-length": String(body.length) } });
}
