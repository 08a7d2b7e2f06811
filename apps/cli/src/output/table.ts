/**
 * Tables for people: aligned columns, cut at the width of the terminal. Programs use --json instead.
 */
import { plain } from "./plain.ts";

const gap = "  ";
const cellCharactersMax = 60;

export type Row = Readonly<Record<string, unknown>>;

export function tableOf(
  rows: readonly Row[],
  { fields, columns }: { readonly fields: readonly string[]; readonly columns: number },
): string {
  const cells = rows.map((row) => fields.map((name) => cellOf(row[name])));
  const heads = fields.map((name) => name.toUpperCase());
  const widths = heads.map((head, index) => Math.max(head.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join(gap)
      .trimEnd()
      .slice(0, columns);
  return [heads, ...cells].map(line).join("\n");
}

/** Prints one object, a line a field. */
export function detailsOf(row: Row): string {
  const width = Math.max(0, ...Object.keys(row).map((name) => name.length));
  return Object.entries(row)
    .map(
      ([name, value]) =>
        `${name.padEnd(width)}${gap}${typeof value === "object" && value !== null ? JSON.stringify(value) : cellOf(value, Infinity)}`,
    )
    .join("\n");
}

/** Returns the fields that are worth a column: those with plain values in the first rows. */
export function plainFields(rows: readonly Row[], fieldsMax: number): string[] {
  const names = new Set(rows.slice(0, 20).flatMap((row) => Object.keys(row)));
  return [...names].filter((name) => rows.some((row) => isShort(row[name]))).slice(0, fieldsMax);
}

function isShort(value: unknown): boolean {
  return (typeof value !== "object" && value !== undefined) || isAddress(value);
}

function isAddress(value: unknown): value is { readonly type: string; readonly id: string } {
  return typeof value === "object" && value !== null && "type" in value && "id" in value && Object.keys(value).length === 2;
}

function cellOf(value: unknown, charactersMax: number = cellCharactersMax): string {
  if (value === null || value === undefined) return "–";
  const text = isAddress(value)
    ? `${value.type}/${value.id}`
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value as string | number | boolean);
  const line = plain(text);
  return line.length <= charactersMax ? line : `${line.slice(0, charactersMax - 1)}…`;
}
