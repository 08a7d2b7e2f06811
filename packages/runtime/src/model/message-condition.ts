/**
 * MessageCondition: which messages a breakpoint holds. The composition root compiles it, because the engine decodes no values and knows no
 * condition language. The text and its basis are plain data, so that partitions in other threads can compile it themselves. A condition
 * must give the same answer for the same message, with bounded work.
 */
import type { Message } from "./message.ts";

export type MessageLook =
  | { readonly kind: "fits" }
  | { readonly kind: "differs" }
  /** The condition could not be evaluated, so the message is held. */
  | { readonly kind: "unclear"; readonly why: string };

export interface MessageCondition {
  /**
   * How much one evaluation counts against the bound of a turn (packages/engine/src/core/tables/message-looks.ts): 1 for a comparison, more
   * for a loop.
   */
  readonly weight: number;
  look(message: Message): MessageLook;
}

/** `basis`: plain data that it needs beside the text. A module exports this function as `compileCondition`. */
export type CompileCondition = (text: string, basis: unknown) => MessageCondition;
