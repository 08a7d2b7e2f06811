/**
 * FunctionTransport: carries one invocation to a function and brings its outcome back. It never throws for what the far side does: every
 * fault is a named Failure. Legal faults: any failure code, late or lost outcomes, an outcome that says "failure" although the function
 * ran.
 */
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";

export interface FunctionTransport {
  /** Resolves exactly once, at the latest shortly after request.timeoutMs. Aborting resolves with a CALL_TIMEOUT failure. */
  invoke(request: InvocationRequest, signal?: AbortSignal): Promise<InvocationOutcome>;
  /** Whether the transport puts several invocations to this endpoint into one request; absent means never. */
  isFraming?(endpoint: EndpointSpec): boolean;
  /** Called after the bindings changed, so that the transport drops the pools of endpoints that are gone or changed. */
  retain(endpoints: readonly EndpointSpec[]): void;
  close(): Promise<void>;
}
