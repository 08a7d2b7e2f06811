/**
 * MaskRule: which fields of which values people do not see, as a module says it (modules/build-mask.ts). Fields are those of state values and of
 * messages alike. Neighbour: mask-table.ts finds the rules of a value.
 */

export interface MaskRule {
  readonly cover:
    | { readonly kind: "functions"; readonly namespace: string; readonly name: string }
    | { readonly kind: "egress"; readonly egress: string };
  /** Each a path of keys; `*` is any key. */
  readonly fields: readonly FieldPath[];
}

export type FieldPath = readonly string[];

export const anyKey = "*";

/** For what cannot be read: nothing is shown of anything. */
export const maskEverything: MaskRule = { cover: { kind: "functions", namespace: anyKey, name: anyKey }, fields: [[anyKey]] };
