/**
 * Liveness: whether endpoints that are about to be called are there, asked before a running job is touched for them. It makes an empty
 * call, which runs no function: an SDK answers it, and anything else that is alive answers too, if only with an error. Neighbour:
 * desired-job.ts asks for the endpoints that a change brings.
 */
import { isDeepStrictEqual } from "node:util";
import type { EndpointSpec, InvocationOutcome, InvocationRequest } from "@signalbox/runtime";

export interface DeadEndpoint {
  readonly endpoint: EndpointSpec;
  readonly reason: string;
}

/** Functions that start at their first call take seconds; a function that hangs accepts no call at all. */
const timeoutMs = 10_000;
const askedAtOnce = 16;
/** A wildcard names no type; any name shows whether something answers. */
const anyName = "signalbox-check";

/** The endpoints of `next` that are not in `before` unchanged and that are called at a URL of their own. */
export function endpointsToAsk(before: readonly EndpointSpec[], next: readonly EndpointSpec[]): EndpointSpec[] {
  return next.filter(
    (endpoint) =>
      // Endpoints that the gateway starts come up only after the change, and those that sleep do so on purpose.
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
