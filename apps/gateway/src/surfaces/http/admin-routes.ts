/** /v1/modules, /v1/savepoints, /v1/functions, /v1/processes and /metrics: what scripts and operators use (health.ts has the rest). */
import type { FastifyInstance } from "fastify";
import { EngineError, openRegularFile, type Engine, type OpenedFile } from "@signalbox/engine";
import { z } from "zod";
import type { ProcessSupervisor } from "../../processes/process-supervisor.ts";
import type { ModuleService } from "../../services/modules/module-service.ts";
import type { SavepointService } from "../../services/savepoints/savepoint-service.ts";
import { moduleName } from "../../contract/inputs.ts";
import { endpointRow, outputInput } from "../trpc/functions.ts";
import { typesKnownBefore } from "../../services/eras/past.ts";
import type { SavepointRow } from "../../contract/views.ts";
import { processRow } from "../../services/processes/process-row.ts";
import { textBody } from "./json-body.ts";
import { GatewayError } from "../../contract/problem.ts";

export interface AdminRoutesOptions {
  readonly engine: Engine;
  readonly modules: ModuleService;
  readonly savepoints: SavepointService;
  readonly processes: Pick<ProcessSupervisor, "views" | "output">;
  readonly metricsText: () => Promise<string>;
}

const moduleParams = z.object({ name: moduleName });
const savepointParams = z.object({ id: z.string().min(1).max(64) });

export function adminRoutes(app: FastifyInstance, options: AdminRoutesOptions): void {
  moduleRoutes(app, options.modules);
  savepointRoutes(app, options.savepoints);
  statusRoutes(app, options);
}

function moduleRoutes(app: FastifyInstance, modules: ModuleService): void {
  app.get("/v1/modules", () => ({ modules: modules.list() }));

  app.get("/v1/modules/:name", (request) => modules.get(moduleParams.parse(request.params).name));

  app.put("/v1/modules/:name", async (request) => {
    const { name } = moduleParams.parse(request.params);
    const { revision, changes, issues } = await modules.apply(name, textBody(request.body));
    return { name, revision, changes, warnings: issues };
  });

  app.delete("/v1/modules/:name", async (request, reply) => {
    await modules.remove(moduleParams.parse(request.params).name);
    return reply.status(204).send();
  });
}

function savepointRoutes(app: FastifyInstance, savepoints: SavepointService): void {
  app.get("/v1/savepoints", () => ({ savepoints: savepoints.list() }));

  app.post("/v1/savepoints", async (_request, reply) => reply.status(201).send(summaryOf(await savepoints.take("api"))));

  app.get("/v1/savepoints/:id", (request) => savepoints.get(savepointParams.parse(request.params).id));

  app.get("/v1/savepoints/:id/file", async (request, reply) => {
    const savepoint = savepoints.get(savepointParams.parse(request.params).id);
    if (savepoint.status !== "ready") {
      throw new GatewayError("SAVEPOINT_NOT_READY", {
        detail: `Savepoint ${savepoint.id} is ${savepoint.status}.`,
        where: "id",
        cure: "Wait until it is ready, or take another.",
      });
    }
    const { file, sizeBytes } = await openFile(savepoint);
    return reply
      .header("content-type", "application/vnd.sqlite3")
      .header("content-length", sizeBytes)
      .header("content-disposition", `attachment; filename="${savepoint.id}.savepoint"`)
      .send(file.createReadStream());
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
    return savepoints.restore(id);
  });

  app.delete("/v1/savepoints/:id", async (request, reply) => {
    await savepoints.remove(savepointParams.parse(request.params).id);
    return reply.status(204).send();
  });
}

async function openFile({ id, path }: SavepointRow): Promise<OpenedFile> {
  try {
    return await openRegularFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      "SAVEPOINT_UNREADABLE",
      `the file of savepoint ${id} cannot be opened: ${path} ${why}`,
      "Take another savepoint.",
    );
  }
}

function savepointAction(params: unknown): string[] {
  return z.object({ "*": z.string() }).parse(params)["*"].split(":");
}

function summaryOf(row: SavepointRow): Pick<SavepointRow, "id" | "path" | "epoch" | "entities" | "messages" | "sizeBytes" | "checksum"> {
  const { id, path, epoch, entities, messages, sizeBytes, checksum } = row;
  return { id, path, epoch, entities, messages, sizeBytes, checksum };
}

function statusRoutes(app: FastifyInstance, { engine, processes, metricsText }: AdminRoutesOptions): void {
  app.get("/v1/functions", () => ({
    functions: engine
      .functionTypes()
      .filter(({ answered }) => answered)
      .map((type) => ({
        type: type.type,
        endpoint: type.endpoint ?? null,
        waitingMessages: type.waitingMessages - type.parkedMessages,
        parkedMessages: type.parkedMessages,
        inFlight: type.inFlight,
        parkedEntities: type.parkedEntities,
        pausedEntities: type.pausedEntities,
        backingOffEntities: type.backingOffEntities,
        ingressHold: type.ingressHold ?? null,
        states: type.states,
      })),
    // A restore went back to where nobody knew them.
    knownBefore: [...typesKnownBefore(engine)].map(([type, before]) => ({ type, ...before })),
  }));

  app.get("/v1/endpoints", () => {
    const types = engine.functionTypes();
    return { endpoints: engine.endpoints().map((endpoint) => endpointRow(endpoint, types)) };
  });

  app.get("/v1/processes", () => ({ processes: processes.views().map(processRow) }));

  app.get("/v1/processes/output", (request) => {
    const { endpoint, after } = outputInput.parse(request.query);
    return { lines: processes.output(endpoint, after) };
  });

  app.get("/metrics", async (_request, reply) => reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText()));
}
