/**
 * sqlRefused: makes the error that says why a query has no answer.
 */
import { GatewayError } from "../contract/problem.ts";

const detailCharactersMax = 4_000;

export function sqlRefused(error: unknown, cure: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new GatewayError(/out of memory|could not allocate|max_temp_directory_size/i.test(text) ? "SQL_TOO_MUCH" : "SQL_REFUSED", {
    detail: text.slice(0, detailCharactersMax),
    where: "sql",
    cure,
  });
}
