/**
 * Replies on a raw node:http response, and their text: JSON and problem+json with their lengths, so that no reply is chunked.
 */
import type { ServerResponse } from "node:http";
import type { Problem } from "../contract/problem.ts";

export function problemHeaders(problem: Problem): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (problem.status === 401) headers["www-authenticate"] = 'Bearer realm="signalbox"';
  if (problem.status === 429 || problem.status === 503 || problem.retryAfterMs !== undefined)
    headers["retry-after"] = String(Math.max(1, Math.ceil((problem.retryAfterMs ?? 1_000) / 1_000)));
  return headers;
}

export function problemText(problem: Problem): string {
  const { retryAfterMs: _retryAfterMs, ...shown } = problem;
  return `${JSON.stringify(shown)}\n`;
}

export function writeProblem(response: ServerResponse, problem: Problem): void {
  if (response.writableEnded || response.destroyed || response.headersSent) return;
  const text = problemText(problem);
  response.writeHead(problem.status, { ...problemHeaders(problem), "content-length": Buffer.byteLength(text) });
  response.end(text);
}
