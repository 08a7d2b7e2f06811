/**
 * Liveness: whether endpoints that are about to be called are there, asked before a running job is touched for them. A call of nothing, which runs no function: an SDK
 * answers it, and so does whatever else is alive, if only with an error. Neighbour: desired-job.ts asks for those that a change brings.
 */
import { isDeepStrictEqual } from "node:util";
import type { EndpointSpec, InvocationOutcome, InvocationRequest } from "@signalbox/runtime";

export interface DeadEndpoint {
  readonly endpoint: EndpointSpec;
  readonly reason: string;
}

/** Functions that start at their first call take seconds; one that hangs takes no call at all. */
const timeoutMs = 10_000;
const askedAtOnce = 16;
/** Of a wildcard nobody knows a type: any name shows whether something answers. */
const anyName = "signalbox-check";

/** Those of `next` that are not in `before` as they are, and that are called at a place of their own. */
export function endpointsToAsk(before: readonly EndpointSpec[], next: readonly EndpointSpec[]): EndpointSpec[] {
  return next.filter(
    (endpoint) =>
      // What the gateway starts comes up after the change, and what sleeps does so on purpose.
      endpoint.placement === undefined &&
      endpoint.scaledToZero === undefined &&
      !before.some((known) => isDeepStrictEqual(placeOf(known), placeOf(endpoint))),
  );
}

function placeOf({ id, urlTemplate, transport }: EndpointSpec): unknown {
  return [id, urlTemplate, transport.tls, transport.headers];
}

export async function deadEndpoints(
  endpoints: readonly EndpointSpec[],
  call: (request: InvocationRequest) => Promise<InvocationOutcome>,
): Promise<DeadEndpoint[]> {
  const left = [...endpoints];
  const dead: DeadEndpoint[] = [];
  const worker = async (): Promise<void> => {
    for (let endpoint = left.shift(); endpoint !== undefined; endpoint = left.shift()) {
      const reason = await whyDead(endpoint, call);
      if (reason !== undefined) dead.push({ endpoint, reason });
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, worker));
  return dead;
}

async function whyDead(
  endpoint: EndpointSpec,
  call: (request: InvocationRequest) => Promise<InvocationOutcome>,
): Promise<string | undefined> {
  const type = endpoint.name === "*" ? `${endpoint.namespace}/${anyName}` : endpoint.id;
  const outcome = await call({
    invocation: 0,
    attempt: 1,
    target: { type, id: "" },
    endpoint,
    state: [],
    inputs: [],
    timeoutMs: Math.min(timeoutMs, endpoint.transport.callTimeoutMs),
  });
  if (outcome.kind === "failure") {
    const { scope, code, message } = outcome.failure;
    return scope === "down" || code === "CALL_TIMEOUT" ? message : undefined;
  }
  outcome.held?.release();
  return undefined;
}
