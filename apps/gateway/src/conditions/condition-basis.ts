/** ConditionBasis: what the condition of a breakpoint is compiled with beside its text, as plain data for the threads of partitions. */
import type { MaskRule } from "../masking/mask-rule.ts";

export interface ConditionBasis {
  /** In force when it was set. */
  readonly masks: readonly MaskRule[];
  /** As they were uploaded; none where the condition does not ask for the value. */
  readonly descriptorSets: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** What breakpoints-service.ts gave, on the other side. */
export function basisOf(given: unknown): ConditionBasis {
  return given as ConditionBasis;
}
