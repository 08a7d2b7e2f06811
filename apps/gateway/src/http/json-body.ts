/** JSON bodies in which every number keeps its digits: numbers stay raw JSON, so 64-bit values survive the way through. */
import { GatewayError } from "./problem.ts";

/** Bodies are read as text whatever their content type says. */
export function textBody(body: unknown): string {
  return typeof body === "string" ? body : "";
}

export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === "number" && context?.source !== undefined ? rawJson(context.source) : value,
    );
  } catch (error) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      where: "body",
      cure: "Send a JSON object.",
    });
  }
}

interface RawJson {
  rawJSON(text: string): unknown;
}

function hasRawJson(json: object): json is RawJson {
  return "rawJSON" in json;
}

function rawJson(source: string): unknown {
  const json: object = JSON;
  return hasRawJson(json) ? json.rawJSON(source) : Number(source);
}
