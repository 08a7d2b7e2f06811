/** PUT /v1/modules/{name}: the body is the module's text, the query or If-Match the revision that it began with. The other routes of modules are folded (routes.ts). */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { GatewayError } from "../../contract/problem.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { textBody } from "./json-body.ts";

const moduleParams = z.object({ name: z.string() });
const moduleQuery = z.object({
  ifRevision: z
    .string()
    .regex(/^\d{1,15}$/, "write the number of a revision, or 0 for none")
    .transform(Number)
    .optional(),
});

export function moduleRoutes(app: FastifyInstance, { modules }: Pick<GuardedServices, "modules">): void {
  app.put("/v1/modules/:name", async (request) => {
    const { name } = moduleParams.parse(request.params);
    const { ifRevision = matched(request.headers["if-match"]) } = moduleQuery.parse(request.query);
    const asked = { name, yaml: textBody(request.body), ...(ifRevision === undefined ? {} : { ifRevision }) };
    const { revision, changes, issues } = await modules.put(principalOf(request), asked);
    return { name, revision, changes, warnings: issues };
  });
}

/** A condition that is not understood is never passed over. */
function matched(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const revision = /^\s*(?:"(\d{1,15})"|(\d{1,15}))\s*$/.exec(header);
  if (revision === null) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: "If-Match names no revision of a module.",
      where: "If-Match",
      cure: 'Write the revision that the change began with, as If-Match: "3"; GET /v1/modules/{name} has it.',
    });
  }
  return Number(revision[1] ?? revision[2]);
}
