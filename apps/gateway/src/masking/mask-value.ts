/**
 * maskDocument: returns a JSON text without the contents of its hidden fields. It is pure. What cannot be searched by field is hidden as a
 * whole: a text that is no JSON, a plain string, and a string at which a path does not end.
 * Guarantee: nothing of a hidden field is in the answer, not even of a field that occurs twice in the text.
 */
import { parseExactly } from "@signalbox/proto";
import type { HiddenFields } from "./mask-table.ts";
import { anyKey, type FieldPath } from "./mask-rule.ts";
import { maskText, type Mask } from "./masked-value.ts";

/** At this depth the search ends, and everything below is hidden. */
const depthMax = 64;
const pathsToldMax = 50;

export const wholeMask: Mask = { text: maskText, as: "text", paths: [""] };

/** Returns undefined when the document holds none of the fields. */
export function maskDocument(json: string, hidden: HiddenFields): Mask | undefined {
  try {
    return maskedDocument(parseExactly(json), hidden);
  } catch {
    return wholeMask;
  }
}

function maskedDocument(parsed: unknown, hidden: HiddenFields): Mask | undefined {
  if (typeof parsed === "string") return maskedString(parsed, hidden);
  const found = new Set<string>();
  const holder = { document: parsed };
  for (const path of hidden) hide(holder, ["document", ...path], { found, told: [], depth: 0 });
  if (found.size === 0) return undefined;
  if (found.has("")) return wholeMask;
  return { text: JSON.stringify(holder.document), as: "json", paths: [...found].slice(0, pathsToldMax) };
}

/** Masks a string that holds a document itself, because many clients send documents so. */
function maskedString(text: string, hidden: HiddenFields): Mask | undefined {
  if (!/^\s*[[{]/.test(text)) return wholeMask;
  const inner = maskDocument(text, hidden);
  return inner === undefined || inner.as === "text" ? inner : { ...inner, text: JSON.stringify(inner.text) };
}

interface Hiding {
  readonly found: Set<string>;
  /** The keys from the top down to here. */
  readonly told: readonly string[];
  readonly depth: number;
}

function hide(holder: object, path: FieldPath, at: Hiding): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  for (const key of Object.keys(holder)) {
    if (key !== first && first !== anyKey) continue;
    const value: unknown = Reflect.get(holder, key);
    const told = at.depth === 0 ? [] : [...at.told, key];
    if (rest.length === 0 || isClosed(value) || at.depth >= depthMax) replace(holder, key, { ...at, told });
    else if (Array.isArray(value)) hideInList(value, rest, { ...at, told, depth: at.depth + 1 });
    else if (isObject(value)) hide(value, rest, { ...at, told, depth: at.depth + 1 });
  }
}

/** A path passes through lists: `items.name` is the name of each item. */
function hideInList(list: unknown[], path: FieldPath, at: Hiding): void {
  for (const [place, value] of list.entries()) {
    if (isClosed(value) || at.depth >= depthMax) {
      at.found.add(at.told.join("."));
      list[place] = maskText;
    } else if (Array.isArray(value)) hideInList(value, path, { ...at, depth: at.depth + 1 });
    else if (isObject(value)) hide(value, path, { ...at, depth: at.depth + 1 });
  }
}

function replace(holder: object, key: string, { found, told }: Hiding): void {
  found.add(told.join("."));
  Object.defineProperty(holder, key, { value: maskText, enumerable: true, configurable: true, writable: true });
}

/** Returns whether the value cannot be searched by field: a string may hold anything, even a document. */
function isClosed(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isRawNumber(value);
}

/** Returns whether the value is a number. Numbers keep their digits as raw JSON, which is a frozen object without a prototype. */
function isRawNumber(value: object): boolean {
  return Object.isFrozen(value) && Object.getPrototypeOf(value) === null;
}
