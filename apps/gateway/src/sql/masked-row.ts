/**
 * maskedRow: a row of a savepoint file as people see it: its value and its bytes have passed the masks. Neighbours: sql-query.ts,
 * masking/masks.ts.
 */
import type { HiddenFields } from "../masking/mask-table.ts";
import { maskOf } from "../masking/masked-value.ts";
import type { Masks } from "../masking/masks.ts";
import type { savepointTables, SqlCell, SqlRow } from "./sql-tables.ts";

export type SavepointTable = (typeof savepointTables)[number];

export function maskedRow(masks: Masks, { name, columns }: SavepointTable, row: SqlRow): SqlRow {
  const names = Object.keys(columns);
  const cell = (column: string): SqlCell => row[names.indexOf(column)] ?? null;
  const text = (column: string): string | undefined => {
    const found = cell(column);
    return typeof found === "string" ? found : undefined;
  };
  const typename = text("typename");
  const bytes = cell("bytes");
  if (!(bytes instanceof Uint8Array)) return row;
  // A file that was written by hand may lack the type.
  const value = masks.typed({ typename: typename ?? "", bytes }, hiddenOf(masks, name, text));
  const mask = maskOf(value);
  if (mask === undefined) return row;
  const shown = mask.as === "json" ? mask.text : JSON.stringify(mask.text);
  return row.map((old, at) => (names[at] === "value" ? shown : names[at] === "bytes" ? value.bytes : old));
}

function hiddenOf({ table }: Masks, name: SavepointTable["name"], text: (column: string) => string | undefined): HiddenFields {
  switch (name) {
    case "savepoint_state":
      return table.state(text("type") ?? "", text("name") ?? "");
    case "savepoint_message":
    case "savepoint_delayed_message":
      return table.message(text("target_type"), text("caller_type"));
    case "savepoint_egress_record":
      return table.egress(text("egress") ?? "", text("from_type"));
  }
}
