/**
 * PagePolicy: what a page of the console may load and run. Pages that are made when they are asked for carry a nonce on their scripts; pages
 * that were made by the build are the same for everybody, so their inline scripts are known by their hashes.
 * Neighbours: console-process.ts hands the nonce on and sets the policy; prerendered-scripts.ts reads the build.
 * Guarantee: no script runs that neither the build nor the renderer wrote, whatever text of others a page shows.
 */
import { randomBytes } from "node:crypto";

export function newNonce(): string {
  return randomBytes(16).toString("base64");
}

/** Styles may stand inline: the editor and the graph place what they draw by it, and a style runs nothing. */
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
