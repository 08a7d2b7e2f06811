/** EndpointProber: asks an endpoint whether it serves a function type, without running anything. The runtime's transports do it. */
import type { EndpointSpec } from "./model/endpoint-spec.ts";
import type { Failure } from "./model/failure.ts";
import type { StateSpec } from "./model/state-spec.ts";

export type ProbeResult =
  /** The endpoint answered as a function of this type; `states` are those that it asked for. */
  | { readonly kind: "served"; readonly states: readonly StateSpec[]; readonly durationMs: number }
  | { readonly kind: "failed"; readonly failure: Failure; readonly durationMs: number };

export interface EndpointProber {
  /** `typeName` is `namespace/name`. Never rejects because of what the endpoint does. */
  probe(question: { readonly endpoint: EndpointSpec; readonly typeName: string; readonly timeoutMs: number }): Promise<ProbeResult>;
  /** Closes connections that probes left open. */
  rest(): void;
  close(): Promise<void>;
}
