/**
 * EndpointChecker: asks an endpoint whether it speaks the protocol and serves the named types, without running anything
 * (a batch request of no invocations and no state values). Answers with the cause and its cure, never throws for the far side.
 */
import type { EndpointCheck } from "../trpc/views.ts";

export interface EndpointQuestion {
  readonly urlTemplate: string;
  readonly functions: string;
  readonly typeNames: readonly string[];
}

export interface EndpointChecker {
  check(question: EndpointQuestion): Promise<EndpointCheck>;
}
