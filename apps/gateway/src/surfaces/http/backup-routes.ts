/** GET /v1/backups/{id}/file, whose answer is the file; the other routes are folded (routes.ts). */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";

const params = z.object({ id: z.string() });

export function backupRoutes(app: FastifyInstance, { backups }: Pick<GuardedServices, "backups">): void {
  app.get("/v1/backups/:id/file", async (request, reply) => {
    const { id, sizeBytes, content } = await backups.file(principalOf(request), params.parse(request.params));
    return reply
      .header("content-type", "application/vnd.sqlite3")
      .header("content-length", sizeBytes)
      .header("content-disposition", `attachment; filename="signalbox-${id}.backup"`)
      .send(content);
  });
}
