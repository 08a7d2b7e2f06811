/**
 * HttpCase: one request of the target http (targets/http.ts) and its bytes: framed as it says, edited, in parts, with plain messages before
 * it.
 */
import { edited } from "./bytes.ts";
import type { HttpRequestParts } from "./http-exchange.ts";

export interface HttpCase {
  readonly via: "memory" | "socket";
  readonly method: string;
  readonly path: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly framing: "length" | "chunked" | "short" | "long" | "none" | "both" | "broken-chunks" | "odd-length";
  readonly edits: Parameters<typeof edited>[1];
  readonly parts: number;
  readonly pauseMs: number;
  readonly end: "wait" | "end" | "destroy";
  /** How many plain messages come before it; absent in a case that was kept before this existed. */
  readonly before?: number;
}

/** Whether nothing about the frame of the request is wrong, so that there must be an answer. */
function isWhole({ framing, edits: changes, method, path: target, headers, version }: HttpCase): boolean {
  const plain = (framing === "length" || framing === "chunked") && changes.length === 0 && version === "HTTP/1.1";
  return (
    plain &&
    /^(GET|POST|PUT|PATCH|DELETE)$/.test(method) &&
    /^\/[!-~]*$/.test(target) &&
    headers.every(([name]) => !/^(connection|upgrade|expect|host)$/.test(name))
  );
}

const plainMessage = "POST /v1/messages/test/visits/before HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nhi";

/** Returns the number of messages before it. An answer to HEAD is read differently, so it has none. */
export function beforeOf({ method: verb, before = 0 }: HttpCase): number {
  return verb === "HEAD" ? 0 : before;
}

export function requestOf(fuzzCase: HttpCase): HttpRequestParts {
  const { method, path: target, version, headers, framing, end, pauseMs, via } = fuzzCase;
  const lines = [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`), ...framingHeaders(fuzzCase)];
  if (!headers.some(([name]) => name === "host")) lines.splice(1, 0, "host: localhost");
  const whole = Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8"), framedBody(fuzzCase)]);
  const before = beforeOf(fuzzCase);
  const bytes = Buffer.concat([Buffer.from(plainMessage.repeat(before), "latin1"), edited(whole, fuzzCase.edits)]);
  const size = Math.max(1, Math.ceil(bytes.length / fuzzCase.parts));
  const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
  // The client waits only for a whole request; otherwise it ends its side, as a client does that gives up.
  const waits = end === "wait" && isWhole(fuzzCase) && framing !== "long";
  return {
    parts,
    pauseMs,
    end: end === "destroy" ? end : waits ? "wait" : "end",
    noBody: method === "HEAD",
    answers: before + 1,
    answerMsMax: via === "socket" ? 7000 : 6000,
  };
}

function framingHeaders({ framing, body: bytes }: HttpCase): string[] {
  const length = (value: number | string): string => `content-length: ${value}`;
  switch (framing) {
    case "length":
      return [length(bytes.length)];
    case "short":
      return [length(Math.max(0, bytes.length - 3))];
    case "long":
      return [length(bytes.length + 10)];
    case "none":
      return [];
    case "odd-length":
      return [length(["-1", "1e3", "0x10", "99999999999999999999999", "5, 5", ""][bytes.length % 6] ?? "")];
    case "chunked":
    case "broken-chunks":
      return ["transfer-encoding: chunked"];
    case "both":
      return ["transfer-encoding: chunked", length(bytes.length)];
  }
}

function framedBody({ framing, body: bytes }: HttpCase): Uint8Array {
  if (framing !== "chunked" && framing !== "both" && framing !== "broken-chunks") return bytes;
  const sizeLine = framing === "broken-chunks" ? "FFFFFFFFFFFFFFFFF\r\n" : `${bytes.length.toString(16)};ext=1\r\n`;
  return bytes.length === 0 ? Buffer.from("0\r\n\r\n") : Buffer.concat([Buffer.from(sizeLine), bytes, Buffer.from("\r\n0\r\n\r\n")]);
}
