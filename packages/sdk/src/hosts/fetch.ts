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
    const body = new Uint8Array(await request.arrayBuffer());
    if (body.length > requestBytesMax) return response(tooLarge());
    return response(httpAnswer(await dispatcher.dispatch(body)));
  };
}

function tooLarge(): HttpAnswer {
  return refusal(413, `a request holds at most ${requestBytesMax} bytes`);
}

function response({ status, headers, body }: HttpAnswer): Response {
  return new Response(Uint8Array.from(body), { status, headers: { ...headers, "content-length": String(body.length) } });
}
