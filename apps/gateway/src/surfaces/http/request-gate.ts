/**
 * RequestGate: decides about a request before its body is read: callers who have not signed in get only the open routes, and pages redirect
 * them to the login. Rights for routes that are no operations of the contract are checked here; for operations the guard decides.
 * Neighbour: server.ts asks it for everything but messages.
 */
import type { ServerResponse } from "node:http";
import { fixedRoutes, openPages, openPagesPrefix, openPaths } from "../../contract/fixed-routes.ts";
import type { OuterDoor, Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { authorizer } from "../../identity/authorizer.ts";

export const trpcPrefix = "/trpc/";
const mcpPath = "/mcp";
const apiPaths = ["/v1/", "/health", "/metrics", "/openapi.json"];

export type Passage =
  | { readonly kind: "passes" }
  | { readonly kind: "refused"; readonly refusal: GatewayError }
  /** The path of the login page, which leads back. */
  | { readonly kind: "login"; readonly path: string };

export function passes(principal: Principal, url: string): Passage {
  if (principal.kind === "anonymous" && !isOpen(url)) {
    if (isApiPath(url) || url.startsWith(trpcPrefix)) return { kind: "refused", refusal: notSignedIn(url) };
    return { kind: "login", path: `/login?next=${encodeURIComponent(url)}` };
  }
  const fixed = fixedRouteOf(url);
  const refusal = fixed === undefined ? undefined : denialOf(principal, fixed);
  return refusal === undefined ? { kind: "passes" } : { kind: "refused", refusal };
}

export function mayReadHealth(principal: Principal): boolean {
  return denialOf(principal, "gateway.healthDetails") === undefined;
}

export function leadToLogin(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, "content-length": 0 }).end();
}

export function isApiPath(url: string): boolean {
  return apiPaths.some((path) => url.startsWith(path)) || isMcp(url);
}

export function isMcp(url: string): boolean {
  return url === mcpPath || url.startsWith(`${mcpPath}?`);
}

export function doorOf(url: string): OuterDoor {
  if (url.startsWith(trpcPrefix)) return "console";
  return isMcp(url) ? "mcp" : "http";
}

function isOpen(url: string): boolean {
  const path = url.split("?", 1)[0] ?? url;
  return openPaths.includes(path) || openPages.includes(path) || path.startsWith(openPagesPrefix);
}

function fixedRouteOf(url: string): "gateway.metrics" | "gateway.openapi" | undefined {
  if (url.startsWith(fixedRoutes["gateway.metrics"].path)) return "gateway.metrics";
  return url.startsWith(fixedRoutes["gateway.openapi"].path) ? "gateway.openapi" : undefined;
}

function denialOf(principal: Principal, name: keyof typeof fixedRoutes): GatewayError | undefined {
  const decision = authorizer.decide(principal, { name, operation: fixedRoutes[name], input: undefined });
  if (decision.kind === "allow") return undefined;
  if (decision.signIn) return notSignedIn(name);
  const cure = "Ask an admin of this gateway for the right to it.";
  return new GatewayError("FORBIDDEN", { detail: `Not allowed: ${decision.reason}.`, where: name, cure });
}

export function notSignedIn(where: string): GatewayError {
  const cure = "Sign in at the console, or send a token as Authorization: Bearer sb_….";
  return new GatewayError("UNAUTHENTICATED", { detail: "Nobody is signed in.", where, cure });
}
