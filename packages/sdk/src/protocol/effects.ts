/** Effects: all that a batch asks for, collected in the order in which the function asked. Neighbours: context.ts fills it, reply.ts writes it. */
import type { Address } from "../address.ts";
import type { TypedBytes } from "./typed-value.ts";

/** Every effect of a batch says which message caused it. */
export interface Caused {
  /** Index in the request's messages. */
  readonly cause: number;
}

export interface SentMessage extends Caused {
  readonly target: Address;
  readonly value: TypedBytes;
}

/** Sends and cancellations share one order, as the protocol has it. */
export type DelayedEffect =
  | (Caused & {
      readonly kind: "send";
      readonly afterMs: number;
      readonly target: Address;
      readonly value: TypedBytes;
      readonly token: string | undefined;
    })
  | (Caused & { readonly kind: "cancel"; readonly token: string });

export interface EgressEffect extends Caused {
  readonly egress: string;
  readonly value: TypedBytes;
}

export interface Effects {
  /** How many messages the request held. */
  readonly inputs: number;
  /** By state name; undefined when the state was deleted. */
  readonly mutations: ReadonlyMap<string, TypedBytes | undefined>;
  readonly messages: readonly SentMessage[];
  readonly delayed: readonly DelayedEffect[];
  readonly records: readonly EgressEffect[];
}
