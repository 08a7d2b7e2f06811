/**
 * Invocation: one batch request to a function for one entity. The transport turns it into bytes and back.
 * `invocation` and `attempt` fence replies: one that carries an older pair changes nothing.
 */
import type { Address } from "./address.ts";
import type { FunctionReply } from "./effects.ts";
import type { EndpointSpec } from "./endpoint-spec.ts";
import type { Failure } from "./failure.ts";
import type { TypedValue } from "./typed-value.ts";

export interface StateEntry {
  readonly name: string;
  /** Undefined: registered but empty. */
  readonly value: TypedValue | undefined;
}

export interface InvocationInput {
  readonly caller: Address | undefined;
  readonly value: TypedValue;
}

export interface InvocationRequest {
  readonly invocation: number;
  readonly attempt: number;
  readonly target: Address;
  readonly endpoint: EndpointSpec;
  readonly state: readonly StateEntry[];
  readonly inputs: readonly InvocationInput[];
  /** What is left of the endpoint's call budget for this attempt. */
  readonly timeoutMs: number;
}

export type InvocationOutcome =
  | { readonly kind: "reply"; readonly reply: FunctionReply }
  | { readonly kind: "failure"; readonly failure: Failure };
