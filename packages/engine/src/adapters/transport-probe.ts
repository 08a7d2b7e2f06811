/**
 * EndpointProber over the remote transports: asks an endpoint whether it serves a function type, without running anything.
 * A batch of no invocations with no state values makes an SDK name the states that the function declares, or answer with no effects.
 * Neighbours: the gateway's endpoint check uses it before an endpoint is saved.
 */
import type { EndpointProber, ProbeResult } from "@signalbox/runtime";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { FunctionTransport } from "../ports/function-transport.ts";
import type { EndpointPlaces } from "./endpoint-places.ts";
import { createRemoteTransport } from "./create-transport.ts";

interface ProbeOptions {
  readonly transport: FunctionTransport;
  readonly endpoint: EndpointSpec;
  /** `namespace/name`. */
  readonly typeName: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

async function probeFunctions(options: ProbeOptions): Promise<ProbeResult> {
  const started = performance.now();
  const outcome = await options.transport.invoke(
    {
      invocation: 0,
      attempt: 1,
      target: { type: options.typeName, id: "" },
      endpoint: options.endpoint,
      state: [],
      inputs: [],
      timeoutMs: options.timeoutMs,
    },
    options.signal,
  );
  const durationMs = performance.now() - started;
  if (outcome.kind === "failure") return { kind: "failed", failure: outcome.failure, durationMs };
  return { kind: "served", states: outcome.reply.kind === "incomplete" ? outcome.reply.missing : [], durationMs };
}

export function createEndpointProber(places: EndpointPlaces): EndpointProber {
  const transport = createRemoteTransport({ places });
  return {
    probe: (question) => probeFunctions({ transport, ...question }),
    rest: () => transport.retain([]),
    close: () => transport.close(),
  };
}
