/**
 * BrowserHeaders: what a browser is told about an answer beside its content. Neighbours: server.ts sets them on all but messages, which no
 * browser shows, and fast-path-response.ts writes them on calls; page-policy.ts has the policy of pages.
 */
import type { ServerResponse } from "node:http";

/** The policy of answers that are no pages: nothing in them may run, load or be framed, whatever a browser takes them for. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export const browserHeaders: readonly (readonly [name: string, value: string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-resource-policy", "same-origin"],
  ["content-security-policy", apiPolicy],
  // What is shown is true now, and only for who asked.
  ["cache-control", "no-store"],
];

export function setBrowserHeaders(response: ServerResponse): void {
  for (const [name, value] of browserHeaders) response.setHeader(name, value);
}
