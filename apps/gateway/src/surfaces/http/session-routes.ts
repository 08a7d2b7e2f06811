/**
 * /v1/session and /v1/setup: signing in and out, where the answer sets a cookie. A password is taken only where nobody on the way can read it:
 * over TLS (ours, or a proxy's), or on this machine.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { GatewayError } from "../../contract/problem.ts";
import { readSessionCookie, endedCookies, sessionCookie } from "../../identity/session-cookie.ts";
import { isLoopback } from "../../listener/loopback.ts";
import { isOverTls } from "../../listener/over-tls.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { jsonObject } from "./json-body.ts";

const agentCharactersMax = 300;

type SignedIn = Awaited<ReturnType<GuardedServices["people"]["signIn"]>>;
type Verb = (body: Record<string, unknown>) => Promise<SignedIn>;

export function sessionRoutes(app: FastifyInstance, { people }: Pick<GuardedServices, "people">): void {
  const opening = async (request: FastifyRequest, reply: FastifyReply, verb: Verb): Promise<unknown> => {
    const secure = privateWay(request.raw);
    const { secret, expiresMs, name } = await verb({ ...jsonObject(request.body), ...from(request.raw) });
    const maxAgeSeconds = Math.max(1, Math.floor((expiresMs - Date.now()) / 1_000));
    void reply.header("set-cookie", sessionCookie(secret, { secure, maxAgeSeconds }));
    return { name, expiresMs };
  };
  // The guard parses what the body says.
  app.post("/v1/session", (request, reply) =>
    opening(request, reply, (body) => people.signIn(principalOf(request), body as Parameters<typeof people.signIn>[1])),
  );
  app.post("/v1/setup", (request, reply) =>
    opening(request, reply, (body) => people.setUp(principalOf(request), body as Parameters<typeof people.setUp>[1])),
  );
  app.delete("/v1/session", async (request, reply) => {
    const principal = principalOf(request);
    // Of nobody there is no session to end, and nothing that the audit should tell.
    if (principal.kind !== "anonymous") await people.signOut(principal, undefined);
    return reply.header("set-cookie", endedCookies()).status(204).send();
  });
}

export function from(request: IncomingMessage) {
  return {
    address: clientAddress(request),
    agent: (request.headers["user-agent"] ?? "").slice(0, agentCharactersMax),
    replaces: readSessionCookie(request.headers.cookie, { isOverTls: isOverTls(request) }) ?? null,
  };
}

/** Who stands on this machine may say for whom they ask: a proxy, or somebody who could ask anyway. */
export function clientAddress({ socket, headers }: Pick<IncomingMessage, "socket" | "headers">): string {
  const peer = socket.remoteAddress ?? "";
  const forwarded = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .at(-1)
    ?.trim();
  return isLoopback(peer) && forwarded !== undefined && forwarded !== "" ? forwarded.slice(0, 100) : peer;
}

/** Whether the browser speaks TLS. Throws LOGIN_NOT_PRIVATE for the way that others can read. */
export function privateWay(request: IncomingMessage): boolean {
  const { origin, host = "" } = request.headers;
  if (isOverTls(request) || origin?.startsWith("https://") === true) return true;
  if (isLoopback(host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"))) return false;
  throw new GatewayError("LOGIN_NOT_PRIVATE", {
    detail: "The password would go over the network as it is.",
    where: "connection",
    cure: "Give the gateway a certificate (SIGNALBOX_TLS_CERT), put a proxy with one before it, or sign in on the machine itself.",
  });
}
