/**
 * maskDocument: a JSON text without what its hidden fields held. Pure. What cannot be looked into by field is hidden whole: text that is no JSON,
 * a plain string, a field that a path goes on below and that is a string itself.
 * Guarantee: nothing of a hidden field is in the answer, not even of one that stands in the text twice.
 */
import { parseExactly } from "@signalbox/proto";
import type { HiddenFields } from "./mask-table.ts";
import { anyKey, type FieldPath } from "./mask-rule.ts";
import { maskText, type Mask } from "./masked-value.ts";

/** Below it nothing is looked for: all of it is hidden. */
const depthMax = 64;
const pathsToldMax = 50;

export const wholeMask: Mask = { text: maskText, as: "text", paths: [""] };

/** Undefined: the document holds none of the fields. */
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

/** Many send a document as a string. */
function maskedString(text: string, hidden: HiddenFields): Mask | undefined {
  if (!/^\s*[[{]/.test(text)) return wholeMask;
  const inner = maskDocument(text, hidden);
  return inner === undefined || inner.as === "text" ? inner : { ...inner, text: JSON.stringify(inner.text) };
}

interface Hiding {
  readonly found: Set<string>;
  /** Keys down to here. */
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

/** A path passes through lists: `items.name` is the name of each. */
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

/** A string may hold anything, a document too. */
function isClosed(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isRawNumber(value);
}

/** Numbers keep their digits as raw JSON, which is an object without a prototype. */
function isRawNumber(value: object): boolean {
  return Object.isFrozen(value) && Object.getPrototypeOf(value) === null;
}
