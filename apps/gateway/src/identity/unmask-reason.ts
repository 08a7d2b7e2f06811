/**
 * unmaskReason: the reason that a request gives for seeing masked values: percent-encoded text in one header (HTTP) or one piece of
 * metadata (gRPC) of that name. services/unmasking.ts decides and audits.
 */
import type { Principal } from "../contract/principal.ts";
import { GatewayError } from "../contract/problem.ts";

export const unmaskHeader = "signalbox-unmask";
const reasonCharactersMin = 3;
const reasonCharactersMax = 500;

/** Throws INVALID_REQUEST when the reason is too short or too long. */
export function withUnmaskReason(principal: Principal, header: string | undefined): Principal {
  if (header === undefined) return principal;
  const reason = decoded(header).trim();
  if (reason.length >= reasonCharactersMin && reason.length <= reasonCharactersMax) return { ...principal, unmaskReason: reason };
  throw new GatewayError("INVALID_REQUEST", {
    detail: `a reason to unmask has ${reasonCharactersMin} to ${reasonCharactersMax} characters, and this one ${reason.length}`,
    where: unmaskHeader,
    cure: "Say in a few words why the values are looked at; the audit keeps it.",
  });
}

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}
