/**
 * Router: function type → endpoint. An exact binding comes before the namespace wildcard (docs/statefun.md 2.4).
 * Replacing the bindings moves every known type to its new endpoint; what waits goes on there.
 */
import { checkId, idCure, parseTypeName, type Address } from "@signalbox/runtime/model/address";
import { builtInEndpoints } from "@signalbox/runtime/model/built-in";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import { wrongFunctionName } from "@signalbox/runtime/model/url-template";
import type { Actions } from "./action.ts";
import type { PartitionState } from "./partition-state.ts";
import { replaceLimits } from "./scheduling/limits.ts";
import { queueRebound, queueType } from "./scheduling/ready-queue.ts";
import { EndpointState } from "./tables/endpoint-state.ts";
import type { TypeRoom } from "./type-room.ts";

export interface RefusedTarget {
  readonly code: "INVALID_ADDRESS" | "UNKNOWN_FUNCTION_TYPE" | "TOO_MANY_TYPES";
  readonly message: string;
  readonly cure: string;
}

/** Says why no message may be sent to the target; undefined when one may. Messages from outside and from functions pass this one check. */
export function checkTarget(state: PartitionState, target: Address, room: TypeRoom): RefusedTarget | undefined {
  const wrongId = checkId(target.id);
  if (wrongId !== undefined) return { code: "INVALID_ADDRESS", message: wrongId, cure: idCure };
  const known = state.entities.types.get(target.type);
  if (known?.endpoint !== undefined)
    return known.wrongName === undefined ? undefined : wrongName(known.endpoint, target.type, known.wrongName);
  const parsed = parseTypeName(target.type);
  if (parsed.kind === "error") return { code: "INVALID_ADDRESS", message: parsed.reason, cure: "Correct the target's type." };
  const endpoint = state.routes.endpointOf(target.type);
  if (endpoint !== undefined) {
    const reason = wrongFunctionName(endpoint.spec.urlTemplate, parsed.typeName.name);
    if (reason !== undefined) return wrongName(endpoint, target.type, reason);
    return room.takes(target.type) ? undefined : tooMany(state, target.type);
  }
  return {
    code: "UNKNOWN_FUNCTION_TYPE",
    message: `no endpoint serves ${target.type}`,
    cure: `Register an endpoint for ${target.type}, or correct the type; then send again.`,
  };
}

function tooMany({ limits }: PartitionState, type: string): RefusedTarget {
  return {
    code: "TOO_MANY_TYPES",
    message: `${type} would be one more than the ${limits.functionTypesMax} function types that may be known`,
    cure: "Correct the type, bind it by its exact name in a module, or raise functionTypesMax.",
  };
}

function wrongName({ spec }: EndpointState, type: string, reason: string): RefusedTarget {
  return {
    code: "INVALID_ADDRESS",
    message: `${JSON.stringify(type)} cannot be called at the endpoint ${spec.id}: ${reason}`,
    cure: "Send to a type with another name, or bind this type to an endpoint whose URL does not hold {function.name}.",
  };
}

function sameSpec(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Requests in flight at the endpoint still end, and no new ones are sent. */
function retire(state: PartitionState, endpoint: EndpointState): void {
  endpoint.removed = true;
  state.ready.removeEndpoint(endpoint);
}

export function replaceBindings(state: PartitionState, bindings: Bindings, nowMs: number): Actions {
  state.routes.bindings = bindings;
  const endpoints = [...builtInEndpoints, ...bindings.endpoints];
  const wanted = new Set(endpoints.map((spec) => spec.id));
  for (const [id, endpoint] of state.routes.endpoints) {
    if (wanted.has(id)) continue;
    retire(state, endpoint);
    state.routes.endpoints.delete(id);
  }
  for (const spec of endpoints) {
    const known = state.routes.endpoints.get(spec.id);
    // The concurrency that an endpoint allows is shared among the partitions.
    const share = Math.max(1, Math.ceil(spec.transport.poolConnectionsMax / state.place.count));
    const concurrencyMax = Math.min(share, state.limits.invocationsInFlightMax);
    if (known !== undefined && sameSpec(known.spec, spec)) continue;
    if (known !== undefined) retire(state, known);
    // A changed endpoint begins with a closed breaker: what the old URL did says nothing of the new one.
    state.routes.endpoints.set(spec.id, new EndpointState(spec, concurrencyMax));
  }
  replaceLimits(state, bindings.limits ?? [], nowMs);
  state.routes.egressSpecs.clear();
  for (const egress of bindings.egresses) state.routes.egressSpecs.set(egress.id, egress);
  for (const type of state.entities.types.values()) {
    type.learnAgain();
    const endpoint = state.routes.endpointOf(type.name);
    if (endpoint === type.endpoint) {
      queueType(state, type);
      continue;
    }
    type.bind(endpoint);
    queueRebound(state, type);
  }
  return [{ kind: "observe", event: { kind: "bindings-changed", atMs: nowMs } }];
}
