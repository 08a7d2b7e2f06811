/**
 * MaskedValue: a value of which people see less than is stored. Its bytes are those of the text that is shown, so that whoever looks at bytes, now
 * or in a surface still to come, sees no more than whoever reads. Neighbours: mask-value.ts makes it, values/value-codec.ts shows it.
 */
import type { JournalValue, TypedValue } from "@signalbox/runtime";

export const maskText = "••••";

export interface Mask {
  /** What stands there instead: JSON with the masked fields replaced, or the mask alone. */
  readonly text: string;
  readonly as: "json" | "text";
  /** Paths of fields that were replaced; an empty one is the whole value. */
  readonly paths: readonly string[];
}

export interface Masked {
  readonly mask: Mask;
}

export function maskOf(value: TypedValue | JournalValue): Mask | undefined {
  return "mask" in value ? (value as (TypedValue | JournalValue) & Masked).mask : undefined;
}
