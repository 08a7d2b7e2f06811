/**
 * FunctionRows: types and endpoints as people read them: what the engine knows, what an endpoint said that it serves, and what an earlier
 * era knew.
 */
import { shownTemplate, urlOfFunction, type EndpointView, type FunctionTypeView } from "@signalbox/runtime";
import { publicKeyOf } from "@signalbox/runtime/signing-key";
import type { EndpointRow, FunctionTypeRow } from "../../contract/functions/functions.ts";
import { addressView, expirationText, failureView } from "../../views/entity-views.ts";
import { pauseOf, pauseView } from "../../views/pause-rows.ts";
import { typesKnownBefore } from "../../views/past.ts";
import { processStanding } from "../processes/process-standing.ts";
import type { ServiceParts } from "../service-parts.ts";

type Parts = Pick<ServiceParts, "engine" | "checker" | "flow" | "processes" | "sleepers">;
/** What the gateway itself does for an endpoint (processes, scaling). */
type StandingOf = (endpoint: string | undefined) => Pick<EndpointRow, "processes" | "sleep">;
type PauseOf = ReturnType<typeof pauseOf>;

export function functionRows(parts: Parts): FunctionTypeRow[] {
  const { engine, checker } = parts;
  const endpoints = new Map(engine.endpoints().map((endpoint) => [endpoint.spec.id, endpoint]));
  const means = { flow: parts.flow, standing: standings(parts), pause: pauseOf(engine) };
  const known = engine
    .functionTypes()
    .filter(({ answered }) => answered)
    .map((type) => typeRow(type, endpoints.get(type.endpoint ?? ""), means));
  const names = new Set(known.map(({ type }) => type));
  const before = typesKnownBefore(engine);
  // A type that an endpoint said it serves is listed before its first message, so that people can send to it.
  for (const { type, states } of checker.served()) {
    const endpoint = [...endpoints.values()].find(({ spec }) => serves(spec, type));
    if (endpoint === undefined || names.has(type)) continue;
    names.add(type);
    known.push({ ...typeRow(unseen(type, endpoint.spec.id), endpoint, means), known: "checked", states });
  }
  for (const [type, knownBefore] of before)
    if (!names.has(type)) known.push({ ...typeRow(unseen(type, undefined), undefined, means), known: "before", knownBefore });
  return known.toSorted((left, right) => (left.type < right.type ? -1 : 1));
}

export function endpointRows({ engine, processes, sleepers }: Pick<ServiceParts, "engine" | "processes" | "sleepers">): EndpointRow[] {
  const types = engine.functionTypes();
  const standing = standings({ processes, sleepers });
  const paused = new Map(
    engine.limits().flatMap(({ spec: { pause } }) => (pause === undefined ? [] : [[pause.what, pauseView(pause)] as const])),
  );
  return engine.endpoints().map((endpoint) => {
    const row = endpointRow(endpoint, types, standing);
    return { ...row, pause: paused.get(`endpoint:${row.functions}`) ?? null };
  });
}

function standings({ processes, sleepers }: Pick<ServiceParts, "processes" | "sleepers">): StandingOf {
  const views = processes.views();
  const nowMs = Date.now();
  return (endpoint) => {
    if (endpoint === undefined) return { processes: null, sleep: null };
    const view = sleepers.view(endpoint);
    const sleep =
      view === undefined
        ? null
        : { ...view, sinceMs: view.sinceMs ?? null, problem: view.problem === undefined ? null : { ...view.problem } };
    return { processes: processStanding(views, endpoint, nowMs), sleep };
  };
}

function serves(spec: EndpointView["spec"], type: string): boolean {
  return spec.name === "*" ? type.startsWith(`${spec.namespace}/`) : type === `${spec.namespace}/${spec.name}`;
}

function unseen(type: string, endpoint: string | undefined): FunctionTypeView {
  const counts = {
    answered: true,
    waitingMessages: 0,
    inFlight: 0,
    parkedEntities: 0,
    parkedMessages: 0,
    pausedEntities: 0,
    backingOffEntities: 0,
  };
  return { type, endpoint, states: [], ingressHold: undefined, ...counts };
}

function typeRow(
  type: FunctionTypeView,
  endpoint: EndpointView | undefined,
  { flow, standing, pause }: Pick<ServiceParts, "flow"> & { standing: StandingOf; pause: PauseOf },
): FunctionTypeRow {
  const spec = endpoint?.spec;
  return {
    type: type.type,
    known: "now",
    knownBefore: null,
    ingressHold: type.ingressHold ?? null,
    heldBackBy: type.heldBackBy ?? null,
    pause: pause(type.type),
    endpoint: type.endpoint ?? null,
    module: spec?.module ?? null,
    breaker: endpoint?.breaker ?? null,
    ...standing(endpoint?.spec.id),
    url: spec === undefined ? null : urlOfFunction(shownTemplate(spec), type.type),
    breakerFailure: failureView(endpoint?.breakerFailure),
    nextProbeMs: endpoint?.nextProbeMs ?? null,
    states: type.states.map((state) => ({ name: state.name, typename: state.typename, expiration: expirationText(state) })),
    waiting: type.waitingMessages - type.parkedMessages,
    inFlight: type.inFlight,
    parked: type.parkedEntities,
    paused: type.pausedEntities,
    backingOff: type.backingOffEntities,
    ...flow.typeTraffic(type.type),
  };
}

function endpointRow(endpoint: EndpointView, types: readonly FunctionTypeView[], standing: StandingOf): Omit<EndpointRow, "pause"> {
  const { spec } = endpoint;
  return {
    id: spec.id,
    module: spec.module,
    functions: `${spec.namespace}/${spec.name}`,
    urlTemplate: shownTemplate(spec),
    breaker: endpoint.breaker,
    ...standing(spec.id),
    failure: failureView(endpoint.breakerFailure),
    sinceMs: endpoint.breakerSinceMs ?? null,
    nextProbeMs: endpoint.nextProbeMs ?? null,
    openedBy: endpoint.openedBy.map(addressView),
    probe: endpoint.probe === undefined ? null : addressView(endpoint.probe),
    inFlight: endpoint.inFlight,
    concurrencyLimit: endpoint.concurrencyLimit,
    concurrencyMax: endpoint.concurrencyMax,
    callTimeoutMs: spec.transport.callTimeoutMs,
    maxNumBatchRequests: spec.batchMessagesMax,
    frames: spec.transport.frames === false ? "off" : endpoint.isFraming === true ? "on" : "none",
    replay: spec.replay === true,
    callHeaders: Object.keys(spec.transport.headers ?? {}),
    publicKey: publicKeyOf(spec.transport) ?? null,
    types: types.filter((type) => type.endpoint === spec.id).map((type) => type.type),
  };
}
