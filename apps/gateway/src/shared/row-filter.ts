/**
 * RowFilter: the part of a filter that can be decided by names alone, where a row happens, before its value is decoded: a small tree that
 * is copied to the threads of the engine and matched there. Neighbours: filter/filter-names.ts makes it, flow/tail-sampler.ts asks.
 */
import type { FilterField, RowFilter } from "./filter-tree.ts";
import { fitsPieces } from "./fits-pieces.ts";

export const everyRow: RowFilter = { kind: "all-of", terms: [] };

/** What is known of a row where it happens. */
export interface RowNames {
  readonly type: string;
  readonly id: string;
  readonly valueType: string;
  readonly status: string;
  readonly trace: number;
}

export function matchesNames(filter: RowFilter, names: RowNames): boolean {
  return filter.terms.every((term) => fitsPieces(term.pieces, fieldOf(term.field, names)));
}

function fieldOf(field: FilterField, names: RowNames): string {
  switch (field) {
    case "type":
      return names.type;
    case "id":
      return names.id;
    case "value":
      return names.valueType;
    case "is":
      return names.status;
    case "trace":
      return String(names.trace);
  }
}
