/**
 * FixedRoutes: what HTTP serves beside the operations of the contract, and which access each route needs. server.ts asks the authorizer
 * with them before anything is answered; docs/security.md lists them with the operations.
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

/**
 * The paths of the operations with access `open`, which may be called without signing in. For any other path, nothing of a request is read
 * before its sender is known.
 */
export const openPaths: readonly string[] = [
  "/v1/me",
  "/v1/session",
  "/v1/session/provider",
  "/v1/session/provider/callback",
  "/v1/setup",
  "/trpc/people.me",
];
/** Pages and files of the console that contain no data of this gateway. */
export const openPages: readonly string[] = ["/login", "/setup", "/icon.svg"];
export const openPagesPrefix = "/_next/";
