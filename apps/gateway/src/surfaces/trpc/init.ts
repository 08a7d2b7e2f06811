/**
 * tRPC set-up: plain JSON, SSE with pings, and one error shape: data.problem carries code, title, detail, where and cure.
 * Neighbours: router.ts uses `router` and `procedure`; problem.ts decides what an error says.
 */
import { initTRPC, TRPCError } from "@trpc/server";
import { GatewayError, type GatewayProblemCode, type Problem } from "../../contract/problem.ts";
import { isExpected, problemOf } from "../../contract/problem-of.ts";
import type { TrpcErrorShape } from "../../contract/trpc-types.ts";
import type { Context } from "./context.ts";

const t = initTRPC.context<Context>().create({
  sse: { ping: { enabled: true, intervalMs: 5_000 }, client: { reconnectAfterInactivityMs: 15_000 } },
  errorFormatter({ shape, error, path }): TrpcErrorShape {
    const problem = problemOf(refusalOf(error), path || "path");
    const { code, title, detail, where, cure, issues } = problem;
    // A stream that has begun is refused past namedErrors, for instance when its token is revoked.
    const isNamed = shape.data.code !== "INTERNAL_SERVER_ERROR";
    return {
      message: detail,
      code: shape.code,
      data: {
        code: isNamed ? shape.data.code : codeOf(problem),
        httpStatus: isNamed ? shape.data.httpStatus : problem.status,
        path: path ?? "",
        problem: { code, title, detail, where, cure, issues: issues ?? [] },
      },
    };
  },
});

/** tRPC's own refusals (no such procedure, not JSON, another method) in our words. */
const ownRefusals: Partial<Record<TRPCError["code"], readonly [code: GatewayProblemCode, where: string, cure: string]>> = {
  NOT_FOUND: ["UNKNOWN_ROUTE", "path", "Name a procedure as /trpc/<noun>.<verb>."],
  METHOD_NOT_SUPPORTED: ["METHOD_NOT_ALLOWED", "method", "Use GET for queries and POST for mutations."],
  PARSE_ERROR: ["INVALID_REQUEST", "input", "Send the input as JSON."],
  BAD_REQUEST: ["INVALID_REQUEST", "input", "Send the input as JSON, in the body of a mutation or the parameter `input` of a query."],
  UNSUPPORTED_MEDIA_TYPE: ["INVALID_REQUEST", "Content-Type", "Send Content-Type: application/json."],
  PAYLOAD_TOO_LARGE: ["BODY_TOO_LARGE", "body", "Send less."],
  CLIENT_CLOSED_REQUEST: ["INVALID_REQUEST", "body", "Send the whole body."],
};

function refusalOf(error: TRPCError): unknown {
  const cause: unknown = error.cause ?? error;
  if (isExpected(cause)) return cause;
  const own = ownRefusals[error.code];
  if (own === undefined) return cause;
  const [code, where, cure] = own;
  return new GatewayError(code, { detail: error.message, where, cure });
}

/** tRPC has fewer codes than HTTP has statuses, so the nearest one is used. The problem itself has its own status. */
export const trpcCodes: ReadonlyMap<number, TRPCError["code"]> = new Map<number, TRPCError["code"]>([
  [400, "BAD_REQUEST"],
  [401, "UNAUTHORIZED"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [405, "METHOD_NOT_SUPPORTED"],
  [408, "TIMEOUT"],
  [409, "CONFLICT"],
  [410, "NOT_FOUND"],
  [413, "PAYLOAD_TOO_LARGE"],
  [415, "UNSUPPORTED_MEDIA_TYPE"],
  [421, "BAD_REQUEST"],
  [422, "UNPROCESSABLE_CONTENT"],
  [424, "PRECONDITION_FAILED"],
  [429, "TOO_MANY_REQUESTS"],
  [501, "NOT_IMPLEMENTED"],
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
