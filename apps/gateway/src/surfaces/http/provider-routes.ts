/**
 * /v1/session/provider: a browser goes to the identity provider and comes back. Both are page loads, so a refusal redirects to the login
 * page, which shows it. Neighbour: session-routes.ts has the ways with a password; the cookie of a session is the same.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import { problemOf } from "../../contract/problem-of.ts";
import { flowAgeMsMax } from "../../identity/provider-settings.ts";
import { endedFlowCookie, flowCookie, readFlowCookie, sessionCookie } from "../../identity/session-cookie.ts";
import { ownProxies, type Proxies } from "../../listener/proxies.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { from, privateWay } from "./session-routes.ts";

export interface ProviderRoutesOptions {
  readonly basePath: string;
  /** The gateway's origin for browsers; undefined when the request's own is used. */
  readonly origin: string | undefined;
  /** Absent: those on this machine. */
  readonly proxies?: Proxies;
}

const returnPath = "/v1/session/provider/callback";

export function providerRoutes(app: FastifyInstance, { people }: Pick<GuardedServices, "people">, options: ProviderRoutesOptions): void {
  const { basePath, proxies = ownProxies } = options;
  const toLogin = (reply: FastifyReply, error: unknown): unknown => {
    // Only the code is in the URL, because anybody could put a text there that our login page would show.
    const { code } = problemOf(error, returnPath);
    return reply.redirect(`${basePath}/login?refused=${encodeURIComponent(code)}`, 303);
  };

  app.get("/v1/session/provider", async (request, reply) => {
    try {
      const secure = isPrivate(request.raw, options);
      const next = localPath(new URL(request.url, "http://here").searchParams.get("next"));
      const { location, flow } = await people.leaveForProvider(principalOf(request), {
        redirectUri: returnUrl(request.raw, secure, options),
        next,
      });
      return await reply.header("set-cookie", flowCookie(flow, { secure, maxAgeMs: flowAgeMsMax })).redirect(location, 303);
    } catch (error) {
      return toLogin(reply, error);
    }
  });

  app.get(returnPath, async (request, reply) => {
    try {
      const secure = isPrivate(request.raw, options);
      const returned = `${returnUrl(request.raw, secure, options)}${new URL(request.url, "http://here").search}`;
      const flow = readFlowCookie(request.raw.headers.cookie, { isOverTls: secure });
      const signedIn = await people.signInByProvider(principalOf(request), { returned, flow: flow ?? null, ...from(request.raw, proxies) });
      const maxAgeSeconds = Math.max(1, Math.floor((signedIn.expiresMs - Date.now()) / 1_000));
      const cookies = [sessionCookie(signedIn.secret, { secure, maxAgeSeconds }), endedFlowCookie({ secure })];
      return await reply
        .header("set-cookie", cookies)
        .type("text/html; charset=utf-8")
        .send(onwards(`${basePath}${localPath(signedIn.next)}`));
    } catch (error) {
      void reply.header("set-cookie", [endedFlowCookie({ secure: true }), endedFlowCookie({ secure: false })]);
      return toLogin(reply, error);
    }
  });
}

/**
 * Whether others can read this browser's connection. A configured https origin says that they cannot, even when TLS ends before the
 * gateway, because a followed link has no Origin header.
 */
function isPrivate(request: IncomingMessage, { origin, proxies = ownProxies }: ProviderRoutesOptions): boolean {
  return origin?.startsWith("https://") === true || privateWay(request, proxies);
}

/**
 * A page that continues to the target. After a redirect the request would still count as started by the provider's site, and the browser
 * would not send the new cookie (SameSite=Strict).
 */
function onwards(path: string): string {
  const escaped = path.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${escaped}"><title>Signed in</title><a href="${escaped}">Go on</a></html>\n`;
}

function returnUrl({ headers }: IncomingMessage, secure: boolean, { basePath, origin }: ProviderRoutesOptions): string {
  return `${origin ?? `${secure ? "https" : "http"}://${headers.host ?? "127.0.0.1"}`}${basePath}${returnPath}`;
}

/** The path is kept in a cookie, and browsers drop cookies of more than 4 KB. */
const nextCharactersMax = 1_500;

/** Only a path of this console, because URLs and cookies can be written by others. */
function localPath(next: string | null): string {
  const isLocal = next !== null && /^\/(?![/\\])[^\s\\]*$/.test(next) && !next.startsWith("/login");
  return isLocal && encodeURI(next).length <= nextCharactersMax ? next : "/";
}
