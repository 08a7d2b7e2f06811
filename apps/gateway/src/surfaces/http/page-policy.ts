/**
 * PagePolicy: what a page of the console may load and run. Pages that are rendered on request have a nonce on their scripts. Pages that the
 * build rendered are the same for everybody, so their inline scripts are allowed by hash. Neighbours: console-process.ts hands the nonce on
 * and sets the policy; prerendered-scripts.ts reads the build. Guarantee: only scripts of the build and the renderer run, whatever foreign
 * text a page shows.
 */
import { randomBytes } from "node:crypto";

export function newNonce(): string {
  return randomBytes(16).toString("base64");
}

/** Inline styles are allowed, because the editor and the graph position their parts with them, and a style cannot run code. */
export function pagePolicy(scripts: readonly string[]): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${scripts.map((source) => `'${source}'`).join(" ")}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
