/** The HTTP API for curl and scripts as a fastify app without a port of its own; every error leaves as problem+json. */
import fastify, { type FastifyInstance } from "fastify";
import { adminRoutes, type AdminRoutesOptions } from "./admin-routes.ts";
import { egressRoutes } from "./egress-routes.ts";
import { entityRoutes, type EntityRoutesOptions } from "./entity-routes.ts";
import { GatewayError, isExpected, problemOf } from "./problem.ts";
import { problemHeaders, problemText } from "./reply.ts";

const bodyBytesMax = 8 * 1024 * 1024;

export interface ApiOptions extends AdminRoutesOptions, EntityRoutesOptions {
  readonly logError: (error: unknown, where: string) => void;
}

export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: bodyBytesMax, exposeHeadRoutes: false, routerOptions: { maxParamLength: 16_384 } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(asGatewayError(error), request.url);
    if (problem.status >= 500 && !isExpected(error)) options.logError(error, request.url);
    return reply.status(problem.status).headers(problemHeaders(problem)).send(problemText(problem));
  });
  app.setNotFoundHandler((request) => {
    throw new GatewayError("UNKNOWN_ROUTE", {
      detail: `${request.method} ${request.url} is no route of this gateway.`,
      where: request.url,
      cure: "The README lists the routes.",
    });
  });
  entityRoutes(app, options);
  egressRoutes(app, options);
  adminRoutes(app, options);
  await app.ready();
  return app;
}

/** Fastify's own refusals (a body too large, a broken length) in our words. */
function asGatewayError(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new GatewayError("BODY_TOO_LARGE", {
      detail: `the body is larger than ${bodyBytesMax} bytes`,
      where: "body",
      cure: "Send less.",
    });
  }
  if (typeof error.code === "string" && error.code.startsWith("FST_ERR_CTP")) {
    return new GatewayError("INVALID_REQUEST", { detail: error.message, where: "body", cure: "Correct the request's headers and body." });
  }
  return error;
}
