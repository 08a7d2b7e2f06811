/**
 * Deprecation: the headers of an answer at a deprecated path: since when it is deprecated (RFC 9745), and the new path (RFC 5829).
 * Neighbour: routes.ts puts them there, openapi.ts says the same of the route.
 */
import type { HttpDoor, Operation } from "../../contract/operation.ts";

/** All deprecated names are of the same month. */
const sinceSeconds = Date.UTC(2026, 10, 1) / 1000;

/** Undefined when the path is not deprecated. `door` is the one that was called. */
export function successorOf(
  { http, deprecated }: Pick<Operation, "http" | "deprecated">,
  door: Pick<HttpDoor, "path">,
): string | undefined {
  if (http !== undefined && http.path !== door.path) return http.path;
  return deprecated?.match(/^[A-Z]+ (\/[^\s;]+)/)?.[1];
}

/** `params`: the parameters of the path that was called. */
export function deprecationHeaders(successor: string, params: Readonly<Record<string, unknown>>): Record<string, string> {
  const path = successor.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  return { deprecation: `@${sinceSeconds}`, link: `<${path}>; rel="successor-version"` };
}
