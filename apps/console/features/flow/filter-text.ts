/**
 * The tail's filter as one line of text and as fields: `type:shop/cart id:bob value:shop/add-item is:failed refund`.
 * Words without a known prefix are searched in the row. Pure; the URL holds the fields.
 */
import type { TailFilter } from "../../trpc/views.ts";

export const statuses = ["completed", "failed", "parked"] as const;
export type TailStatus = (typeof statuses)[number];

export interface FilterFields {
  type: string | null;
  id: string | null;
  value: string | null;
  is: TailStatus | null;
  q: string | null;
}

export const noFilter: FilterFields = { type: null, id: null, value: null, is: null, q: null };

export type ParsedFilter = { kind: "ok"; fields: FilterFields } | { kind: "error"; message: string };

const prefixes = ["type", "id", "value"] as const;

export function parseFilter(text: string): ParsedFilter {
  const fields: FilterFields = { ...noFilter };
  const words: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const at = word.indexOf(":");
    const key = word.slice(0, Math.max(at, 0));
    const rest = word.slice(at + 1);
    const prefix = prefixes.find((known) => known === key);
    if (prefix !== undefined) {
      if (rest === "") return { kind: "error", message: `${prefix}: needs a text after it` };
      fields[prefix] = rest;
    } else if (key === "is") {
      const status = statuses.find((known) => known === rest);
      if (status === undefined) return { kind: "error", message: `is: takes ${statuses.join(", ")}` };
      fields.is = status;
    } else {
      words.push(word);
    }
  }
  if (words.length > 0) fields.q = words.join(" ");
  return { kind: "ok", fields };
}

export function filterText({ type, id, value, is, q }: FilterFields): string {
  const parts = [
    type === null ? "" : `type:${type}`,
    id === null ? "" : `id:${id}`,
    value === null ? "" : `value:${value}`,
    is === null ? "" : `is:${is}`,
    q ?? "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

export function toTailFilter({ type, id, value, is, q }: FilterFields): TailFilter {
  return {
    ...(type === null ? {} : { type }),
    ...(id === null ? {} : { id }),
    ...(value === null ? {} : { valueType: value }),
    ...(is === null ? {} : { status: is }),
    ...(q === null ? {} : { text: q }),
  };
}

export function isEmpty(fields: FilterFields): boolean {
  return filterText(fields) === "";
}
