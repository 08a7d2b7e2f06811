/**
 * EmbeddedFrames: the messages between the engine's thread and a thread of embedded functions: many calls or answers in one message, their
 * fields in one list, and all values in one buffer that is transferred, not copied. Both ends use it: embedded-worker.ts and
 * embedded-thread.ts.
 */
import type { Effects } from "@signalbox/runtime/model/effects";
import type { KeptFiles } from "@signalbox/runtime/model/endpoint-spec";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { EmbeddedProblem } from "@signalbox/runtime";

export type { EmbeddedProblem } from "@signalbox/runtime";

/** The code of the error that ends a thread in which a promise rejected that nobody awaits. */
export const floatingRejection = "FLOATING_REJECTION";

/**
 * Calls or answers one after the other, field by field: V8 copies such a list to another thread in a sixth of the time that it takes for
 * the same fields as objects, whose names it writes and reads for each of them. call-fields.ts and answer-fields.ts say the order.
 */
export type Fields = unknown[];

export type ToThread =
  | { readonly kind: "calls"; readonly fields: Fields; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "ping" };

export type AnswerOutcome =
  | { readonly kind: "effects"; readonly effects: Effects }
  | { readonly kind: "incomplete"; readonly missing: readonly StateSpec[] }
  | { readonly kind: "retry-later"; readonly reason: string; readonly afterMs: number }
  /** The values of the effects are larger than an answer may be, so they were not sent. */
  | { readonly kind: "too-large"; readonly bytes: number }
  | { readonly kind: "rejected" | "threw" | "unknown-type" | "malformed"; readonly reason: string };

export interface Answer {
  readonly id: number;
  readonly outcome: AnswerOutcome;
}

/** What a thread posts. */
export type FromThread =
  | { readonly kind: "ready"; readonly types: readonly string[]; readonly revision: string; readonly kept: KeptFiles | undefined }
  | { readonly kind: "refused"; readonly problem: EmbeddedProblem }
  | { readonly kind: "answers"; readonly fields: Fields; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "pong" };

/** Collects the values of one message. */
export class ValuePacker {
  #parts: Uint8Array[] = [];
  #length = 0;

  /** Adds the value, and its typename and the place of its bytes to the fields. */
  add(fields: Fields, { typename, bytes }: { readonly typename: string; readonly bytes: Uint8Array }): void {
    this.#parts.push(bytes);
    fields.push(typename, this.#length, this.#length + bytes.length);
    this.#length += bytes.length;
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
