/** entityCells: the state of an entity as cells of a table: a plain value is one cell; of a document each plain top-level field is one. */
import type { EntityView } from "@signalbox/runtime";
import type { EntityCell, EntityColumn } from "../../contract/entities/entity-rows.ts";
import { filterValue } from "../../flow/row-fields.ts";
import { ValueTooLarge, type FilterValue } from "../../shared/filter/filter-values.ts";
import type { ValueCodec } from "../../values/value-codec.ts";

const cellsMax = 32;
const cellCharactersMax = 160;

export function entityCells({ state }: Pick<EntityView, "state">, values: ValueCodec): EntityCell[] {
  return state.flatMap(({ name, value }) => (value === undefined ? [] : cellsOf(name, readable(value, values)))).slice(0, cellsMax);
}

export function columnsOf(rows: readonly { readonly cells: readonly EntityCell[] }[]): EntityColumn[] {
  const columns = new Map<string, EntityColumn>();
  for (const { path, kind } of rows.flatMap(({ cells }) => cells)) {
    const known = columns.get(path);
    columns.set(path, { path, kind: known === undefined || known.kind === kind ? kind : "other" });
    if (columns.size >= cellsMax) break;
  }
  return [...columns.values()];
}

function readable(value: NonNullable<EntityView["state"][number]["value"]>, values: ValueCodec): FilterValue {
  try {
    return filterValue(value, values);
  } catch (error) {
    if (error instanceof ValueTooLarge) return `${value.bytes.length} bytes`;
    throw error;
  }
}

function cellsOf(name: string, value: FilterValue): EntityCell[] {
  if (typeof value !== "object" || value === null || value instanceof Date || Array.isArray(value)) return [cellOf(name, value)];
  return Object.entries(value).map(([key, held]) => cellOf(`${name}.${key}`, held));
}

function cellOf(path: string, value: FilterValue): EntityCell {
  if (typeof value === "bigint" || typeof value === "number") return { path, kind: "number", text: String(value) };
  if (typeof value === "string") return { path, kind: "text", text: value.slice(0, cellCharactersMax) };
  if (typeof value === "boolean") return { path, kind: "flag", text: String(value) };
  return { path, kind: "other", text: plainJson(value).slice(0, cellCharactersMax) };
}

/** Only for display; the value itself is on the entity's page. */
function plainJson(value: FilterValue): string {
  return JSON.stringify(value, (_key, held: unknown) => (typeof held === "bigint" ? Number(held) : held)) ?? "null";
}
