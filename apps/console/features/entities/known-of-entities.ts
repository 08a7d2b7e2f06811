/**
 * knownOfEntities: what completion can offer for a type's state: the fields and values of the loaded rows.
 */
import type { KnownOfRows } from "@signalbox/gateway/filter";
import type { EntityColumn, EntityDataRow } from "../../trpc/views.ts";

export function knownOfEntities(rows: readonly EntityDataRow[], columns: readonly EntityColumn[]): KnownOfRows {
  const keys: Record<string, { name: string; detail: string; type: "text" | "number" | "any" | "document" }[]> = {};
  const values: Record<string, string[]> = { id: rows.slice(0, 50).map(({ address }) => address.id) };
  for (const { path, kind } of columns) {
    const parts = path.split(".");
    const name = parts.pop() ?? "";
    const parent = ["state", ...parts].join(".");
    const cells = rows.flatMap((row) => row.cells.filter((cell) => cell.path === path));
    const texts = [...new Set(cells.map(({ text }) => text))];
    const some = kind === "text" ? `, ${texts.slice(0, 3).join(", ")}` : "";
    const type = kind === "text" || kind === "number" ? kind : "any";
    (keys[parent] ??= []).push({ name, detail: `${kind}, ${cells.length} of ${rows.length} rows have it${some}`, type });
    const [outer] = parts;
    if (outer !== undefined && !(keys["state"] ?? []).some((key) => key.name === outer))
      (keys["state"] ??= []).push({ name: outer, detail: "document", type: "document" });
    if (kind === "text") values[`state.${path}`] = texts;
  }
  return { keys, values };
}
