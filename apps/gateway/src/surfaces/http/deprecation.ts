/**
 * Deprecation: what an answer under a name of before says in its headers: since when it is one (RFC 9745), and the path of now (RFC 5829).
 * Neighbour: routes.ts puts them there, openapi.ts says the same of the route.
 */
import type { HttpDoor, Operation } from "../../contract/operation.ts";

/** All names of before are of the same month. */
const sinceSeconds = Date.UTC(2026, 10, 1) / 1000;

/** Undefined: it is the name of now. `door` is the one that was asked. */
export function successorOf(
  { http, deprecated }: Pick<Operation, "http" | "deprecated">,
  door: Pick<HttpDoor, "path">,
): string | undefined {
  if (http !== undefined && http.path !== door.path) return http.path;
  return deprecated?.match(/^[A-Z]+ (\/[^\s;]+)/)?.[1];
}

/** `params`: what stood in the places of the path that was asked. */
export function deprecationHeaders(successor: string, params: Readonly<Record<string, unknown>>): Record<string, string> {
  const path = successor.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  return { deprecation: `@${sinceSeconds}`, link: `<${path}>; rel="successor-version"` };
}
