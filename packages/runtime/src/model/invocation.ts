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
  /** The value; undefined when the state is registered but empty. */
  readonly value: TypedValue | undefined;
}

export interface InvocationInput {
  readonly caller: Address | undefined;
  readonly value: TypedValue;
  /** The sequence of a stored message (model/message.ts); absent for the inputs of a probe. */
  readonly sequence?: number;
  readonly origin?: number;
  readonly atMs?: number;
  readonly headers?: string | undefined;
}

/** The id under which a function knows the message: the same at every attempt. */
export function inputId({ sequence = 0, origin = 0 }: InvocationInput): number {
  return origin === 0 ? sequence : origin;
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
  /** Its request must not carry other invocations. */
  readonly alone?: boolean;
}

/** The memory of a large reply. The receiver of the outcome must release it once the effects are durable or dropped. */
export interface HeldMemory {
  release(): void;
}

export type InvocationOutcome =
  | { readonly kind: "reply"; readonly reply: FunctionReply; readonly held?: HeldMemory }
  /** `event`: failures with the same number (not 0) are one event: a connection broke with several invocations on it. */
  | { readonly kind: "failure"; readonly failure: Failure; readonly event?: number };
