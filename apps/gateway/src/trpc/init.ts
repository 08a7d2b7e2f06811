/**
 * tRPC set-up: plain JSON, SSE with pings, and one error shape: data.problem carries code, title, detail, where and cure.
 * Neighbours: the noun routers use `router` and `procedure`; problem.ts decides what an error says.
 */
import { initTRPC, TRPCError } from "@trpc/server";
import { problemOf, type Problem } from "../http/problem.ts";
import type { Context } from "./context.ts";

const t = initTRPC.context<Context>().create({
  sse: { ping: { enabled: true, intervalMs: 5_000 }, client: { reconnectAfterInactivityMs: 15_000 } },
  errorFormatter({ shape, error, path }) {
    const { code, title, detail, where, cure, issues } = problemOf(error.cause ?? error, path ?? "");
    return {
      message: detail,
      code: shape.code,
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: path ?? "",
        problem: { code, title, detail, where, cure, issues: issues ?? [] },
      },
    };
  },
});

const trpcCodes = new Map<number, TRPCError["code"]>([
  [400, "BAD_REQUEST"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [405, "METHOD_NOT_SUPPORTED"],
  [409, "CONFLICT"],
  [413, "PAYLOAD_TOO_LARGE"],
  [422, "UNPROCESSABLE_CONTENT"],
  [429, "TOO_MANY_REQUESTS"],
  [503, "SERVICE_UNAVAILABLE"],
]);

function codeOf(problem: Problem): TRPCError["code"] {
  return trpcCodes.get(problem.status) ?? "INTERNAL_SERVER_ERROR";
}

/** Gives expected refusals their own HTTP status instead of a plain 500. */
const namedErrors = t.middleware(async ({ next, path }) => {
  const result = await next();
  if (!result.ok && result.error.code === "INTERNAL_SERVER_ERROR" && result.error.cause !== undefined) {
    const problem = problemOf(result.error.cause, path);
    throw new TRPCError({ code: codeOf(problem), message: problem.detail, cause: result.error.cause });
  }
  return result;
});

export const router = t.router;
export const procedure = t.procedure.use(namedErrors);
export const createCallerFactory = t.createCallerFactory;
