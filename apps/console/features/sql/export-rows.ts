/**
 * ExportRows: the rows of an answer as CSV (RFC 4180) or JSON Lines, and how a cell becomes text.
 */
import type { SqlAnswer } from "../../trpc/views.ts";

type Cell = SqlAnswer["rows"][number][number];
type Result = Pick<SqlAnswer, "columns" | "rows">;

export function cellText(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** Spreadsheet programs run a text that begins like a formula; a quote before it keeps it a text. */
function csvCell(cell: Cell): string {
  const text = cellText(cell);
  const safe = typeof cell === "string" && /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv({ columns, rows }: Result): string {
  const lines = [columns.map(({ name }) => csvCell(name)), ...rows.map((row) => row.map(csvCell))];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

export function toJsonLines({ columns, rows }: Result): string {
  return rows.map((row) => `${JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))}\n`).join("");
}

export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
