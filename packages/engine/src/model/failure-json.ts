/**
 * FailureJson: a failure as JSON text inside a savepoint file. A person may have written it by hand, so whatever does not fit becomes a
 * plain failure.
 */
import { failureCodes, failureScopeOf, type Failure } from "@signalbox/runtime/model/failure";

export function readFailureJson(text: string | undefined): Failure | undefined {
  if (text === undefined) return undefined;
  const fields = new Map<string, unknown>(parseEntries(text));
  const codeText = fields.get("code");
  const scopeText = fields.get("scope");
  const code = failureCodes.find((known) => known === codeText) ?? "ENDPOINT_ERROR";
  const scope = failureScopeOf(scopeText);
  return {
    code,
    scope,
    message: textOf(fields.get("message")) ?? text,
    cure: textOf(fields.get("cure")) ?? "Retry it.",
    retryAfterMs: undefined,
    raw: textOf(fields.get("raw")),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parseEntries(text: string): [string, unknown][] {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  } catch {
    return [];
  }
}
