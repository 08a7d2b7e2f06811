/**
 * bootstrapRefused: why a bootstrap makes nothing, and at which place of its input; asRefused turns an error of DuckDB into such a refusal.
 */
import { GatewayError } from "../contract/problem.ts";

export function bootstrapRefused(where: string, detail: string, cure: string): GatewayError {
  return new GatewayError("BOOTSTRAP_REFUSED", { detail: cut(detail), where, cure });
}

const detailCharactersMax = 2_000;

export function asRefused(error: unknown, where: string, cure: string): GatewayError {
  if (error instanceof GatewayError) return error;
  return bootstrapRefused(where, error instanceof Error ? error.message : String(error), cure);
}

function cut(text: string): string {
  return text.length <= detailCharactersMax ? text : `${text.slice(0, detailCharactersMax)}…`;
}
