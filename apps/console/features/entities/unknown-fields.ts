/**
 * unknownFields: the fields of the state that a filter asks for and that none of the given entities has, each with the one that was
 * probably meant. The columns of its row tell what an entity has; where these are cut, nothing is reported. Pure. Neighbour:
 * no-entities.tsx asks.
 */
import { nearestWord } from "@signalbox/gateway/shared";

export interface UnknownField {
  readonly path: string;
  /** Undefined when no field is near. */
  readonly near: string | undefined;
}

/** The number of columns to which the gateway cuts a row (services/entities/entity-cells.ts). */
const columnsMax = 32;
const texts = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const asked = /\bstate\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(\s*\()?/g;

export function unknownFields(filter: string, columns: readonly string[]): UnknownField[] {
  if (columns.length === 0 || columns.length >= columnsMax) return [];
  const paths = [...filter.replaceAll(texts, '""').matchAll(asked)].flatMap(([, path = "", call]) =>
    // A name that is called is a method of what precedes it.
    call === undefined ? [path] : path.split(".").slice(0, -1).join("."),
  );
  const known = (path: string): boolean =>
    columns.some((column) => column === path || column.startsWith(`${path}.`) || path.startsWith(`${column}.`));
  const missing = [...new Set(paths)].filter((path) => path !== "" && !known(path));
  return missing.map((path) => ({ path, near: nearestWord(path, columns) ?? nearestEnd(path, columns) }));
}

/** Finds a field of a document that was written without the document: `items` for `basket.items`. */
function nearestEnd(path: string, columns: readonly string[]): string | undefined {
  const ends = new Map(columns.map((column) => [endOf(column), column]));
  return ends.get(nearestWord(endOf(path), ends.keys()) ?? "");
}

function endOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
