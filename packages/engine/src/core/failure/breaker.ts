/**
 * Breaker: when the endpoint itself is down its entities wait without spending attempts; one probe at a time finds it up again,
 * and all resume by themselves. Neighbours: endpoint-state.ts (the data), invocation.ts (who calls).
 */
import type { Address } from "@signalbox/runtime/model/address";
import { evidenceOf, type Evidence, type Failure } from "@signalbox/runtime/model/failure";
import { openedByMax } from "@signalbox/runtime/model/wait-reason";
import { queueTypesOf } from "../scheduling/ready-queue.ts";
import type { StepContext } from "../step-context.ts";
import type { EndpointState } from "../tables/endpoint-state.ts";
import type { Entity } from "../tables/entity.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { Actions } from "../action.ts";
import type { PartitionState } from "../partition-state.ts";

/** After an outage work resumes with few requests at once and grows from there. */
const concurrencyAfterOutage = 16;

const reached: ReadonlySet<Evidence> = new Set<Evidence>(["threw", "died", "silent", "answered"]);

type Cause = StepContext & { readonly failure: Failure; readonly entity: Entity };

/** Whether the failure is the endpoint's. Opens the breaker if that is sure now. */
export function blamesEndpoint(
  state: PartitionState,
  endpoint: EndpointState,
  at: Cause & { readonly ended: { readonly wasProbe: boolean }; readonly contrasted: boolean; readonly event: number },
): boolean {
  if (endpoint.breaker !== "closed") {
    if (at.ended.wasProbe) {
      coverageMark("breaker-opened-again");
      openBreaker(state, endpoint, at);
    } else coverageMark("old-failure-while-probing");
    return true;
  }
  if (at.failure.scope === "down") {
    coverageMark("breaker-opened-by-refusal");
    openBreaker(state, endpoint, at);
    return true;
  }
  if (at.contrasted) return false;
  endpoint.suspect(at.entity, at.event);
  if (endpoint.suspicions < state.limits.breakerEntitiesMin) return false;
  coverageMark("breaker-opened-by-suspects");
  openBreaker(state, endpoint, at);
  return true;
}

function openBreaker(state: PartitionState, endpoint: EndpointState, cause: Cause): void {
  // Another endpoint has this name by now, and its breaker must not be reported as open (simulation seed 1079).
  if (endpoint.removed) {
    coverageMark("retired-endpoint-fails");
    return;
  }
  const { failure, nowMs, draw, actions } = cause;
  const wasClosed = endpoint.breaker === "closed";
  if (wasClosed) {
    endpoint.breakerSinceMs = nowMs;
    endpoint.openedBy = openers(endpoint, cause.entity);
    endpoint.openedByMany = endpoint.suspicions >= state.limits.breakerEntitiesMin;
    endpoint.probeWaitMs = state.limits.breakerProbeBaseMs;
  } else {
    // If the endpoint could be connected to, the wait does not grow: the entity that failed may be the bad one, and the next has its turn soon.
    const isReached = reached.has(evidenceOf(failure));
    endpoint.probeWaitMs = isReached ? state.limits.breakerProbeBaseMs : Math.min(state.limits.breakerProbeMaxMs, endpoint.probeWaitMs * 2);
  }
  endpoint.breaker = "open";
  endpoint.breakerFailure = failure;
  endpoint.probe = 0;
  // The failures of these entities were the fault of the endpoint, so their attempts do not count.
  for (const suspect of endpoint.suspects) if (suspect.status !== "parked" && suspect.status !== "paused") suspect.failures = 0;
  endpoint.clearSuspects();
  endpoint.nextProbeMs = Math.ceil(nowMs + Math.max(failure.retryAfterMs ?? 0, endpoint.probeWaitMs * (0.75 + draw / 2)));
  state.alarms.add({ kind: "probe", dueMs: endpoint.nextProbeMs, order: state.alarms.takeOrder(), endpoint });
  if (wasClosed)
    actions.push({ kind: "observe", event: { kind: "breaker-changed", endpoint: endpoint.spec.id, state: "open", failure, atMs: nowMs } });
}

function openers(endpoint: EndpointState, last: Entity): Address[] {
  const others = [...endpoint.suspects].filter((suspect) => suspect !== last).slice(0, openedByMax - 1);
  return [...others, last].map((entity) => entity.address);
}

export function probeDue(state: PartitionState, endpoint: EndpointState, dueMs: number): void {
  if (endpoint.breaker !== "open" || endpoint.nextProbeMs !== dueMs) return;
  coverageMark("breaker-probed");
  endpoint.breaker = "probing";
  endpoint.probe = 0;
  state.ready.allow(endpoint);
}

/** The endpoint answered: whatever the answer says of the entity, it is up. */
export function closeBreaker(state: PartitionState, endpoint: EndpointState, at: { nowMs: number; actions: Actions }): void {
  if (endpoint.breaker === "closed") return;
  coverageMark("breaker-closed");
  endpoint.breaker = "closed";
  endpoint.breakerClosedMs = at.nowMs;
  endpoint.breakerFailure = undefined;
  endpoint.openedBy = [];
  endpoint.openedByMany = false;
  endpoint.probe = 0;
  endpoint.limit = Math.min(endpoint.limit, concurrencyAfterOutage);
  state.ready.allow(endpoint);
  queueTypesOf(state, endpoint, "all");
  if (endpoint.removed) return;
  at.actions.push({
    kind: "observe",
    event: { kind: "breaker-changed", endpoint: endpoint.spec.id, state: "closed", failure: undefined, atMs: at.nowMs },
  });
}
