/**
 * The routes of /v1/savepoints with a form of their own: taking or uploading one, its file, and restoring it; and the files of bootstraps.
 * The other routes are folded (routes.ts).
 */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { GatewayError } from "../../contract/problem.ts";
import type { SavepointRow } from "../../contract/savepoints/savepoints.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { fileOf, readNoBodies, uploadOf } from "./upload-body.ts";

const uploadQuery = z.object({ sha256: z.string().optional() });
const fileParams = z.object({ name: z.string() });
const savepointParams = z.object({ id: z.string() });

export function savepointRoutes(app: FastifyInstance, { savepoints, bootstrap }: Pick<GuardedServices, "savepoints" | "bootstrap">): void {
  void app.register(async (scope) => {
    readNoBodies(scope);
    scope.post("/v1/savepoints", async (request, reply) => {
      const { sha256 } = uploadQuery.parse(request.query);
      const upload = await uploadOf(request.raw, sha256 !== undefined);
      const principal = principalOf(request);
      const row = await (upload === undefined ? savepoints.take(principal, {}) : savepoints.upload(principal, { ...upload, sha256 }));
      return reply.status(201).send(summaryOf(row));
    });
    scope.put("/v1/bootstrap/files/:name", async (request) => {
      const { name } = fileParams.parse(request.params);
      const file = fileOf(request.raw);
      return bootstrap.upload(principalOf(request), { name, ...file });
    });
  });

  app.get("/v1/savepoints/:id/file", async (request, reply) => {
    const { id, sizeBytes, content } = await savepoints.file(principalOf(request), savepointParams.parse(request.params));
    return reply
      .header("content-type", "application/vnd.sqlite3")
      .header("content-length", sizeBytes)
      .header("content-disposition", `attachment; filename="${id}.savepoint"`)
      .send(content);
  });

  app.post("/v1/savepoints/*", async (request) => {
    const [id, verb, ...more] = savepointAction(request.params);
    if (id === undefined || verb !== "restore" || more.length > 0) {
      throw new GatewayError("UNKNOWN_ROUTE", {
        detail: "The path ends with no known action.",
        where: request.url,
        cure: "Use /v1/savepoints/{id}:restore.",
      });
    }
    return savepoints.restore(principalOf(request), { id });
  });
}

function savepointAction(params: unknown): string[] {
  return z.object({ "*": z.string() }).parse(params)["*"].split(":");
}

function summaryOf(row: SavepointRow): Pick<SavepointRow, "id" | "path" | "epoch" | "entities" | "messages" | "sizeBytes" | "checksum"> {
  const { id, path, epoch, entities, messages, sizeBytes, checksum } = row;
  return { id, path, epoch, entities, messages, sizeBytes, checksum };
}
