/**
 * probeFunctions: asks an endpoint whether it serves a function type, without running anything.
 * A batch of no invocations with no state values makes an SDK name the states that the function declares, or answer with no effects.
 * Neighbours: the gateway's endpoint check uses it before an endpoint is saved.
 */
import type { EndpointSpec } from "../../model/endpoint-spec.ts";
import type { Failure } from "../../model/failure.ts";
import type { StateSpec } from "../../model/state-spec.ts";
import type { FunctionTransport } from "../../ports/function-transport.ts";

export type ProbeResult =
  /** `states` is empty for a function without state. */
  | { readonly kind: "served"; readonly states: readonly StateSpec[]; readonly durationMs: number }
  | { readonly kind: "failed"; readonly failure: Failure; readonly durationMs: number };

export interface ProbeOptions {
  readonly transport: FunctionTransport;
  readonly endpoint: EndpointSpec;
  /** `namespace/name`. */
  readonly typeName: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export async function probeFunctions(options: ProbeOptions): Promise<ProbeResult> {
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
