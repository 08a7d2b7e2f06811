/**
 * FormShape: the fields of a document as a form has them: those that its type declares when that is known (a protobuf descriptor), and
 * those that are in the document; without a declared shape, those in the document. Pure; the document is the only source, and a field
 * writes into it.
 */
import type { ValueShape } from "../../trpc/views.ts";

export interface FormField {
  /** The keys and indexes from the document's root. */
  path: readonly (string | number)[];
  label: string;
  shape: ValueShape;
  /** Undefined when it is not in the document. */
  value: unknown;
}

const FIELDS_MAX = 100;
const DEPTH_MAX = 6;

/** Returns undefined when the text is no JSON document with fields. */
export function fieldsOf(text: string, shape: ValueShape | null): readonly FormField[] | undefined {
  const document = text.trim() === "" && shape?.kind === "object" ? {} : parsed(text);
  if (!isRecord(document)) return undefined;
  const fields: FormField[] = [];
  collect(document, shape, { path: [], fields });
  return fields;
}

/** Returns the document with the field written, or without it (undefined). */
export function withField(text: string, path: FormField["path"], value: unknown): string {
  const document = parsed(text) ?? {};
  return JSON.stringify(written(document, path, value), undefined, 2);
}

function collect(value: unknown, shape: ValueShape | null, at: { path: FormField["path"]; fields: FormField[] }): void {
  const { path, fields } = at;
  if (fields.length >= FIELDS_MAX) return;
  const own = shape ?? shapeOf(value);
  if (own.kind === "object" && path.length < DEPTH_MAX) {
    const record = isRecord(value) ? value : {};
    const declared = new Map((own.fields ?? []).map(({ name, shape: field }) => [name, field]));
    for (const name of new Set([...declared.keys(), ...Object.keys(record)]))
      collect(record[name], declared.get(name) ?? null, { path: [...path, name], fields });
  } else if (own.kind === "array" && Array.isArray(value) && path.length < DEPTH_MAX) {
    for (const [index, item] of value.entries()) collect(item, own.items ?? null, { path: [...path, index], fields });
  } else fields.push({ path, label: labelOf(path), shape: own, value });
}

function labelOf(path: FormField["path"]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`)).join("");
}

function shapeOf(value: unknown): ValueShape {
  if (typeof value === "string") return { kind: "string" };
  if (typeof value === "number") return { kind: "number" };
  if (typeof value === "boolean") return { kind: "boolean" };
  if (Array.isArray(value)) return { kind: value.length === 0 ? "any" : "array" };
  return isRecord(value) && Object.keys(value).length > 0 ? { kind: "object" } : { kind: "any" };
}

function written(value: unknown, path: FormField["path"], to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (typeof key === "number") {
    const items: unknown[] = Array.isArray(value) ? value : [];
    return items.map((item, index) => (index === key ? written(item, rest, to) : item));
  }
  const record = isRecord(value) ? value : {};
  const next = written(record[key], rest, to);
  return next === undefined ? Object.fromEntries(Object.entries(record).filter(([name]) => name !== key)) : { ...record, [key]: next };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
