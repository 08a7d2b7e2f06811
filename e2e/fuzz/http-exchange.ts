/**
 * HttpExchange: bytes to a server in parts and every answer that comes back, read by rules of HTTP/1.1 that are few enough to trust.
 * What a refusal must say is checked here too: problem+json, or data.problem of tRPC, with code, place and cure.
 */
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { must } from "./fuzz-target.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface HttpRequestParts {
  readonly parts: readonly Uint8Array[];
  readonly pauseMs: number;
  /** What the client does once it has sent everything: it stays, ends its side, or breaks off. */
  readonly end: "wait" | "end" | "destroy";
  readonly noBody: boolean;
  /** How many answers it waits for. */
  readonly answers: number;
  readonly answerMsMax: number;
}

/** Returns the answers in order; none when the server closed without one. */
export async function exchange(connection: Duplex, request: HttpRequestParts): Promise<HttpAnswer[]> {
  const chunks: Buffer[] = [];
  let closed = false;
  let wake = (): void => undefined;
  connection.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  const onClosed = (): void => {
    closed = true;
    wake();
  };
  connection.on("error", onClosed).on("close", onClosed).on("end", onClosed);
  try {
    for (const part of request.parts) {
      if (closed) break;
      connection.write(part);
      if (request.pauseMs > 0) await wait(request.pauseMs);
    }
    if (request.end === "destroy") return [];
    if (request.end === "end") connection.end();
    const giveUpMs = performance.now() + request.answerMsMax;
    for (;;) {
      const answers = readAnswers(Buffer.concat(chunks), { noBody: request.noBody, closed });
      if (answers.complete && answers.found.length >= request.answers && (closed || request.end === "wait")) return answers.found;
      if (closed) return answers.found;
      const leftMs = giveUpMs - performance.now();
      must(
        leftMs > 0,
        () => `no answer within ${request.answerMsMax} ms; so far: ${Buffer.concat(chunks).toString("latin1").slice(0, 300)}`,
      );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    connection.destroy();
  }
}

function readAnswers(bytes: Buffer, how: { noBody: boolean; closed: boolean }): { found: HttpAnswer[]; complete: boolean } {
  const found: HttpAnswer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const headEnd = bytes.indexOf("\r\n\r\n", at);
    if (headEnd < 0) return { found, complete: false };
    const [statusLine = "", ...lines] = bytes.toString("latin1", at, headEnd).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    must(status >= 100, () => `no status line: ${statusLine.slice(0, 200)}`);
    const headers = new Map(
      lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    at = headEnd + 4;
    if (status < 200) continue;
    // A stream of events without a length has no end, so reading stops after its head.
    if (headers.get("content-type")?.startsWith("text/event-stream") === true && !headers.has("content-length"))
      return { found: [...found, { status, headers, body: "" }], complete: true };
    const body = bodyOf(bytes, { at, headers, status, ...how });
    if (body === undefined) return { found, complete: false };
    found.push({ status, headers, body: body.text });
    at = body.end;
  }
  return { found, complete: found.length > 0 };
}

interface BodyPlace {
  readonly at: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly status: number;
  readonly noBody: boolean;
  readonly closed: boolean;
}

function bodyOf(bytes: Buffer, place: BodyPlace): { text: string; end: number } | undefined {
  const { at, headers, status } = place;
  if (place.noBody || status === 204 || status === 304) return { text: "", end: at };
  if (headers.get("transfer-encoding") === "chunked") return chunkedBody(bytes, at);
  const length = headers.get("content-length");
  if (length === undefined) return place.closed ? { text: bytes.toString("utf8", at), end: bytes.length } : undefined;
  const end = at + Number(length);
  return end <= bytes.length ? { text: bytes.toString("utf8", at, end), end } : undefined;
}

function chunkedBody(bytes: Buffer, from: number): { text: string; end: number } | undefined {
  let text = "";
  let at = from;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (end + 2 > bytes.length) return undefined;
    text += bytes.toString("utf8", lineEnd + 2, end);
    at = end + 2;
    if (size === 0) return { text, end: at };
  }
}

/** Returns the code of a refusal that says all it must, or the status of a success. */
export function mustExplain(answer: HttpAnswer, noBody: boolean): string {
  const { status, headers, body } = answer;
  // The gateway behind the socket has no console, and its page says so.
  if (status === 503 && body.includes("The console starts")) return "console";
  if (status < 400) return headers.has("x-console") ? "console" : String(status);
  if (noBody) return `${status} without body`;
  const shown = `${status} ${body.slice(0, 400)}`;
  const type = headers.get("content-type") ?? "";
  must(/^[[{]/.test(body), () => `a refusal that is no JSON, of type ${type}: ${shown}`);
  const parsed: unknown = JSON.parse(body);
  const problems = type.startsWith("application/problem+json") ? [parsed] : problemsIn(parsed);
  must(problems.length > 0, () => `no problem in ${shown}`);
  let last = "";
  for (const problem of problems) last = mustSayAll(problem, shown);
  // A 501 for something that another runtime can do is intended.
  const isSaid = (status === 503 && last !== "INTERNAL") || (status === 501 && last === "CAPABILITY_MISSING");
  must(status < 500 || isSaid, () => `the gateway failed: ${shown}`);
  return `${status} ${last}`;
}

/** Lists the problems of a tRPC answer: one error, or a list of results and errors for a batch. */
function problemsIn(parsed: unknown): unknown[] {
  const answers: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return answers.flatMap((answer) => {
    const error = (answer as { error?: { data?: { problem?: unknown } } }).error;
    return error === undefined ? [] : [error.data?.problem];
  });
}

function mustSayAll(problem: unknown, shown: string): string {
  const parts = (typeof problem === "object" && problem !== null ? problem : {}) as Record<string, unknown>;
  for (const name of ["code", "title", "detail", "where", "cure"]) {
    const part = parts[name];
    must(typeof part === "string" && part.trim() !== "", () => `the problem has no ${name}: ${shown}`);
  }
  const code = String(parts["code"]);
  must(code !== "INTERNAL", () => `an unexpected failure: ${shown}`);
  return code;
}
