/**
 * FlinkViews: endpoints and function types as the console lists them. They say nothing of what only Flink knows (what waits, what is in
 * flight).
 */
import type { Bindings, EndpointView, FunctionTypeView } from "@signalbox/runtime";
import type { SeenEntities } from "./proxy/seen-entities.ts";

export function endpointsOf({ endpoints }: Bindings): EndpointView[] {
  return endpoints.map((spec) => ({
    spec,
    breaker: "closed",
    breakerFailure: undefined,
    breakerSinceMs: undefined,
    nextProbeMs: undefined,
    openedBy: [],
    probe: undefined,
    inFlight: 0,
    concurrencyLimit: spec.transport.poolConnectionsMax,
    concurrencyMax: spec.transport.poolConnectionsMax,
  }));
}

export function functionTypesOf(seen: SeenEntities, { endpoints }: Bindings): FunctionTypeView[] {
  const names = new Set([...endpoints.filter(({ name }) => name !== "*").map(({ id }) => id), ...seen.types]);
  return [...names].map((type) => ({
    type,
    endpoint: (
      endpoints.find(({ id }) => id === type) ?? endpoints.find(({ name, namespace }) => name === "*" && type.startsWith(`${namespace}/`))
    )?.id,
    answered: true,
    states: seen.specsOf(type),
    waitingMessages: 0,
    ingressHold: undefined,
    inFlight: 0,
    parkedEntities: 0,
    parkedMessages: 0,
    pausedEntities: 0,
    backingOffEntities: 0,
  }));
}
