/**
 * EntityExport: the entities that match, with their state, as lines of JSON or CSV, in pieces as they are read. The state columns of CSV
 * are those of the first matching page; the rest of a row's state is in its last column, so that nothing is left out. Cells that a
 * spreadsheet would run as a formula begin with '. Guarantee: no more than `limit` rows and one page in memory, however large the type is;
 * it stops when nobody reads it any more.
 */
import type { EntityView } from "@signalbox/runtime";
import type { EntityCell, exportFormats } from "../../contract/entities/entity-rows.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { columnsOf, entityCells } from "./entity-cells.ts";
import { sizeOf, writtenOf } from "./entity-fields.ts";
import { scanEntities, type EntityChoice, type Scanned, type ScanParts } from "./entity-scan.ts";

interface ExportOptions {
  readonly format: (typeof exportFormats)[number];
  readonly limit: number;
}

export async function* exportEntities(parts: ScanParts, choice: EntityChoice, { format, limit }: ExportOptions): AsyncGenerator<string> {
  let left = limit;
  let columns: string[] | undefined;
  for await (const { fitting } of scanEntities(parts, choice, { views: true })) {
    const rows = fitting.slice(0, left);
    left -= rows.length;
    if (format === "csv" && columns === undefined && rows.length > 0) {
      columns = columnsOf(rows.map(({ view }) => ({ cells: cellsOf(view, parts.values) }))).map(({ path }) => path);
      yield csvHead(columns);
    }
    const lines = rows.map((row) => (columns === undefined ? jsonLine(row, parts.values) : csvRow(row, { columns, values: parts.values })));
    if (lines.length > 0) yield lines.join("");
    if (left === 0) return;
  }
  // An export without rows still has the head with the columns that all rows have.
  if (format === "csv" && columns === undefined) yield csvHead([]);
}

function csvHead(columns: readonly string[]): string {
  return csvLine(["type", "id", "status", "waiting", "written", ...columns, "other"]);
}

function cellsOf(view: EntityView | undefined, values: ValueCodec): EntityCell[] {
  return view === undefined ? [] : entityCells(view, values);
}

/** Values are JSON where there is a decoder, and base64 where there is none. */
function jsonLine({ summary, view }: Scanned, values: ValueCodec): string {
  const { address, status, mailboxDepth } = summary;
  const about = { ...address, status, mailboxDepth, sizeBytes: sizeOf(view), writtenMs: writtenOf(view) ?? null };
  const state = (view?.state ?? []).flatMap(({ name, value }) => {
    if (value === undefined) return [];
    return [`${JSON.stringify(name)}:${values.json(value) ?? JSON.stringify({ base64: Buffer.from(value.bytes).toString("base64") })}`];
  });
  return `${JSON.stringify(about).slice(0, -1)},"state":{${state.join(",")}}}\n`;
}

function csvRow({ summary, view }: Scanned, { columns, values }: { columns: readonly string[]; values: ValueCodec }): string {
  const cells = cellsOf(view, values);
  const byPath = new Map(cells.map((cell) => [cell.path, cell]));
  const known = columns.map((path) => csvText(byPath.get(path)));
  const others = cells.filter(({ path }) => !columns.includes(path)).map(({ path, text }) => [path, text]);
  const { address, status, mailboxDepth } = summary;
  const writtenMs = writtenOf(view);
  const written = writtenMs === undefined ? "" : new Date(writtenMs).toISOString();
  const other = others.length === 0 ? "" : JSON.stringify(Object.fromEntries(others));
  return csvLine([inert(address.type), inert(address.id), status, String(mailboxDepth), written, ...known, other]);
}

function csvText(cell: EntityCell | undefined): string {
  if (cell === undefined) return "";
  return cell.kind === "number" ? cell.text : inert(cell.text);
}

/** Makes a cell that no spreadsheet runs as a formula. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(",")}\r\n`;
}
