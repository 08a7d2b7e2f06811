/**
 * Process transport: calls functions in processes that the gateway has started, over the sockets of their instances, in turn. Neighbours:
 * create-transport.ts gives it the transports that speak to one instance; apps/gateway/src/processes starts the instances and puts their
 * URLs into the endpoint's placement. Guarantee: a missing instance costs no attempt while another one is there: a call that reached nobody
 * goes on to the next. An instance that hangs counts as one that died: which of its calls did it, the engine finds out. Failures name the
 * endpoint, and no socket of an instance, which would tell nobody anything.
 */
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import { lookIntoLog, makeFailure, startService } from "../transport-failure.ts";
import { askInstance, type AskInstance, InstanceSilence } from "./instance-silence.ts";
import { saySilent } from "./process-silence.ts";

interface Instance {
  /** The endpoint with the URL of this instance. */
  readonly spec: EndpointSpec;
  readonly silence: InstanceSilence;
}

interface Round {
  readonly instances: readonly Instance[];
  next: number;
}

/** `toInstance` speaks to one instance by its URL. `ask`: whether the one at a URL answers anybody. */
export function createProcessTransport(toInstance: FunctionTransport, ask: AskInstance = askInstance): FunctionTransport {
  const rounds = new WeakMap<EndpointSpec, Round>();
  const roundOf = (endpoint: EndpointSpec): Round => {
    let round = rounds.get(endpoint);
    if (round === undefined) {
      const instances = instancesOf(endpoint).map((spec) => ({ spec, silence: new InstanceSilence(spec.urlTemplate, ask) }));
      round = { instances, next: 0 };
      rounds.set(endpoint, round);
    }
    return round;
  };
  return {
    invoke: (request, signal) => invokeInTurn(roundOf(request.endpoint), { request, signal, toInstance }),
    isFraming: (endpoint) => roundOf(endpoint).instances.some(({ spec }) => toInstance.isFraming?.(spec) === true),
    retain: (endpoints) => toInstance.retain(endpoints.flatMap(instancesOf)),
    close: () => toInstance.close(),
  };
}

interface Turn {
  readonly request: InvocationRequest;
  readonly signal: AbortSignal | undefined;
  readonly toInstance: FunctionTransport;
}

async function invokeInTurn(round: Round, { request, signal, toInstance }: Turn): Promise<InvocationOutcome> {
  let outcome: InvocationOutcome | undefined;
  for (let asked = 0; asked < round.instances.length; asked++) {
    const instance = round.instances[round.next % round.instances.length];
    round.next = (round.next + 1) % round.instances.length;
    if (instance === undefined) break;
    const { spec, silence } = instance;
    if (silence.hangs) {
      outcome = { kind: "failure", failure: stillHangs(request.endpoint) };
      continue;
    }
    const ended = await toInstance.invoke({ ...request, endpoint: spec }, signal);
    if (isSilence(ended) && signal?.aborted !== true) {
      saySilent(spec.urlTemplate);
      if (await silence.afterSilence()) return { kind: "failure", failure: hangs(request.endpoint) };
    }
    outcome = ofEndpoint(ended, { endpoint: request.endpoint, instance: spec });
    if (!reachedNobody(outcome)) return outcome;
  }
  return outcome ?? { kind: "failure", failure: nobodyYet(request.endpoint) };
}

const shownCures: readonly (readonly [of: string, here: string])[] = [
  [startService, "Nothing at once: the gateway starts it again by itself. If it lasts, see on the endpoint's page what its process says."],
  [lookIntoLog, "Read what its process printed, on the endpoint's page:"],
];

function ofEndpoint(
  outcome: InvocationOutcome,
  { endpoint, instance }: { readonly endpoint: EndpointSpec; readonly instance: EndpointSpec },
): InvocationOutcome {
  if (outcome.kind === "reply") return outcome;
  const { failure } = outcome;
  const message = failure.message.replaceAll(instance.urlTemplate, () => endpoint.urlTemplate);
  const cure = shownCures.reduce((text, [of, here]) => text.replace(of, () => here), failure.cure);
  return { ...outcome, failure: { ...failure, message, cure } };
}

/** Whether the process said nothing: one that runs isolated functions says itself which call took too long (scope entity). */
function isSilence(outcome: InvocationOutcome): boolean {
  return outcome.kind === "failure" && outcome.failure.code === "CALL_TIMEOUT" && outcome.failure.scope === "suspect";
}

/** Whether nothing was sent because nobody listened at the socket. */
function reachedNobody(outcome: InvocationOutcome): boolean {
  return outcome.kind === "failure" && outcome.failure.code === "ENDPOINT_REFUSED";
}

function instancesOf(endpoint: EndpointSpec): EndpointSpec[] {
  const { placement, ...rest } = endpoint;
  if (placement?.kind !== "process") return [];
  return placement.urlTemplates.map((urlTemplate) => ({ ...rest, urlTemplate }));
}

function nobodyYet({ id, module }: EndpointSpec): ReturnType<typeof makeFailure> {
  return makeFailure({
    code: "ENDPOINT_REFUSED",
    message: `no instance of ${id} (module ${module}) has come up yet`,
    cure: "See on the endpoint's page what its process says, and mend its command; the gateway goes on starting it.",
    raw: undefined,
  });
}

/** The evidence is that of a process that died: entities that were in flight with the one that holds it spend no attempts. */
function hangs({ urlTemplate, transport }: EndpointSpec): ReturnType<typeof makeFailure> {
  return makeFailure({
    code: "ENDPOINT_DISCONNECTED",
    message: `the process of ${urlTemplate} answered nobody any more when this call had run out of its time (${transport.callTimeoutMs} ms)`,
    cure: "Mend what a function does without end (a loop, a wait that blocks the process). Whose call does it is found by trying them one by one.",
  });
}

function stillHangs({ urlTemplate }: EndpointSpec): ReturnType<typeof makeFailure> {
  return makeFailure({
    code: "ENDPOINT_REFUSED",
    message: `the process of ${urlTemplate} hangs: it answers nobody`,
    cure: "Nothing at once: the gateway ends it and starts it again by itself. See on the endpoint's page what its process says.",
  });
}
