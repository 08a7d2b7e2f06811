/** StatusViews: the partition's memory as the plain views of model/views.ts. */
import { whatIsFull } from "../../core/ingress.ts";
import { builtInTypes } from "@signalbox/runtime/model/built-in";
import type { EgressView, EndpointView, EngineStatus, FunctionTypeView } from "@signalbox/runtime/model/views";
import type { PartitionProcessor } from "../processor/partition-processor.ts";

export function viewStatus(processor: PartitionProcessor): EngineStatus {
  const { state } = processor;
  let parked = 0;
  let paused = 0;
  let backingOff = 0;
  let parkedMessages = 0;
  let resident = 0;
  for (const type of state.entities.types.values()) {
    parked += type.parked;
    parkedMessages += type.parkedMessages;
    paused += type.paused;
    backingOff += type.backingOff;
    resident += type.residentEntities;
  }
  return {
    health: processor.health,
    epoch: state.epochs.open,
    durableEpoch: state.epochs.durable,
    lastDurableMs: processor.lastDurableMs,
    oldestWriteSinceMs: processor.committer.writingSinceMs,
    waitingMessages: state.waitingAnywhere,
    parkedMessages,
    waitingBytes: state.mailboxes.bytesInMemory,
    inFlight: state.invocations.inFlight.size,
    parkedEntities: parked,
    pausedEntities: paused,
    backingOffEntities: backingOff,
    delayedMessages: state.timers.waiting,
    residentEntities: resident,
    bindings: state.routes.bindings,
  };
}

export function viewTypes(processor: PartitionProcessor): FunctionTypeView[] {
  const { state } = processor;
  const views = [...state.entities.types.values()].map((type) => ({
    type: type.name,
    endpoint: type.endpoint?.spec.id,
    answered: type.answered || type.endpoint?.spec.id === type.name,
    states: [...type.specs],
    waitingMessages: type.waitingMessages,
    ingressHold: whatIsFull(state, type.name)?.by,
    heldBackBy: type.heldBackBy()?.name,
    inFlight: type.inFlight,
    parkedEntities: type.parked,
    parkedMessages: type.parkedMessages,
    pausedEntities: type.paused,
    backingOffEntities: type.backingOff,
  }));
  for (const endpoint of state.routes.endpoints.values()) {
    // A type that a module names exactly is listed before its first message.
    if (endpoint.spec.name === "*" || state.entities.types.has(endpoint.spec.id) || builtInTypes.has(endpoint.spec.id)) continue;
    views.push({
      type: endpoint.spec.id,
      endpoint: endpoint.spec.id,
      answered: true,
      states: [],
      waitingMessages: 0,
      ingressHold: undefined,
      heldBackBy: undefined,
      inFlight: 0,
      parkedEntities: 0,
      parkedMessages: 0,
      pausedEntities: 0,
      backingOffEntities: 0,
    });
  }
  return views.sort((a, b) => (a.type < b.type ? -1 : 1));
}

export function viewEndpoints(processor: PartitionProcessor): EndpointView[] {
  // The engine's own endpoints are left out, because nobody has to look after them.
  const endpoints = [...processor.state.routes.endpoints.values()].filter(({ spec }) => !builtInTypes.has(spec.id));
  return endpoints.map((endpoint) => ({
    spec: endpoint.spec,
    breaker: endpoint.breaker,
    breakerFailure: endpoint.breakerFailure,
    breakerSinceMs: endpoint.breaker === "closed" ? undefined : endpoint.breakerSinceMs,
    nextProbeMs: endpoint.breaker === "open" ? endpoint.nextProbeMs : undefined,
    openedBy: endpoint.openedBy,
    probe: endpoint.probe === 0 ? undefined : processor.state.invocations.inFlight.get(endpoint.probe)?.address,
    inFlight: endpoint.inFlight,
    concurrencyLimit: Math.floor(endpoint.limit),
    concurrencyMax: endpoint.concurrencyMax,
    isFraming: processor.isFraming(endpoint.spec),
  }));
}

export function viewEgresses(processor: PartitionProcessor): EgressView[] {
  const { state } = processor;
  const views: EgressView[] = [...state.routes.egressSpecs.values()].map((spec) => ({
    id: spec.id,
    module: spec.module,
    waitingRecords: state.egress.waiting.get(spec.id) ?? 0,
  }));
  for (const [id, waitingRecords] of state.egress.waiting) {
    if (id !== "" && !state.routes.egressSpecs.has(id)) views.push({ id, module: undefined, waitingRecords });
  }
  return views;
}
