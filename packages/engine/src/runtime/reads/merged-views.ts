/** MergedViews: what several partitions know of themselves as one: counts are sums, and of two troubles the worse one is shown. */
import type { BreakerState, EgressView, EndpointView, EngineHealth, EngineStatus, FunctionTypeView } from "@signalbox/runtime/model/views";
import { openedByMax } from "@signalbox/runtime/model/wait-reason";

const healthOrder: readonly EngineHealth["kind"][] = ["running", "draining", "cluster-failed", "store-failed", "stopped"];
const breakerOrder: readonly BreakerState[] = ["closed", "probing", "open"];

export function mergeStatus(all: readonly EngineStatus[]): EngineStatus {
  return all.reduce((one, other) => ({
    health: healthOrder.indexOf(other.health.kind) > healthOrder.indexOf(one.health.kind) ? other.health : one.health,
    epoch: Math.max(one.epoch, other.epoch),
    durableEpoch: Math.max(one.durableEpoch, other.durableEpoch),
    lastDurableMs: Math.max(one.lastDurableMs, other.lastDurableMs),
    oldestWriteSinceMs: earlier(one.oldestWriteSinceMs, other.oldestWriteSinceMs),
    waitingMessages: one.waitingMessages + other.waitingMessages,
    waitingBytes: one.waitingBytes + other.waitingBytes,
    inFlight: one.inFlight + other.inFlight,
    parkedEntities: one.parkedEntities + other.parkedEntities,
    parkedMessages: one.parkedMessages + other.parkedMessages,
    pausedEntities: one.pausedEntities + other.pausedEntities,
    backingOffEntities: one.backingOffEntities + other.backingOffEntities,
    delayedMessages: one.delayedMessages + other.delayedMessages,
    residentEntities: one.residentEntities + other.residentEntities,
    bindings: one.bindings,
  }));
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}

export function mergeTypes(all: readonly (readonly FunctionTypeView[])[]): FunctionTypeView[] {
  const merged = mergeBy(all, (view) => view.type, mergeType);
  return all.length === 1 ? merged : merged.toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

function mergeType(one: FunctionTypeView, other: FunctionTypeView): FunctionTypeView {
  const known = new Set(one.states.map((spec) => spec.name));
  return {
    type: one.type,
    endpoint: one.endpoint ?? other.endpoint,
    answered: one.answered || other.answered,
    states: [...one.states, ...other.states.filter((spec) => !known.has(spec.name))],
    waitingMessages: one.waitingMessages + other.waitingMessages,
    ingressHold: one.ingressHold ?? other.ingressHold,
    heldBackBy: one.heldBackBy ?? other.heldBackBy,
    inFlight: one.inFlight + other.inFlight,
    parkedEntities: one.parkedEntities + other.parkedEntities,
    parkedMessages: one.parkedMessages + other.parkedMessages,
    pausedEntities: one.pausedEntities + other.pausedEntities,
    backingOffEntities: one.backingOffEntities + other.backingOffEntities,
  };
}

export function mergeEndpoints(all: readonly (readonly EndpointView[])[]): EndpointView[] {
  return mergeBy(all, (view) => view.spec.id, mergeEndpoint);
}

function mergeEndpoint(one: EndpointView, other: EndpointView): EndpointView {
  const worse = breakerOrder.indexOf(other.breaker) > breakerOrder.indexOf(one.breaker) ? other : one;
  return {
    ...worse,
    openedBy: [...one.openedBy, ...other.openedBy].slice(0, openedByMax),
    probe: one.probe ?? other.probe,
    inFlight: one.inFlight + other.inFlight,
    concurrencyLimit: one.concurrencyLimit + other.concurrencyLimit,
    concurrencyMax: one.concurrencyMax + other.concurrencyMax,
    isFraming: one.isFraming === true || other.isFraming === true,
  };
}

export function mergeEgresses(all: readonly (readonly EgressView[])[]): EgressView[] {
  return mergeBy(
    all,
    (view) => view.id,
    (one, other) => ({ ...one, waitingRecords: one.waitingRecords + other.waitingRecords }),
  );
}

function mergeBy<T>(all: readonly (readonly T[])[], nameOf: (view: T) => string, merge: (one: T, other: T) => T): T[] {
  const [only] = all;
  if (only !== undefined && all.length === 1) return [...only];
  const merged = new Map<string, T>();
  for (const view of all.flat()) {
    const known = merged.get(nameOf(view));
    merged.set(nameOf(view), known === undefined ? view : merge(known, view));
  }
  return [...merged.values()];
}
