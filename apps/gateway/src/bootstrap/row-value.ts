/**
 * RowValue: turns the value of a row of SQL into the bytes of a state value. Neighbours: row-query.ts says what each column is,
 * state-writer.ts keeps the result. A type name in the row decides: a built-in type takes what it can hold, a type of a descriptor set
 * takes its JSON, every other type takes JSON, and all take bytes. Without a type name the SQL type decides.
 */
import { encodeValue, isBuiltInTypename, isValueOfItsType, type DescriptorRegistry } from "@signalbox/proto";

export type RowValue =
  | { readonly kind: "ok"; readonly typename: string; readonly bytes: Uint8Array; readonly text: string }
  | { readonly kind: "error"; readonly problem: string; readonly cure: string };

/** A cell as DuckDB gives it: BIGINT is a bigint, and nested values are JSON text. */
export type Cell = string | number | bigint | boolean | Uint8Array | null;

export interface ValueOptions {
  /** The typename that the row names; null when it names none. */
  readonly typename: string | null;
  /** The type that the SQL type stands for; undefined when it stands for none, and then the row must name a type. */
  readonly ofColumn: string | undefined;
  readonly descriptors: DescriptorRegistry;
}

const typenamePattern = /^[^\0\s][^\0]{0,1023}$/;

export function rowValue(cell: Cell, { typename: named, ofColumn, descriptors }: ValueOptions): RowValue {
  if (cell === null) return refused("value is NULL", "leave the row out: WHERE value IS NOT NULL");
  const typename = named ?? ofColumn;
  if (typename === undefined)
    return refused("its SQL type stands for no built-in type", "add a column typename, or CAST the value: ::BIGINT, ::DOUBLE, ::VARCHAR");
  if (!typenamePattern.test(typename))
    return refused(`${JSON.stringify(typename.slice(0, 80))} is no type name`, "write <namespace>/<name>, such as shop/basket");
  if (cell instanceof Uint8Array) return bytesValue(typename, cell);
  const text = textFor(typename, cell, descriptors);
  if (text === undefined)
    return refused(`the text is no JSON, and ${typename} is no text type`, "give JSON (to_json(…)), or the bytes as a BLOB");
  const encoded = encodeValue(typename, text, descriptors);
  if (encoded.kind === "error") return refused(encoded.reason, `CAST it to what ${typename} takes, or name another typename`);
  return { kind: "ok", typename, bytes: encoded.bytes, text };
}

function bytesValue(typename: string, bytes: Uint8Array): RowValue {
  if (!isValueOfItsType(typename, bytes)) return refused(`the bytes are no ${typename}`, "give the value itself instead of a BLOB");
  return { kind: "ok", typename, bytes, text: `${bytes.length} bytes` };
}

/** Returns the JSON of the cell; undefined when JSON is wanted and the text is none. */
function textFor(typename: string, cell: Exclude<Cell, null | Uint8Array>, descriptors: DescriptorRegistry): string | undefined {
  if (typeof cell !== "string") return typename === "io.statefun.types/string" ? JSON.stringify(String(cell)) : scalarText(cell);
  if (typename === "io.statefun.types/string") return JSON.stringify(cell);
  if (isBuiltInTypename(typename) || descriptors.lookup(typename) !== undefined) return cell;
  try {
    JSON.parse(cell);
    return cell;
  } catch {
    return undefined;
  }
}

function scalarText(cell: number | bigint | boolean): string {
  return typeof cell === "number" && !Number.isFinite(cell) ? JSON.stringify(String(cell)) : String(cell);
}

function refused(problem: string, cure: string): RowValue {
  return { kind: "error", problem, cure };
}
