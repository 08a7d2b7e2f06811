/**
 * BrowserHeaders: security and cache headers for browsers. Neighbours: server.ts sets them on all answers but those to messages, which no
 * browser shows; fast-path-response.ts writes them on calls; page-policy.ts has the policy of pages.
 */
import type { ServerResponse } from "node:http";

/** The policy of answers that are no pages: nothing in them may run, load or be framed, even if a browser takes them for a page. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export const browserHeaders: readonly (readonly [name: string, value: string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-resource-policy", "same-origin"],
  ["content-security-policy", apiPolicy],
  // An answer is valid only now and only for its caller.
  ["cache-control", "no-store"],
];

export function setBrowserHeaders(response: ServerResponse): void {
  for (const [name, value] of browserHeaders) response.setHeader(name, value);
}
