/**
 * MaskedValue: a value of which people see less than is stored. Its bytes are those of the text that is shown, so that a surface that reads
 * bytes, now or later, sees no more than one that reads text. Neighbours: mask-value.ts makes it, values/value-codec.ts shows it.
 */
import type { JournalValue, TypedValue } from "@signalbox/runtime";

export const maskText = "••••";

export interface Mask {
  /** What is shown instead: JSON with the masked fields replaced, or the mask alone. */
  readonly text: string;
  readonly as: "json" | "text";
  /** The paths of the fields that were replaced; an empty path is the whole value. */
  readonly paths: readonly string[];
}

export interface Masked {
  readonly mask: Mask;
}

export function maskOf(value: TypedValue | JournalValue): Mask | undefined {
  return "mask" in value ? (value as (TypedValue | JournalValue) & Masked).mask : undefined;
}
