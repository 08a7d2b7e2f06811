/**
 * RowFilter: the filter of the live tail as one small tree, read from one line of text. The browser and the gateway run this same module, so a
 * row that one lets in the other lets in too. A filter is exact: `type:shop/cart` is that type alone, `*` stands for any run of
 * characters, all terms must hold, and what is no known field is refused with its place, never searched for in silence.
 *   type:shop/cart id:order-* is:failed trace:812 "refund late"
 * It imports nothing but types: a border test holds it to that.
 */
import { filterFields, rowStatuses, type FilterField, type FilterTerm, type RowFilter } from "./filter-tree.ts";
import { readTerms } from "./row-filter-text.ts";

/** Longer filters are refused. */
export const filterCharactersMax = 1_024;
export const filterTermsMax = 16;

export const everyRow: RowFilter = { kind: "all-of", terms: [] };

export type ParsedFilter =
  | { readonly kind: "ok"; readonly filter: RowFilter }
  /** `at` to `until`: the characters that are wrong. */
  | { readonly kind: "error"; readonly message: string; readonly at: number; readonly until: number };

/** What of a row is known where it happens, before its value is decoded. */
export interface RowNames {
  readonly type: string;
  readonly id: string;
  readonly valueType: string;
  readonly status: string;
  readonly trace: number;
}

/** What a row shows. */
export interface FilterableRow extends Omit<RowNames, "type" | "id"> {
  readonly address: { readonly type: string; readonly id: string };
  readonly word: string;
  readonly preview: string;
}

export function parseFilter(text: string): ParsedFilter {
  if (text.length > filterCharactersMax) {
    const message = `A filter has at most ${filterCharactersMax} characters; this one has ${text.length}.`;
    return { kind: "error", message, at: filterCharactersMax, until: text.length };
  }
  const terms: FilterTerm[] = [];
  const seen = new Set<FilterField>();
  for (const read of readTerms(text)) {
    if (read.kind === "error") return read;
    const term = termOf(read);
    if (term.kind === "error") return term;
    if (term.kind === "field" && seen.has(term.field)) {
      const message = `${term.field}: stands twice, and no row has two. Leave one, or use * for what differs.`;
      return { kind: "error", message, at: read.at, until: read.until };
    }
    if (term.kind === "field") seen.add(term.field);
    terms.push(term);
    if (terms.length > filterTermsMax)
      return { kind: "error", message: `A filter has at most ${filterTermsMax} terms.`, at: read.at, until: text.length };
  }
  return { kind: "ok", filter: { kind: "all-of", terms } };
}

type Read = Exclude<ReturnType<typeof readTerms>[number], { kind: "error" }>;

function termOf(read: Read): FilterTerm | Extract<ParsedFilter, { kind: "error" }> {
  const { at, until } = read;
  if (read.kind === "text") return { kind: "text", text: read.text };
  const field = filterFields.find((known) => known === read.name);
  const refused = (message: string, from = at): ReturnType<typeof termOf> => ({ kind: "error", message, at: from, until });
  if (field === undefined) {
    const known = filterFields.map((name) => `${name}:`).join(" ");
    return refused(`There is no field ${read.name}. Fields are ${known}. To look for the text itself, put it in quotes.`);
  }
  if (read.pieces.length === 1 && read.pieces[0] === "" && !read.quoted) return refused(`${field}: needs a text after it.`);
  if (field === "is" && !rowStatuses.some((status) => fitsPieces(read.pieces, status)))
    return refused(`is: takes ${rowStatuses.join(", ")}.`, read.valueAt);
  if (field === "trace" && !read.pieces.every((piece) => /^\d*$/.test(piece))) return refused("trace: takes a number.", read.valueAt);
  return { kind: "field", field, pieces: read.pieces };
}

/** The field terms alone: what can be told before the value is decoded. */
export function matchesNames(filter: RowFilter, names: RowNames): boolean {
  return filter.terms.every((term) => term.kind === "text" || fitsPieces(term.pieces, fieldOf(term.field, names)));
}

export function matchesRow(filter: RowFilter, row: FilterableRow): boolean {
  const { type, id } = row.address;
  const names: RowNames = { type, id, valueType: row.valueType, status: row.status, trace: row.trace };
  if (!matchesNames(filter, names)) return false;
  return filter.terms.every((term) => {
    if (term.kind === "field") return true;
    const wanted = term.text.toLowerCase();
    return [row.preview, type, id, row.valueType, row.word].some((part) => part.toLowerCase().includes(wanted));
  });
}

export function looksForText(filter: RowFilter): boolean {
  return filter.terms.some((term) => term.kind === "text");
}

function fieldOf(field: FilterField, names: RowNames): string {
  switch (field) {
    case "type":
      return names.type;
    case "id":
      return names.id;
    case "value":
      return names.valueType;
    case "is":
      return names.status;
    case "trace":
      return String(names.trace);
  }
}

/** Linear in the text: each piece is looked for once, from where the one before it ended. */
export function fitsPieces(pieces: readonly string[], text: string): boolean {
  const [first = "", ...rest] = pieces;
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = rest[rest.length - 1] ?? "";
  let from = first.length;
  for (const piece of rest.slice(0, -1)) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
