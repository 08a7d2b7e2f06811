/** JSON bodies in which every number keeps its digits: numbers stay raw JSON, so 64-bit values are not rounded. */
import type { IncomingMessage } from "node:http";
import { parseExactly } from "@signalbox/proto";
import { z } from "zod";
import { GatewayError } from "../../contract/problem.ts";
import { manyParts } from "../../listener/json-parts.ts";

/** The body as bytes, for any content type. */
export function bytesBody(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

export function textBody(body: unknown): string {
  return bytesBody(body).toString("utf8");
}

export function parseExactJson(body: unknown): unknown {
  const text = parseable(body).toString("utf8");
  try {
    return parseExactly(text);
  } catch (error) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      where: "body",
      cure: "Send a JSON object.",
    });
  }
}

/** Throws BODY_TOO_LARGE when parsing would hold the thread for too long. */
function parseable(body: unknown): Buffer {
  const bytes = bytesBody(body);
  const refused = manyParts(bytes);
  if (refused !== undefined) throw refused;
  return bytes;
}

const objectBody = z.record(z.string(), z.unknown());

/** A plain JSON object; the guard's parser decides what is in it. No body at all is an empty one. */
export function jsonObject(body: unknown): Record<string, unknown> {
  const bytes = parseable(body);
  if (bytes.length === 0) return {};
  try {
    return objectBody.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw new GatewayError("INVALID_REQUEST", { detail: "the body is no JSON object", where: "body", cure: "Send a JSON object." });
  }
}

const valueTypes = new WeakMap<IncomingMessage, string>();
/** The typename of a value contains a slash, so Fastify would not accept it within a content type. */
const vendor = /^application\/vnd\./i;

/** Call it before the body is read; routes that take values then ask contentTypeOf(). */
export function keepValueType(request: IncomingMessage): void {
  const { headers } = request;
  const sent = headers["content-type"];
  if (sent === undefined || !vendor.test(sent)) return;
  valueTypes.set(request, sent);
  headers["content-type"] = "application/octet-stream";
}

/** The content type as the client sent it. */
export function contentTypeOf(request: IncomingMessage): string | undefined {
  return valueTypes.get(request) ?? request.headers["content-type"];
}
