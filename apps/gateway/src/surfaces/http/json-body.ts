/** JSON bodies in which every number keeps its digits: numbers stay raw JSON, so 64-bit values survive the way through. */
import { parseExactly } from "@signalbox/proto";
import { GatewayError } from "../../contract/problem.ts";

/** Bodies come as bytes, whatever their content type says. */
export function bytesBody(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

export function textBody(body: unknown): string {
  return bytesBody(body).toString("utf8");
}

export function parseExactJson(text: string): unknown {
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
