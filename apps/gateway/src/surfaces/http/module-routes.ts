/** PUT /v1/modules/{name}: the body is the module's text. The other routes of modules are folded (routes.ts). */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { textBody } from "./json-body.ts";

const moduleParams = z.object({ name: z.string() });

export function moduleRoutes(app: FastifyInstance, { modules }: Pick<GuardedServices, "modules">): void {
  app.put("/v1/modules/:name", async (request) => {
    const { name } = moduleParams.parse(request.params);
    const { revision, changes, issues } = await modules.put(principalOf(request), { name, yaml: textBody(request.body) });
    return { name, revision, changes, warnings: issues };
  });
}
