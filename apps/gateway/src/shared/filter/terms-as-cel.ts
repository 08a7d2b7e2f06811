/**
 * termsAsCel: translates the older way to write a filter, `type:shop/cart id:order-* is:failed trace:812 "refund late"`, into CEL, so that
 * old links and habits still work. Plain words are searched for. Neighbours: row-filter-text.ts cuts the line, compile-filter.ts asks here
 * first.
 */
import { readTerms } from "../row-filter-text.ts";
import type { CompiledFilter } from "./compile-filter.ts";
import { filterFieldsOf, type FilterSubject } from "./filter-subjects.ts";

type Read = ReturnType<typeof readTerms>[number];
type Named = Extract<Read, { kind: "named" }>;

export type TermsRead =
  | { readonly kind: "cel"; readonly text: string }
  | { readonly kind: "no-terms" }
  | Extract<CompiledFilter, { kind: "error" }>;

const termsMax = 16;
const older: Readonly<Record<string, string>> = { type: "type", id: "id", value: "valueType", is: "status", trace: "trace" };
/** Matches `id:x` with nothing in between. In CEL a colon comes only after a question mark. */
const hasTerm = /(?:^|\s)(?:type|id|value|is|trace):(?:\S|$)/;
const plainWord = /^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u;

export function termsAsCel(text: string, subject: FilterSubject): TermsRead {
  const terms = readTerms(text);
  if (!hasTerm.test(text) || text.includes("?")) {
    const words = terms.map((term) => (term.kind === "text" && isSought(term, text, subject) ? term.text : undefined));
    if (words.length === 0 || words.length > termsMax || words.includes(undefined)) return { kind: "no-terms" };
    return { kind: "cel", text: words.map((word) => sought(word ?? "", subject)).join(" && ") };
  }
  const parts: string[] = [];
  for (const term of terms.slice(0, termsMax + 1)) {
    if (term.kind === "error") return fault(term, term.message);
    const part = term.kind === "text" ? { kind: "cel" as const, text: sought(term.text, subject) } : named(term, subject);
    if (part.kind === "error") return part;
    parts.push(part.text);
  }
  if (parts.length > termsMax) return fault({ at: 0, until: text.length }, `A filter has at most ${termsMax} terms.`);
  return { kind: "cel", text: parts.join(" && ") };
}

/**
 * Returns whether a plain word is searched for. A word that could become the name of a field is left to CEL, because somebody may still be
 * writing it.
 */
function isSought(term: Extract<Read, { kind: "text" }>, text: string, subject: FilterSubject): boolean {
  if (text[term.at] === '"') return true;
  if (!plainWord.test(term.text) || /^(?:true|false|null|in)$/.test(term.text)) return false;
  return term.at > 0 || term.until < text.length || !filterFieldsOf[subject].some(({ name }) => name.startsWith(term.text));
}

function named(term: Named, subject: FilterSubject): { kind: "cel"; text: string } | Extract<CompiledFilter, { kind: "error" }> {
  const field = fieldOf(term.name, subject);
  if (field === undefined) return fault(term, `There is no field ${term.name}.`);
  const [only = "", ...more] = term.pieces;
  if (only === "" && more.length === 0 && !term.quoted) return fault(term, `${term.name}: needs a text after it.`);
  const pattern = term.pieces.join("*");
  if (field.name === "trace") {
    if (!/^[\d*]+$/.test(pattern)) return fault({ at: term.valueAt, until: term.until }, "trace: takes a number.");
    return { kind: "cel", text: more.length === 0 ? `trace == ${BigInt(pattern)}` : `string(trace).like(${quoted(pattern)})` };
  }
  const { values } = field;
  if (values !== undefined && more.length === 0 && !values.includes(only))
    return fault({ at: term.valueAt, until: term.until }, `${term.name}: takes ${values.join(", ")}.`);
  return { kind: "cel", text: more.length === 0 ? `${field.name} == ${quoted(only)}` : `${field.name}.like(${quoted(pattern)})` };
}

function fieldOf(name: string, subject: FilterSubject) {
  const wanted = subject === "failure" && name === "type" ? "where" : older[name];
  return filterFieldsOf[subject].find((field) => field.name === wanted);
}

function sought(word: string, subject: FilterSubject): string {
  return subject === "entity" ? `id.contains(${quoted(word)})` : `text.holds(${quoted(word)})`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function fault({ at, until }: { at: number; until: number }, message: string): Extract<CompiledFilter, { kind: "error" }> {
  const cure =
    'Write it in CEL, as type == "shop/cart" && status == "failed", or as type:shop/cart is:failed. What is looked for stands in quotes.';
  return { kind: "error", unfinished: false, at, until, message, cure };
}
