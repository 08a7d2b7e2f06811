/**
 * completeFilter: lists what could stand at the caret of a filter: fields, what can be asked of one, and its known values. It is pure; the
 * page passes in the values that it knows. Neighbours: filter-subjects.ts and filter-words.ts have the words.
 */
import { filterFieldsOf, type FilterSubject, type FilterType } from "./filter-subjects.ts";
import { filterFunctions, filterMethods } from "./filter-words.ts";

/** What a page knows beyond the language: values of fields, and keys of documents, by path. */
export interface KnownOfRows {
  /** Known values by the path of their field: `type`, `state.tier`. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Known keys of documents by path: what is in `state`. */
  readonly keys?: Readonly<Record<string, readonly { readonly name: string; readonly detail: string; readonly type: FilterType }[]>>;
}

export interface FilterOption {
  /** The text that replaces everything from `from` to the caret. */
  readonly text: string;
  readonly label: string;
  readonly detail: string;
}

export interface FilterCompletion {
  readonly from: number;
  readonly options: readonly FilterOption[];
}

const optionsMax = 12;
const none: FilterCompletion = { from: 0, options: [] };
const path = String.raw`[A-Za-z_]\w*(?:\.\w+)*`;
const valueAt = new RegExp(String.raw`(${path})\s*(?:==|!=)\s*("[^"]*)?$`);
const wordAt = new RegExp(String.raw`(?:(${path})\.)?(\w*)$`);
const keysOfFailure = ["code", "message"].map((name) => ({ name, detail: "text", type: "text" as const }));

export function completeFilter(before: string, subject: FilterSubject, known: KnownOfRows = {}): FilterCompletion {
  const value = valueAt.exec(before);
  if (value?.[1] !== undefined) return valuesOf(value[1], { before, typed: value[2] ?? "", subject, known });
  // Inside quotes that belong to no field there is nothing to offer.
  if ((before.match(/"/g)?.length ?? 0) % 2 === 1) return none;
  const word = wordAt.exec(before);
  const typed = word?.[2] ?? "";
  const from = before.length - typed.length;
  const all = word?.[1] === undefined ? topLevel(subject, typed) : membersOf(word[1], subject, known);
  return { from, options: all.filter(({ label }) => fitsTyped(label, typed)).slice(0, optionsMax) };
}

interface ValuePlace {
  readonly before: string;
  readonly typed: string;
  readonly subject: FilterSubject;
  readonly known: KnownOfRows;
}

function valuesOf(of: string, { before, typed, subject, known }: ValuePlace): FilterCompletion {
  const field = filterFieldsOf[subject].find(({ name }) => name === of);
  const values = field?.values ?? known.values?.[of] ?? [];
  const wanted = typed.replace(/^"/, "");
  const options = values
    .filter((text) => text !== wanted && text.toLowerCase().includes(wanted.toLowerCase()))
    .slice(0, optionsMax)
    .map((text) => ({ text: JSON.stringify(text), label: JSON.stringify(text), detail: of }));
  return { from: before.length - typed.length, options };
}

function topLevel(subject: FilterSubject, typed: string): FilterOption[] {
  if (typed === "") return [];
  const fields = filterFieldsOf[subject].map(({ name, type, about }) => ({ text: name, label: name, detail: `${type}: ${about}` }));
  const functions = filterFunctions.map(({ name, form, about }) => ({ text: `${name}(`, label: form, detail: about }));
  return [...fields, ...functions].filter(({ text }) => text !== typed);
}

function membersOf(of: string, subject: FilterSubject, known: KnownOfRows): FilterOption[] {
  const field = filterFieldsOf[subject].find(({ name }) => name === of);
  const keys = known.keys?.[of] ?? (of === "failure" ? keysOfFailure : []);
  const ofKeys = keys.map(({ name, detail }) => ({ text: name, label: name, detail }));
  const type = field?.type ?? typeOfKey(of, known);
  const methods = filterMethods
    .filter(({ on }) => on === "any" || type === "any" || on === methodsOn[type])
    .map(({ form, about }) => ({ text: form, label: form, detail: about }));
  // For a document its keys are offered; hardly anything can be asked of it as a whole.
  return type === "document" && ofKeys.length > 0 ? ofKeys : [...ofKeys, ...methods];
}

const methodsOn: Readonly<Record<FilterType, string>> = {
  text: "text",
  number: "number",
  decimal: "number",
  time: "time",
  texts: "list",
  document: "document",
  any: "any",
};

function typeOfKey(of: string, { keys = {} }: KnownOfRows): FilterType {
  const dot = of.lastIndexOf(".");
  const parent = of.slice(0, Math.max(0, dot));
  if (parent === "failure" || parent === "headers") return "text";
  return keys[parent]?.find(({ name }) => name === of.slice(dot + 1))?.type ?? "any";
}

/**
 * Returns whether a word is offered. The order of the list ranks the words, and a word is offered only when it begins with what was typed.
 */
function fitsTyped(label: string, typed: string): boolean {
  return typed === "" || (label.toLowerCase().startsWith(typed.toLowerCase()) && label !== typed);
}
