/** Effects: all that a batch asks for, collected in the order in which the function asked. Neighbours: context.ts fills it, reply.ts writes it. */
import type { Address } from "../address.ts";
import type { TypedBytes } from "./typed-value.ts";

export interface SentMessage {
  readonly target: Address;
  readonly value: TypedBytes;
}

/** Sends and cancellations share one order, as the protocol has it. */
export type DelayedEffect =
  | {
      readonly kind: "send";
      readonly afterMs: number;
      readonly target: Address;
      readonly value: TypedBytes;
      readonly token: string | undefined;
    }
  | { readonly kind: "cancel"; readonly token: string };

export interface EgressEffect {
  readonly egress: string;
  readonly value: TypedBytes;
}

export interface Effects {
  /** By state name; undefined: deleted. */
  readonly mutations: ReadonlyMap<string, TypedBytes | undefined>;
  readonly messages: readonly SentMessage[];
  readonly delayed: readonly DelayedEffect[];
  readonly records: readonly EgressEffect[];
}
