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
      /** Empty when there is no token. */
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
  /** Which input caused which output; undefined when the function does not say. It may be wrong: see `causesWithin`. */
  readonly causes?: Causes | undefined;
  /** The version of the code that answered; undefined when the function does not say. At most `codeVersionCharactersMax`. */
  readonly codeVersion?: string | undefined;
}

/** A commit's hash, a tag, a build's number. A longer one is cut, because an entity is not parked for a wrong code version. */
export const codeVersionCharactersMax = 64;

/** For each output, in the order of its list, the index of an input of the batch. */
export interface Causes {
  readonly messages: readonly number[];
  readonly delayed: readonly number[];
  readonly egress: readonly number[];
}

/** The causes that a function gave, if they fit the number of inputs and all outputs; else undefined. */
export function causesWithin(effects: Effects, inputs: number): Causes | undefined {
  const { causes } = effects;
  if (causes === undefined) return undefined;
  const fit = (indices: readonly number[], outputs: readonly unknown[]): boolean =>
    indices.length === outputs.length && indices.every((index) => index >= 0 && index < inputs);
  const all = fit(causes.messages, effects.messages) && fit(causes.delayed, effects.delayed) && fit(causes.egress, effects.egress);
  return all ? causes : undefined;
}

export type FunctionReply =
  | { readonly kind: "completed"; readonly effects: Effects }
  | { readonly kind: "incomplete"; readonly missing: readonly StateSpec[] };

export const noEffects: Effects = { mutations: [], messages: [], delayed: [], egress: [] };
