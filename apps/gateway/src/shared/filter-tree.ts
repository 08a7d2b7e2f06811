/**
 * FilterTree: what a filter by names consists of. filter/filter-names.ts makes it, row-filter.ts applies it.
 */
export type FilterField = "type" | "id" | "value" | "is" | "trace";

export interface FilterTerm {
  readonly field: FilterField;
  /** The pieces of the field's whole text in order, with anything between two pieces. One piece means exactly that text. */
  readonly pieces: readonly string[];
}

/** Plain data, so that it passes between threads unchanged. */
export interface RowFilter {
  readonly kind: "all-of";
  readonly terms: readonly FilterTerm[];
}
