/**
 * FixedRoutes: what HTTP serves beside the operations of the contract, with what whoever asks needs for it. server.ts asks the authorizer with
 * them before anything is answered; docs/security.md lists them with the operations.
 */
import type { Access, Scope } from "./operation.ts";

export interface FixedRoute {
  readonly summary: string;
  readonly access: Access;
  readonly scope: Scope;
  readonly path: string;
}

export const fixedRoutes = {
  "gateway.health": { summary: "Whether it runs, in one word", access: "open", scope: "gateway", path: "/health" },
  "gateway.healthDetails": { summary: "Whether it runs, with numbers and names", access: "read", scope: "gateway", path: "/health" },
  "gateway.metrics": { summary: "Prometheus metrics", access: "read", scope: "gateway", path: "/metrics" },
  "gateway.openapi": { summary: "OpenAPI 3.1 of the HTTP API", access: "self", scope: "gateway", path: "/openapi.json" },
  "console.pages": { summary: "The console's pages", access: "self", scope: "gateway", path: "/" },
} as const satisfies Readonly<Record<string, FixedRoute>>;

/** Of operations that whoever has not signed in may ask (access `open`), as requests name them; for all else nothing of the request is read. */
export const openPaths: readonly string[] = [
  "/v1/me",
  "/v1/session",
  "/v1/session/provider",
  "/v1/session/provider/callback",
  "/v1/setup",
  "/trpc/people.me",
];
/** Pages and files of the console that hold nothing of this gateway. */
export const openPages: readonly string[] = ["/login", "/setup", "/icon.svg"];
export const openPagesPrefix = "/_next/";
