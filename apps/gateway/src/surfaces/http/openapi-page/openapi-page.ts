/**
 * OpenApiPage: /openapi, a page that shows /openapi.json and sends requests to this gateway as the person who is signed in. It loads
 * nothing from elsewhere: page.css and page.mjs are inlined, and its policy allows only their hashes, so nothing else runs in it.
 * Neighbours: server.ts sends it before the console is asked, console-fonts.ts has the console's faces for it.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { consoleFonts } from "./console-fonts.ts";

interface Page {
  readonly bytes: Buffer;
  readonly policy: string;
}

/** By the base path: the fonts are those of the console that is built for it. */
const pages = new Map<string, Page>();

export function isOpenApiPage(url: string): boolean {
  return url === "/openapi" || url.startsWith("/openapi?");
}

export function writeOpenApiPage(response: ServerResponse, { method, basePath }: { method: string | undefined; basePath: string }): void {
  const page = pages.get(basePath) ?? makePage(basePath);
  pages.set(basePath, page);
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-length": page.bytes.length,
    "content-security-policy": page.policy,
  };
  response.writeHead(200, headers).end(method === "HEAD" ? undefined : page.bytes);
}

function makePage(basePath: string): Page {
  const style = consoleFonts(basePath) + partOf("page.css");
  const script = partOf("page.mjs");
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HTTP API · Signalbox</title>
<link rel="icon" href="icon.svg">
<style>${style}</style>
</head>
<body>
<header>
<h1>HTTP API</h1>
<p>What is sent here is done, by whoever is signed in. <a href="openapi.json">openapi.json</a> · <a href="./">Console</a></p>
<label>Find <input id="find" type="search" placeholder="savepoints, POST, :retry" autocomplete="off"></label>
</header>
<main id="operations" aria-busy="true"><p role="status">Reading openapi.json…</p></main>
<script type="module">${script}</script>
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "connect-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { bytes: Buffer.from(html), policy };
}

function partOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
