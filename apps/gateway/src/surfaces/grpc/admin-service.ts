/**
 * Admin over gRPC: health, modules and entities, for programs. The console and the HTTP API say more of each.
 */
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { EngineError, parseTypeName, type Engine, type EngineHealth, type EntitySummary } from "@signalbox/engine";
import type {
  ApplyModuleReplyProperties,
  ApplyModuleRequest,
  GetEntityReplyProperties,
  GetEntityRequest,
  HealthReplyProperties,
  ListEntitiesReplyProperties,
  ListEntitiesRequest,
  ListModulesReplyProperties,
} from "@signalbox/proto";
import type { ModuleService } from "../../services/modules/module-service.ts";
import { invalidRequest } from "./grpc-status.ts";
import { unary } from "./unary.ts";

const entitiesPerPageDefault = 100;
const entitiesPerPageMax = 1000;

export type AdminEngine = Pick<Engine, "status" | "entities" | "entity">;
export type AdminModules = Pick<ModuleService, "list" | "get" | "apply">;

export function createAdminService(engine: AdminEngine, modules: AdminModules): UntypedServiceImplementation {
  return {
    Health: unary("Health", () => Promise.resolve(health(engine))),
    ListModules: unary("ListModules", () => listModules(modules)),
    ApplyModule: unary("ApplyModule", (request: ApplyModuleRequest) => applyModule(modules, request)),
    ListEntities: unary("ListEntities", (request: ListEntitiesRequest) => listEntities(engine, request)),
    GetEntity: unary("GetEntity", (request: GetEntityRequest) => getEntity(engine, request)),
  };
}

function health(engine: AdminEngine): HealthReplyProperties {
  const status = engine.status();
  return {
    health: status.health.kind,
    message: healthMessage(status.health),
    epoch: status.epoch,
    durableEpoch: status.durableEpoch,
    waitingMessages: status.waitingMessages - status.parkedMessages,
    inFlight: status.inFlight,
    parkedEntities: status.parkedEntities,
  };
}

function healthMessage(state: EngineHealth): string {
  switch (state.kind) {
    case "running":
    case "draining":
      return "";
    case "store-failed":
    case "stopped":
      return state.message;
  }
}

async function listModules(modules: AdminModules): Promise<ListModulesReplyProperties> {
  const details = await Promise.all(modules.list().map((row) => modules.get(row.name)));
  return { modules: details.map(({ name, revision, yaml }) => ({ name, revision, yaml })) };
}

async function applyModule(modules: AdminModules, request: ApplyModuleRequest): Promise<ApplyModuleReplyProperties> {
  if (request.name === "")
    throw invalidRequest("The module has no name.", "name", "Name the module; applying the same name again replaces it.");
  const applied = await modules.apply(request.name, request.yaml);
  return {
    revision: applied.revision,
    changes: applied.changes.map(({ change, kind, id, detail }) => `${change} ${kind} ${id}${detail === "" ? "" : `: ${detail}`}`),
    warnings: applied.issues.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

async function listEntities(engine: AdminEngine, request: ListEntitiesRequest): Promise<ListEntitiesReplyProperties> {
  const parsed = parseTypeName(request.type);
  if (parsed.kind === "error") throw invalidRequest(parsed.reason, "type", "Name a function type.");
  const limit = Math.min(request.limit || entitiesPerPageDefault, entitiesPerPageMax);
  const page = await engine.entities({
    type: request.type,
    prefix: request.prefix || undefined,
    cursor: request.cursor || undefined,
    limit,
  });
  return { entities: page.items.map(summary), cursor: page.cursor ?? "" };
}

async function getEntity(engine: AdminEngine, request: GetEntityRequest): Promise<GetEntityReplyProperties> {
  const view = await engine.entity({ type: request.type, id: request.id });
  if (view === undefined) {
    throw new EngineError(
      "UNKNOWN_ENTITY",
      `There is no entity ${request.type}/${request.id}.`,
      "Check type and id; an entity exists once a message reached it.",
    );
  }
  return {
    entity: summary(view),
    state: view.state.map(({ name, value, spec }) => ({
      name,
      typename: value?.typename ?? spec?.typename ?? "",
      hasValue: value !== undefined,
      value: value?.bytes ?? new Uint8Array(0),
    })),
    attempts: view.attempts,
    failureCode: view.failure?.code ?? "",
    failureMessage: view.failure?.message ?? "",
  };
}

function summary(entity: EntitySummary): NonNullable<ListEntitiesReplyProperties["entities"]>[number] {
  return { type: entity.address.type, id: entity.address.id, status: entity.status, mailboxDepth: entity.mailboxDepth };
}
