/**
 * EmbeddedFrames: the messages between the engine's thread and a thread of embedded functions: many calls or answers in one message, with
 * all its values in one buffer that is transferred, not copied. Both ends use it: embedded-worker.ts and embedded-thread.ts.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { EmbeddedProblem } from "@signalbox/runtime";

export type { EmbeddedProblem } from "@signalbox/runtime";

/** The code of the error that ends a thread in which a promise rejected that nobody awaits. */
export const floatingRejection = "FLOATING_REJECTION";

/** A value in the buffer of its message. */
export interface PackedValue {
  readonly typename: string;
  readonly start: number;
  readonly end: number;
}

export interface CallFrame {
  readonly id: number;
  readonly target: Address;
  readonly states: readonly (readonly [name: string, value: PackedValue | undefined])[];
  readonly inputs: readonly {
    readonly caller: Address | undefined;
    readonly value: PackedValue | undefined;
    readonly id: number;
    readonly atMs: number;
    readonly traceparent: string | undefined;
  }[];
}

export type ToThread =
  | { readonly kind: "calls"; readonly calls: readonly CallFrame[]; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "ping" };

export interface PackedEffects {
  readonly mutations: readonly (readonly [name: string, value: PackedValue | undefined])[];
  readonly messages: readonly { readonly target: Address; readonly value: PackedValue; readonly cause: number }[];
  readonly delayed: readonly (
    | {
        readonly kind: "send";
        readonly afterMs: number;
        readonly target: Address;
        readonly value: PackedValue;
        readonly token: string;
        readonly cause: number;
      }
    | { readonly kind: "cancel"; readonly token: string; readonly cause: number }
  )[];
  readonly records: readonly { readonly egress: string; readonly value: PackedValue; readonly cause: number }[];
}

export type AnswerOutcome =
  | { readonly kind: "effects"; readonly effects: PackedEffects }
  | { readonly kind: "incomplete"; readonly missing: readonly StateSpec[] }
  | { readonly kind: "retry-later"; readonly reason: string; readonly afterMs: number }
  /** The values of the effects are larger than an answer may be, so they were not sent. */
  | { readonly kind: "too-large"; readonly bytes: number }
  | { readonly kind: "rejected" | "threw" | "unknown-type" | "malformed"; readonly reason: string };

export interface AnswerFrame {
  readonly id: number;
  readonly outcome: AnswerOutcome;
}

export type FromThread =
  | { readonly kind: "ready"; readonly types: readonly string[]; readonly revision: string }
  | { readonly kind: "refused"; readonly problem: EmbeddedProblem }
  | { readonly kind: "answers"; readonly answers: readonly AnswerFrame[]; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "pong" };

/** Collects the values of one message. */
export class ValuePacker {
  #parts: Uint8Array[] = [];
  #length = 0;

  add(typename: string, bytes: Uint8Array): PackedValue {
    const start = this.#length;
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return { typename, start, end: this.#length };
  }

  /** The packed values in a buffer of their own, which can be transferred. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#length = 0;
    return bytes;
  }
}
