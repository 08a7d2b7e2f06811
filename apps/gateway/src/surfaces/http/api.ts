/** The HTTP API for curl and scripts as a fastify app without a port of its own; every error leaves as problem+json. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { GuardedServices } from "../../services/guarded.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { auditRoutes } from "./audit-routes.ts";
import { backupRoutes } from "./backup-routes.ts";
import { callRoutes } from "./call-routes.ts";
import { egressRoutes } from "./egress-routes.ts";
import { entityRoutes } from "./entity-routes.ts";
import { moduleRoutes } from "./module-routes.ts";
import { openApi } from "./openapi.ts";
import { foldedRoutes } from "./routes.ts";
import { keepValueType } from "./json-body.ts";
import { providerRoutes, type ProviderRoutesOptions } from "./provider-routes.ts";
import { savepointRoutes } from "./savepoint-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { GatewayError } from "../../contract/problem.ts";
import { isExpected, problemOf } from "../../contract/problem-of.ts";
import type { Hook } from "../../listener/hooks.ts";
import { ownProxies } from "../../listener/proxies.ts";
import { problemHeaders, problemText } from "../../listener/reply.ts";
import { readBody } from "../../listener/request-body.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";

const bodyBytesMax = 8 * 1024 * 1024;

/** A client that disconnects is not an error of the gateway, whatever error the reading of its body threw. */
const cutOff = new GatewayError("INVALID_REQUEST", { detail: "the request was cut off", where: "body", cure: "Send it again." });

export interface ApiOptions {
  readonly services: GuardedServices;
  readonly values: ValueCodec;
  readonly metricsText: () => Promise<string>;
  /** The paths that connectors have taken, for OpenAPI. */
  readonly hooks: () => readonly Pick<Hook, "path" | "summary">[];
  /** How browsers come here, for the way back from the identity provider. */
  readonly provider: ProviderRoutesOptions;
  /** Where the bodies that wait are counted. */
  readonly held: RequestBytes;
  readonly logError: (error: unknown, where: string) => void;
}

export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): unknown => {
    const known = asGatewayError(wasCutOff(request, error) ? cutOff : error);
    const problem = problemOf(known, request.url);
    if (problem.status >= 500 && !isExpected(known)) options.logError(error, request.url);
    return reply.status(problem.status).headers(problemHeaders(problem)).send(problemText(problem));
  };
  const app = fastify({
    bodyLimit: bodyBytesMax,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  });
  app.removeAllContentTypeParsers();
  readCountedBodies(app, options.held);
  app.addHook("onSend", (request, _reply, payload) => Promise.resolve(request.method === "HEAD" ? endedStream(payload) : payload));
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request) => {
    throw new GatewayError("UNKNOWN_ROUTE", {
      detail: `${request.method} ${request.url} is no route of this gateway.`,
      where: request.url,
      cure: "The README lists the routes.",
    });
  });
  const { services, values, metricsText } = options;
  const { basePath } = options.provider;
  foldedRoutes(app, services, basePath);
  callRoutes(app, services, { values, basePath });
  entityRoutes(app, services, values);
  egressRoutes(app, services, values);
  moduleRoutes(app, services);
  savepointRoutes(app, services);
  backupRoutes(app, services);
  auditRoutes(app, services);
  app.get("/openapi.json", () => openApi(options.hooks()));
  sessionRoutes(app, services, options.provider.proxies ?? ownProxies);
  providerRoutes(app, services, options.provider);
  app.get("/metrics", async (_request, reply) => reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText()));
  await app.ready();
  return app;
}

/** Fastify reads to its end what HEAD does not send. Some streams are files of gigabytes, and some have no end. */
function endedStream(payload: unknown): unknown {
  if (!(payload instanceof Readable)) return payload;
  payload.destroy();
  return Readable.from([]);
}

/** Replaces Fastify's reader of bodies, which does not count the bytes that wait. */
function readCountedBodies(app: FastifyInstance, held: RequestBytes): void {
  const responses = new WeakMap<IncomingMessage, ServerResponse>();
  app.addHook("onRequest", (request, reply, done) => {
    responses.set(request.raw, reply.raw);
    keepValueType(request.raw);
    done();
  });
  app.addContentTypeParser("*", ({ raw }, _payload, done) => {
    const response = responses.get(raw);
    if (response === undefined) return done(new Error("the request came by no route"));
    readBody({ request: raw, response }, { bytesMax: bodyBytesMax, held }, (body) =>
      body instanceof Error ? done(body) : done(null, body),
    );
  });
}

function wasCutOff({ raw }: FastifyRequest, error: unknown): boolean {
  const reset = error instanceof Error && "code" in error && error.code === "ECONNRESET";
  return raw.destroyed && (reset || !raw.complete);
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
  if (error.code === "FST_ERR_BAD_URL" || error.code === "FST_ERR_MAX_PARAM_LENGTH") {
    const cure = "Percent-encode each part of the path as UTF-8, and shorten it if it is long.";
    return new GatewayError("INVALID_REQUEST", { detail: error.message, where: "path", cure });
  }
  if (typeof error.code !== "string" || !error.code.startsWith("FST_ERR_")) return error;
  const isOfBody = error.code.startsWith("FST_ERR_CTP");
  // Others are of the request too when Fastify answers them so, as of a QUERY without a type of its body.
  if (isOfBody || ("statusCode" in error && Number(error.statusCode) >= 400 && Number(error.statusCode) < 500)) {
    const cure = "Correct the request's method, headers and body.";
    return new GatewayError("INVALID_REQUEST", { detail: error.message, where: isOfBody ? "body" : "request", cure });
  }
  return error;
}
