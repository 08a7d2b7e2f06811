/**
 * MaskRule: which fields of which values people do not see, as a module declares it (modules/build-mask.ts). The fields are those of state
 * values and of messages alike. Neighbour: mask-table.ts finds the rules of a value.
 */

export interface MaskRule {
  readonly cover:
    | { readonly kind: "functions"; readonly namespace: string; readonly name: string }
    | { readonly kind: "egress"; readonly egress: string };
  /** Each field is a path of keys; `*` stands for any key. */
  readonly fields: readonly FieldPath[];
}

export type FieldPath = readonly string[];

export const anyKey = "*";

/** The rule for a module that cannot be read: it hides everything. */
export const maskEverything: MaskRule = { cover: { kind: "functions", namespace: anyKey, name: anyKey }, fields: [[anyKey]] };
