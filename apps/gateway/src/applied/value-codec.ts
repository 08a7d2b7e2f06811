/**
 * ValueCodec: bytes of a value to what people read, and what people typed to bytes.
 * The engine keeps values opaque; this is the only place of the gateway that looks inside. Decoding never throws: what fits no
 * decoder is shown as text or bytes with the reason. Encoding refuses with INVALID_VALUE, naming what the type takes.
 */
import type { JournalValue, TypedValue } from "@signalbox/engine";
import type { ValueView } from "../trpc/views.ts";

export interface ValueCodec {
  view(value: TypedValue): ValueView;
  /** A journal value; at level metadata only its size is known. */
  viewKept(value: JournalValue): ValueView;
  /** At most 120 characters on one line. */
  preview(value: TypedValue | JournalValue): string;
  /** `text` as JSON for the type (scalars for built-in types). */
  encode(typename: string, text: string): TypedValue;
}
