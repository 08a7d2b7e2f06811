/**
 * Effects: what a reply asks for. Wire shapes stop in adapters/transport-*; these are the engine's own.
 * Order of application: messages, delayed (sends and cancels in list order), egress records, mutations.
 */
import type { Address } from "./address.ts";
import type { StateSpec } from "./state-spec.ts";
import type { TypedValue } from "./typed-value.ts";

export type StateMutation =
  | { readonly kind: "modify"; readonly name: string; readonly value: TypedValue }
  | { readonly kind: "delete"; readonly name: string };

export interface OutgoingMessage {
  readonly target: Address;
  readonly value: TypedValue;
}

export type DelayedEffect =
  | {
      readonly kind: "send-after";
      readonly delayMs: number;
      readonly target: Address;
      readonly value: TypedValue;
      /** Empty text: no token. */
      readonly cancellationToken: string;
    }
  | { readonly kind: "cancel"; readonly cancellationToken: string };

export interface OutgoingEgress {
  /** Egress id, `namespace/name`. */
  readonly egress: string;
  readonly value: TypedValue;
}

export interface Effects {
  readonly mutations: readonly StateMutation[];
  readonly messages: readonly OutgoingMessage[];
  readonly delayed: readonly DelayedEffect[];
  readonly egress: readonly OutgoingEgress[];
}

export type FunctionReply =
  | { readonly kind: "completed"; readonly effects: Effects }
  | { readonly kind: "incomplete"; readonly missing: readonly StateSpec[] };

export const noEffects: Effects = { mutations: [], messages: [], delayed: [], egress: [] };
