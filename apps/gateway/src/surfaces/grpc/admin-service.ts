/**
 * Admin over gRPC: health, modules and entities, for programs. The console and the HTTP API say more of each.
 */
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Engine, EngineHealth } from "@signalbox/runtime";
import {
  toBigInt,
  type ApplyModuleReplyProperties,
  type ApplyModuleRequest,
  type GetEntityReplyProperties,
  type GetEntityRequest,
  type HealthReplyProperties,
  type ListEntitiesReplyProperties,
  type ListEntitiesRequest,
  type ListModulesReplyProperties,
} from "@signalbox/proto";
import type { EntityRow } from "../../contract/entities/entity-row.ts";
import { fixedRoutes } from "../../contract/fixed-routes.ts";
import type { Principal } from "../../contract/principal.ts";
import { authorizer } from "../../identity/authorizer.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { invalidRequest } from "./grpc-status.ts";
import type { UnaryMaker } from "./unary.ts";

const entitiesPerPageDefault = 100;
const entitiesPerPageMax = 1000;

export type AdminEngine = Pick<Engine, "status">;
export type AdminServices = Pick<GuardedServices, "modules" | "entities">;

/** `services` are loaded by the first call that needs them. */
export function createAdminService(
  unary: UnaryMaker,
  engine: AdminEngine,
  services: () => Promise<AdminServices>,
): UntypedServiceImplementation {
  return {
    Health: unary("Health", async (_request, principal) => health(engine, mayRead(principal))),
    ListModules: unary("ListModules", async (_request, principal) => listModules(await services(), principal)),
    ApplyModule: unary("ApplyModule", async (request: ApplyModuleRequest, principal) => applyModule(await services(), request, principal)),
    ListEntities: unary("ListEntities", async (request: ListEntitiesRequest, principal) =>
      listEntities(await services(), request, principal),
    ),
    GetEntity: unary("GetEntity", async (request: GetEntityRequest, principal) => getEntity(await services(), request, principal)),
  };
}

function mayRead(principal: Principal): boolean {
  const { "gateway.healthDetails": operation } = fixedRoutes;
  return authorizer.decide(principal, { name: "gateway.healthDetails", operation, input: undefined }).kind === "allow";
}

/** A caller who may not read the details gets one word. */
function health(engine: AdminEngine, detailed: boolean): HealthReplyProperties {
  const status = engine.status();
  if (!detailed) return { health: status.health.kind };
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
    case "cluster-failed":
    case "stopped":
      return state.message;
  }
}

async function listModules({ modules }: AdminServices, principal: Principal): Promise<ListModulesReplyProperties> {
  const rows = await modules.list(principal);
  const details = await Promise.all(rows.map(({ name }) => modules.get(principal, { name })));
  return { modules: details.map(({ name, revision, yaml }) => ({ name, revision, yaml })) };
}

async function applyModule(
  { modules }: AdminServices,
  { name, yaml, ifRevision }: ApplyModuleRequest,
  principal: Principal,
): Promise<ApplyModuleReplyProperties> {
  if (name === "") throw invalidRequest("The module has no name.", "name", "Name the module; applying the same name again replaces it.");
  const applied = await modules.put(principal, {
    name,
    yaml,
    ...(ifRevision === undefined || ifRevision === null ? {} : { ifRevision: Number(toBigInt(ifRevision)) }),
  });
  return {
    revision: applied.revision,
    changes: applied.changes.map(({ change, kind, id, detail }) => `${change} ${kind} ${id}${detail === "" ? "" : `: ${detail}`}`),
    warnings: applied.issues.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

async function listEntities(
  { entities }: AdminServices,
  request: ListEntitiesRequest,
  principal: Principal,
): Promise<ListEntitiesReplyProperties> {
  const { items, cursor } = await entities.list(principal, {
    type: request.type,
    prefix: request.prefix,
    cursor: request.cursor === "" ? null : request.cursor,
    limit: Math.min(request.limit || entitiesPerPageDefault, entitiesPerPageMax),
  });
  return { entities: items.map(summary), cursor: cursor ?? "" };
}

async function getEntity(
  { entities }: AdminServices,
  { type, id }: GetEntityRequest,
  principal: Principal,
): Promise<GetEntityReplyProperties> {
  const { entity } = await entities.read(principal, { type, id });
  return {
    entity: summary(entity),
    state: entity.state.map(({ name, value, spec }) => ({
      name,
      typename: value?.typename ?? spec?.typename ?? "",
      hasValue: value !== undefined,
      value: value?.bytes ?? new Uint8Array(0),
    })),
    attempts: entity.attempts,
    failureCode: entity.failure?.code ?? "",
    failureMessage: entity.failure?.message ?? "",
  };
}

function summary({ address, status, mailboxDepth }: EntityRow): NonNullable<ListEntitiesReplyProperties["entities"]>[number] {
  return { type: address.type, id: address.id, status, mailboxDepth };
}
