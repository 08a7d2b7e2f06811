/**
 * BrowserHeaders: what a browser is told about an answer beside its content. Neighbours: server.ts sets them on all but messages, which no
 * browser shows; page-policy.ts has the policy of pages.
 */
import type { ServerResponse } from "node:http";

/** The policy of answers that are no pages: nothing in them may run, load or be framed, whatever a browser takes them for. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function setBrowserHeaders(response: ServerResponse): void {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  response.setHeader("content-security-policy", apiPolicy);
  // What is shown is true now, and only for who asked.
  response.setHeader("cache-control", "no-store");
}
