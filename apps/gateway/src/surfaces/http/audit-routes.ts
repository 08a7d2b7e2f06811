/** /v1/audit/export: the whole audit as lines of JSON, newest first. The list itself is folded (routes.ts). */
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { auditFilter } from "../../contract/people/audit.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";

const query = z.object(auditFilter);

export function auditRoutes(app: FastifyInstance, { audit }: Pick<GuardedServices, "audit">): void {
  app.get("/v1/audit/export", async (request, reply) => {
    const lines = await audit.export(principalOf(request), query.parse(request.query));
    return reply
      .header("content-type", "application/jsonl; charset=utf-8")
      .header("content-disposition", 'attachment; filename="audit.jsonl"')
      .send(Readable.from(lines, { objectMode: false }));
  });
}
