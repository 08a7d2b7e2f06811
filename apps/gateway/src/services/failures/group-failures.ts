/** groupFailures: entities that need a person or a moment, by what failed (flow/failure-cause.ts says when two are one), and endpoints that are down. */
import type { EntityView } from "@signalbox/runtime";
import type { EntityDetail } from "../../contract/entities/entities.ts";
import type { FailureGroup } from "../../contract/failures/failures.ts";
import { endpointFingerprint, failureCause } from "../../flow/failure-cause.ts";
import { endpointOf } from "../entities/endpoint-of.ts";
import { entityDetail } from "../../views/entity-views.ts";
import type { ServiceParts } from "../service-parts.ts";

type Parts = Pick<ServiceParts, "engine" | "values">;

const troubledEntitiesMax = 2_000;
const sampleEntitiesMax = 10;
const ranks = ["parked", "backing-off", "waiting"] as const;

export async function groupFailures(parts: Parts): Promise<FailureGroup[]> {
  const groups = new Map<string, FailureGroup>();
  for (const entity of await parts.engine.troubledEntities({ limit: troubledEntitiesMax })) addTo(groups, entity, parts);
  for (const outage of await outages(parts)) groups.set(outage.fingerprint, outage);
  return [...groups.values()].sort((a, b) => ranks.indexOf(a.status) - ranks.indexOf(b.status) || b.lastMs - a.lastMs);
}

/** An endpoint whose breaker is not closed is one cause, however many entities wait for it. */
async function outages({ engine, values }: Parts): Promise<FailureGroup[]> {
  const types = engine.functionTypes();
  const found: FailureGroup[] = [];
  for (const { spec, breaker, breakerFailure, breakerSinceMs, openedBy } of engine.endpoints()) {
    if (breaker === "closed" || breakerFailure === undefined) continue;
    const sample: EntityDetail[] = [];
    for (const address of openedBy) {
      const entity = await engine.entity(address);
      if (entity !== undefined) sample.push(entityDetail(entity, { values, endpoint: spec.id }));
    }
    const { code, message, cure } = breakerFailure;
    const sinceMs = breakerSinceMs ?? 0;
    found.push({
      fingerprint: endpointFingerprint(code, spec.id),
      code,
      message,
      cure,
      type: spec.id,
      status: "waiting",
      entities: sample.length,
      parked: 0,
      waitingMessages: types.filter(({ endpoint }) => endpoint === spec.id).reduce((sum, type) => sum + type.waitingMessages, 0),
      firstMs: sinceMs,
      lastMs: sinceMs,
      sample,
    });
  }
  return found;
}

function addTo(groups: Map<string, FailureGroup>, entity: EntityView, parts: Parts): void {
  const { failure, status } = entity;
  if (failure === undefined || (status !== "parked" && status !== "backing-off" && status !== "waiting")) return;
  const endpoint = endpointOf(parts.engine, entity.address.type);
  const { fingerprint, message } = failureCause(failure, { address: entity.address, endpoint: endpoint ?? "" });
  const sinceMs = entity.sinceMs ?? 0;
  const known = groups.get(fingerprint);
  const group = known ?? {
    fingerprint,
    code: failure.code,
    message,
    cure: failure.cure,
    type: entity.address.type,
    status,
    entities: 0,
    parked: 0,
    waitingMessages: null,
    firstMs: sinceMs,
    lastMs: sinceMs,
    sample: [],
  };
  if (known === undefined) groups.set(fingerprint, group);
  group.entities += 1;
  group.parked += status === "parked" ? 1 : 0;
  group.status = ranks.find((rank) => rank === status || rank === group.status) ?? status;
  group.firstMs = Math.min(group.firstMs, sinceMs);
  group.lastMs = Math.max(group.lastMs, sinceMs);
  if (group.sample.length < sampleEntitiesMax) group.sample.push(entityDetail(entity, { values: parts.values, endpoint }));
}
