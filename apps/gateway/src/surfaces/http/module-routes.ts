/** PUT /v1/modules/{name}: the body is the module's text, the query or If-Match the revision that it began with. The other routes of modules are folded (routes.ts). */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { revisionMatched } from "./if-match.ts";
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
    const asked = {
      name,
      yaml: textBody(request.body),
      ...revisionMatched(request.headers["if-match"]),
      ...moduleQuery.parse(request.query),
    };
    const { revision, changes, issues } = await modules.put(principalOf(request), asked);
    return { name, revision, changes, warnings: issues };
  });
}
