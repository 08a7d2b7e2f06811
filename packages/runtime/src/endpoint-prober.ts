/** EndpointProber: asks an endpoint whether it serves a function type, without running anything. The runtime's transports do it. */
import type { EndpointSpec } from "./model/endpoint-spec.ts";
import type { Failure } from "./model/failure.ts";
import type { StateSpec } from "./model/state-spec.ts";

export type ProbeResult =
  /** It answered as a function of this type; these are the states that it asked for. */
  | { readonly kind: "served"; readonly states: readonly StateSpec[]; readonly durationMs: number }
  | { readonly kind: "failed"; readonly failure: Failure; readonly durationMs: number };

export interface EndpointProber {
  /** `typeName` is `namespace/name`. Never rejects for what the far side does. */
  probe(question: { readonly endpoint: EndpointSpec; readonly typeName: string; readonly timeoutMs: number }): Promise<ProbeResult>;
  /** Connections that probes left open can go. */
  rest(): void;
  close(): Promise<void>;
}
