/** FilterTree: what a row filter is made of. row-filter.ts reads and applies it, row-filter-text.ts writes it. */
export const filterFields = ["type", "id", "value", "is", "trace"] as const;
export type FilterField = (typeof filterFields)[number];
export const rowStatuses = ["completed", "failed", "parked", "act"] as const;

export type FilterTerm =
  /** The field's whole text, piece by piece; between two pieces stands anything. One piece: exactly that text. */
  | { readonly kind: "field"; readonly field: FilterField; readonly pieces: readonly string[] }
  /** Stands somewhere in what the row shows, whatever the case of its letters. */
  | { readonly kind: "text"; readonly text: string };

export interface RowFilter {
  readonly kind: "all-of";
  readonly terms: readonly FilterTerm[];
}
