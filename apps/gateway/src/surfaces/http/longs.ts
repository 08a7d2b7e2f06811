/**
 * Longs: how an answer writes whole numbers beyond 2^53: as digits by default, as texts when the query has `longs=text` or Accept has that
 * parameter (`application/json; longs=text`), for clients whose numbers are doubles.
 */
import { longsAsTexts } from "@signalbox/proto";
import type { FastifyRequest } from "fastify";
import { GatewayError } from "../../contract/problem.ts";

export type Longs = "digits" | "text";

export function longsOf(request: FastifyRequest): Longs {
  const asked = new URL(request.raw.url ?? "/", "http://gateway").searchParams.get("longs");
  if (asked === "text" || asked === "digits") return asked;
  if (asked !== null) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: `longs is "text" or "digits", not ${JSON.stringify(asked.slice(0, 40))}`,
      where: "longs",
      cure: "Leave it out for digits, or write longs=text.",
    });
  }
  return /;\s*longs\s*=\s*"?text"?\s*(?:[;,]|$)/i.test(request.headers.accept ?? "") ? "text" : "digits";
}

export function withLongs(json: string, longs: Longs): string {
  return longs === "text" ? longsAsTexts(json) : json;
}
