/** FilterTree: what a filter by names is made of. filter/filter-names.ts makes it, row-filter.ts applies it. */
export type FilterField = "type" | "id" | "value" | "is" | "trace";

export interface FilterTerm {
  readonly field: FilterField;
  /** The field's whole text, piece by piece; between two pieces stands anything. One piece: exactly that text. */
  readonly pieces: readonly string[];
}

/** Plain data: it passes between threads as it is. */
export interface RowFilter {
  readonly kind: "all-of";
  readonly terms: readonly FilterTerm[];
}
