/**
 * revisionMatched: the header If-Match as the revision of a module that a change began with; the field ifRevision says the same.
 * Neighbours: routes.ts and module-routes.ts read it for every operation that has the field.
 */
import { GatewayError } from "../../contract/problem.ts";

/** Throws INVALID_REQUEST: a condition that is not understood is never passed over. */
export function revisionMatched(header: string | undefined): { ifRevision: number } | Record<never, never> {
  if (header === undefined) return {};
  const revision = /^\s*(?:"(\d{1,15})"|(\d{1,15}))\s*$/.exec(header);
  if (revision === null) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: "If-Match names no revision of a module.",
      where: "If-Match",
      cure: 'Write the revision that the change began with, as If-Match: "3"; GET /v1/modules/{name} has it.',
    });
  }
  return { ifRevision: Number(revision[1] ?? revision[2]) };
}
