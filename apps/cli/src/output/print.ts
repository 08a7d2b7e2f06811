/**
 * print: prints one answer for a person (a table, or a line a field) or for a program (the whole answer as JSON, or one line of JSON for
 * each row).
 */
import { CliError } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { detailsOf, plainFields, tableOf, type Row } from "./table.ts";

export interface PrintOptions {
  /** Prints the whole answer, unchanged. */
  readonly json?: boolean | undefined;
  /** The columns to print, by name. */
  readonly fields?: string | undefined;
}

const columnsMax = 8;

export function print(io: Io, answer: unknown, options: PrintOptions): void {
  const rows = rowsOf(answer);
  if (options.fields !== undefined) return printFields(io, rows ?? [asRow(answer)], { ...options, fields: options.fields });
  if (options.json === true || !io.isTerminal) return io.out(`${JSON.stringify(answer, null, io.isTerminal ? 2 : undefined)}\n`);
  if (typeof answer === "string") return io.out(answer.endsWith("\n") ? answer : `${answer}\n`);
  if (rows === undefined) return io.out(`${detailsOf(asRow(answer))}\n`);
  if (rows.length === 0) return io.err("Nothing is there.\n");
  io.out(`${tableOf(rows, { fields: plainFields(rows, columnsMax), columns: io.columns })}\n`);
  const cursor = asRow(answer)["cursor"];
  if (typeof cursor === "string") io.err(`There is more: --cursor '${cursor}'\n`);
}

function printFields(
  io: Io,
  rows: readonly Row[],
  { fields, json }: { readonly fields: string; readonly json?: boolean | undefined },
): void {
  const known = new Set(rows.flatMap((row) => Object.keys(row)));
  const wanted = fields.split(",").map((name) => name.trim());
  const unknown = wanted.filter((name) => rows.length > 0 && !known.has(name));
  if (unknown.length > 0) throw new CliError("usage", `there is no field ${unknown.join(", ")}`, `Fields are ${[...known].join(", ")}.`);
  if (json === true || !io.isTerminal)
    for (const row of rows) io.out(`${JSON.stringify(Object.fromEntries(wanted.map((name) => [name, row[name] ?? null])))}\n`);
  else io.out(`${tableOf(rows, { fields: wanted, columns: io.columns })}\n`);
}

/** Returns the rows of a list: the answer itself, or its one field that is a list of objects. */
function rowsOf(answer: unknown): readonly Row[] | undefined {
  if (Array.isArray(answer)) return answer.map(asRow);
  if (typeof answer !== "object" || answer === null) return undefined;
  const fields = Object.entries(answer).filter(([name]) => name !== "cursor" && name !== "reach");
  const [only] = fields;
  return fields.length === 1 && only !== undefined && Array.isArray(only[1]) ? only[1].map(asRow) : undefined;
}

function asRow(value: unknown): Row {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : { value };
}
