/**
 * /v1/session and /v1/setup: signing in and out, where the answer sets a cookie. A password is accepted only when nobody on the network can
 * read it: over TLS (the gateway's or a proxy's), or on this machine.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { GatewayError } from "../../contract/problem.ts";
import { readSessionCookie, endedCookies, sessionCookie } from "../../identity/session-cookie.ts";
import { isLoopback } from "../../listener/loopback.ts";
import type { Proxies } from "../../listener/proxies.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { jsonObject } from "./json-body.ts";

const agentCharactersMax = 300;

type SignedIn = Awaited<ReturnType<GuardedServices["people"]["signIn"]>>;
type Verb = (body: Record<string, unknown>) => Promise<SignedIn>;

export function sessionRoutes(app: FastifyInstance, { people }: Pick<GuardedServices, "people">, proxies: Proxies): void {
  const opening = async (request: FastifyRequest, reply: FastifyReply, verb: Verb): Promise<unknown> => {
    const secure = privateWay(request.raw, proxies);
    const { secret, expiresMs, name } = await verb({ ...jsonObject(request.body), ...from(request.raw, proxies) });
    const maxAgeSeconds = Math.max(1, Math.floor((expiresMs - Date.now()) / 1_000));
    void reply.header("set-cookie", sessionCookie(secret, { secure, maxAgeSeconds }));
    return { name, expiresMs };
  };
  // The guard parses the body.
  app.post("/v1/session", (request, reply) =>
    opening(request, reply, (body) => people.signIn(principalOf(request), body as Parameters<typeof people.signIn>[1])),
  );
  app.post("/v1/setup", (request, reply) =>
    opening(request, reply, (body) => people.setUp(principalOf(request), body as Parameters<typeof people.setUp>[1])),
  );
  app.delete("/v1/session", async (request, reply) => {
    const principal = principalOf(request);
    // An anonymous caller has no session to end, and nothing to audit.
    if (principal.kind !== "anonymous") await people.signOut(principal, undefined);
    return reply.header("set-cookie", endedCookies()).status(204).send();
  });
}

export function from(request: IncomingMessage, proxies: Proxies) {
  return {
    address: proxies.addressOf(request),
    agent: (request.headers["user-agent"] ?? "").slice(0, agentCharactersMax),
    replaces: readSessionCookie(request.headers.cookie, { isOverTls: proxies.isOverTls(request) }) ?? null,
  };
}

/** Whether the browser uses TLS. Throws LOGIN_NOT_PRIVATE for a connection that others can read. */
export function privateWay(request: IncomingMessage, proxies: Proxies): boolean {
  const { origin, host = "" } = request.headers;
  if (proxies.isOverTls(request) || origin?.startsWith("https://") === true) return true;
  if (isLoopback(host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"))) return false;
  throw new GatewayError("LOGIN_NOT_PRIVATE", {
    detail: "The password would go over the network as it is.",
    where: "connection",
    cure: "Give the gateway a certificate (SIGNALBOX_TLS_CERT), put a proxy with one before it, or sign in on the machine itself.",
  });
}
