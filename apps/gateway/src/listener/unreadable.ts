/**
 * Requests that node:http cannot parse never reach a route; this refuses them in the same form as routes do. Neighbour: server.ts.
 */
import type { Duplex } from "node:stream";
import { GatewayError } from "../contract/problem.ts";
import { problemOf } from "../contract/problem-of.ts";
import { problemText } from "./reply.ts";

export function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, cure] = unreadableKinds[error.code ?? ""] ?? [400, "Bad Request", "Send a well-formed HTTP/1.1 request."];
  const problem = problemOf(
    new GatewayError("INVALID_REQUEST", { detail: `not readable as HTTP: ${error.message}`, where: "request", cure }),
  );
  const text = problemText({ ...problem, status });
  const head = `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close`;
  socket.end(`${head}\r\n\r\n${text}`);
}

const unreadableKinds: Readonly<Record<string, readonly [status: number, reason: string, cure: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "Send at most 16 KiB of headers."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "Payload Too Large", "Send chunks without extensions."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "Send the whole request without long pauses."],
};
