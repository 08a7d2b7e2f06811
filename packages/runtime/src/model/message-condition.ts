/**
 * MessageCondition: which messages a breakpoint holds, as whoever composes the engine compiles it: the engine decodes no values and knows no language.
 * The text and what it is compiled with are plain data, so that they reach partitions in threads of their own; each compiles there.
 * Guarantee asked of a condition: the same message gives the same answer, and one look takes bounded work.
 */
import type { Message } from "./message.ts";

export type MessageLook =
  | { readonly kind: "fits" }
  | { readonly kind: "differs" }
  /** It cannot be told; the message is held. */
  | { readonly kind: "unclear"; readonly why: string };

export interface MessageCondition {
  /** What one look counts of the looks of one turn (packages/engine/src/core/tables/message-looks.ts): 1 for a comparison, more for a loop. */
  readonly weight: number;
  look(message: Message): MessageLook;
}

/** `basis`: what it needs beside the text, plain data of its own. A module exports it as `compileCondition`. */
export type CompileCondition = (text: string, basis: unknown) => MessageCondition;
