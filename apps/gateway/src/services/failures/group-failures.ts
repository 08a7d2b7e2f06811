/** groupFailures: entities that need a person or a moment, grouped by what failed (code, type and the message without its numbers). */
import { createHash } from "node:crypto";
import type { EntityView } from "@signalbox/runtime";
import type { EntityDetail } from "../../contract/entities.ts";
import type { FailureGroup } from "../../contract/failures.ts";
import { endpointOf } from "../entities/endpoint-of.ts";
import { entityDetail } from "../../views/entity-views.ts";
import type { ServiceParts } from "../service-parts.ts";

type Parts = Pick<ServiceParts, "engine" | "values">;

const troubledEntitiesMax = 2_000;
const sampleEntitiesMax = 10;

export async function groupFailures(parts: Parts): Promise<FailureGroup[]> {
  const groups = new Map<string, FailureGroup>();
  for (const entity of await parts.engine.troubledEntities({ limit: troubledEntitiesMax })) addTo(groups, entity, parts);
  for (const outage of await outages(parts)) groups.set(outage.fingerprint, outage);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.lastMs - a.lastMs);
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
      fingerprint: fingerprintOf([code, spec.id, "endpoint"]),
      code,
      message,
      cure,
      type: spec.id,
      status: "waiting",
      entities: sample.length,
      waitingMessages: types.filter(({ endpoint }) => endpoint === spec.id).reduce((sum, type) => sum + type.waitingMessages, 0),
      firstMs: sinceMs,
      lastMs: sinceMs,
      sample,
    });
  }
  return found;
}

function fingerprintOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function addTo(groups: Map<string, FailureGroup>, entity: EntityView, parts: Parts): void {
  const { failure, status } = entity;
  if (failure === undefined || (status !== "parked" && status !== "backing-off" && status !== "waiting")) return;
  const message = normalised(failure.message, entity.address.id);
  const fingerprint = fingerprintOf([failure.code, entity.address.type, status, message]);
  const sinceMs = entity.sinceMs ?? 0;
  const known = groups.get(fingerprint);
  const group = known ?? {
    fingerprint,
    code: failure.code,
    message: failure.message,
    cure: failure.cure,
    type: entity.address.type,
    status,
    entities: 0,
    waitingMessages: null,
    firstMs: sinceMs,
    lastMs: sinceMs,
    sample: [],
  };
  if (known === undefined) groups.set(fingerprint, group);
  group.entities += 1;
  group.firstMs = Math.min(group.firstMs, sinceMs);
  group.lastMs = Math.max(group.lastMs, sinceMs);
  if (group.sample.length < sampleEntitiesMax) {
    group.sample.push(entityDetail(entity, { values: parts.values, endpoint: endpointOf(parts.engine, entity.address.type) }));
  }
}

/** Two messages that differ only in ids, numbers or quoted text are one group. */
export function normalised(message: string, id: string): string {
  const withoutId = id.length > 2 ? message.replaceAll(id, "<id>") : message;
  return withoutId
    .replaceAll(/"[^"]*"/g, '"…"')
    .replaceAll(/\b[0-9a-f]{8,}\b/gi, "#")
    .replaceAll(/\d+(\.\d+)?/g, "#");
}

function rank(group: FailureGroup): number {
  return ["parked", "backing-off", "waiting"].indexOf(group.status);
}
