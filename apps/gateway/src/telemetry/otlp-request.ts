/**
 * sendOtlp: sends one request to the collector and says what its answer means: sent, later (the collector is away, full or slow), or
 * refused. No redirect is followed, and a body that does not end is cut.
 * Guarantee: it ends within timeoutMs, whatever the other side does, and never throws.
 */
import type { ClientRequest, IncomingMessage } from "node:http";
import { nodeHttp } from "../listener/node-http.ts";
import { refuseUpgrade } from "../listener/refuse-upgrade.ts";

export type OtlpAnswer =
  | { readonly kind: "sent" }
  | { readonly kind: "later"; readonly why: string; readonly afterMs: number }
  | { readonly kind: "refused"; readonly why: string };

export interface OtlpTarget {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const nodeHttps = process.getBuiltinModule("node:https");
/** A normal answer has a few bytes; longer ones are cut here. */
const answerBytesMax = 64 * 1024;
const excerptCharactersMax = 200;
const laterStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const retryAfterMsMax = 300_000;

export function sendOtlp(
  { endpoint, headers, timeoutMs }: OtlpTarget,
  { path, bytes }: { path: string; bytes: Buffer },
): Promise<OtlpAnswer> {
  const url = new URL(endpoint.replace(/(?<!\/)\/+$/, "") + path);
  const options = {
    method: "POST",
    headers: { ...headers, "content-type": "application/x-protobuf", "content-length": bytes.length, "user-agent": "signalbox" },
    signal: AbortSignal.timeout(timeoutMs),
    agent: false,
  } as const;
  return new Promise((resolve) => {
    const later = (why: string): void => resolve({ kind: "later", why: `${url.host}: ${why}`, afterMs: 0 });
    try {
      const request = (url.protocol === "https:" ? nodeHttps : nodeHttp).request(url, options);
      request.on("error", (error) =>
        later(error.name === "AbortError" || error.name === "TimeoutError" ? `no answer within ${timeoutMs} ms` : error.message),
      );
      refuseUpgrade(request, later);
      request.on("response", (response) =>
        readAnswer(request, response, (answer) =>
          resolve({ ...answer, ...("why" in answer ? { why: `${url.host}: ${answer.why}` } : {}) }),
        ),
      );
      request.end(bytes);
    } catch (error) {
      later(error instanceof Error ? error.message : String(error));
    }
  });
}

function readAnswer(request: ClientRequest, response: IncomingMessage, done: (answer: OtlpAnswer) => void): void {
  const { statusCode = 0 } = response;
  let size = 0;
  let excerpt = "";
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (excerpt.length < excerptCharactersMax) excerpt += chunk.toString("latin1");
    if (size <= answerBytesMax) return;
    request.destroy();
    done({ kind: "refused", why: `its answer (${statusCode}) has more than ${answerBytesMax} bytes` });
  });
  response.on("error", (error) => done({ kind: "later", why: `its answer was cut: ${error.message}`, afterMs: 0 }));
  response.on("end", () => done(meaningOf(statusCode, response.headers["retry-after"], excerpt)));
}

function meaningOf(status: number, retryAfter: string | undefined, excerpt: string): OtlpAnswer {
  if (status >= 200 && status < 300) return { kind: "sent" };
  const said = excerpt
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .trim()
    .slice(0, excerptCharactersMax);
  const why = `it answered ${status}${said === "" ? "" : `: ${said}`}`;
  if (!laterStatuses.has(status)) return { kind: "refused", why };
  const seconds = Number(retryAfter);
  return { kind: "later", why, afterMs: Number.isFinite(seconds) && seconds > 0 ? Math.min(retryAfterMsMax, seconds * 1000) : 0 };
}
