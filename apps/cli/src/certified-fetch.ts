/**
 * certifiedFetch: fetch with a client certificate, by which a machine is known without a token (docs/security.md). Node's own fetch can
 * show none, so the request goes by node:https. Neighbour: call-gateway.ts.
 */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createSecureContext } from "node:tls";
import { CliError } from "./exit-codes.ts";

export interface CertificateFiles {
  /** PEM, with the chain. */
  readonly certificate: string;
  readonly key: string;
}

/** Throws a mistake of the command line when the files are no pair. */
export function certifiedFetch(files: CertificateFiles): typeof fetch {
  const pair = { cert: read(files.certificate), key: read(files.key) };
  try {
    createSecureContext(pair);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError("usage", `${files.certificate} and ${files.key} are no pair of certificate and key: ${why}`, "Name two PEM files.");
  }
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.protocol !== "https:")
      throw new CliError("usage", "a client certificate is shown over TLS alone", "Write the URL of the gateway with https.");
    return asked(url, { ...pair, init });
  };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError("usage", error instanceof Error ? error.message : String(error), "Name a PEM file that can be read.");
  }
}

interface Asked {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly init: RequestInit | undefined;
}

/** What fails is thrown as fetch throws it: the reason is the cause. */
function asked(url: URL, { cert, key, init = {} }: Asked): Promise<Response> {
  const headers = Object.fromEntries(new Headers(init.headers));
  const { body } = init;
  if (typeof body === "string") headers["content-length"] = String(Buffer.byteLength(body));
  if (body instanceof Blob) headers["content-length"] = String(body.size);
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown): void => reject(new TypeError("fetch failed", { cause }));
    const options = { method: init.method ?? "GET", headers, cert, key, agent: false, ...(init.signal ? { signal: init.signal } : {}) };
    const sent = request(url, options, (answer) => {
      const status = answer.statusCode ?? 0;
      const isBare = status === 204 || status === 304;
      if (isBare) answer.resume();
      // The types of node's and of the browser's streams differ in name only.
      const pieces = isBare ? null : (Readable.toWeb(answer) as ReadableStream as globalThis.ReadableStream);
      resolve(new Response(pieces, { status, headers: headersOf(answer.rawHeaders) }));
    });
    sent.once("error", refuse);
    if (body instanceof Blob)
      Readable.fromWeb(body.stream() as ReadableStream)
        .on("error", refuse)
        .pipe(sent);
    else sent.end(body);
  });
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at] ?? "", raw[at + 1] ?? "");
  return headers;
}
