/**
 * ConditionBasis: what is needed beside the text to compile the condition of a breakpoint, as plain data for the threads of partitions.
 */
import type { MaskRule } from "../masking/mask-rule.ts";

export interface ConditionBasis {
  /** The masks that were in force when the breakpoint was set. */
  readonly masks: readonly MaskRule[];
  /** The sets as they were uploaded; empty when the condition does not read the value. */
  readonly descriptorSets: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Takes, on the other side, what breakpoints-service.ts gave. */
export function basisOf(given: unknown): ConditionBasis {
  return given as ConditionBasis;
}
