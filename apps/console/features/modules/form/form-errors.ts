/**
 * FormErrors: puts the gateway's issues to the fields that they are about; an issue that no field shows goes to the nearest thing that the
 * form does show. Pure.
 */
import type { ModuleIssue } from "../../../trpc/views.ts";
import { fieldsAt, type FieldShape, type FormField, type FormKind } from "./form-shape.ts";
import { documentsOf, placesAt, type FormPath, type FormValue } from "./module-document.ts";

/** Messages by placeKey; the key of a component alone holds what is wrong with it as a whole. */
export type FormErrors = ReadonlyMap<string, readonly string[]>;

export function placeKey(index: number, path: FormPath): string {
  return [index, ...path].join("/");
}

export function formErrors(text: string, issues: readonly ModuleIssue[], kinds: readonly FormKind[]): FormErrors {
  const documents = new Map(documentsOf(text).map((document) => [document.index, document]));
  const errors = new Map<string, readonly string[]>();
  for (const issue of issues) {
    const { index, paths } = placesAt(text, issue);
    const document = documents.get(index);
    const kind = document?.kind === "component" ? kinds.find((one) => one.kind === document.is) : undefined;
    const value = document?.kind === "component" ? document.spec : undefined;
    const path = kind === undefined ? [] : pathOf({ kind, value, paths, suggestion: issue.suggestion });
    const key = placeKey(index, path);
    const words = issue.suggestion === null || path.at(-1) === issue.suggestion ? issue.message : `${issue.message} (${issue.suggestion}?)`;
    errors.set(key, [...(errors.get(key) ?? []), words]);
  }
  return errors;
}

interface Place {
  kind: FormKind;
  value: FormValue | undefined;
  paths: readonly FormPath[];
  suggestion: string | null;
}

function pathOf({ kind, value, paths, suggestion }: Place): FormPath {
  const spec: FieldShape = { kind: "object", fields: kind.fields };
  for (const path of paths.toReversed()) {
    const found = lookUp(spec, value, path);
    if (found === undefined) continue;
    // A missing field is reported at the place where the map that lacks it begins, with the field's name.
    const lacking = namesIn(found).includes(suggestion ?? "") && !holds(found.value, suggestion ?? "");
    if (lacking) return [...path, suggestion ?? ""];
  }
  return paths.findLast((path) => lookUp(spec, value, path) !== undefined) ?? [];
}

interface Found {
  shape: FieldShape;
  value: FormValue | undefined;
}

function lookUp(shape: FieldShape, value: FormValue | undefined, path: FormPath): Found | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return { shape, value };
  if (typeof key === "number") {
    if (shape.kind === "entries") return rest.length === 0 ? { shape: { kind: "text", manyLines: false }, value: undefined } : undefined;
    return shape.kind === "list" ? lookUp(shape.of, value?.kind === "list" ? value.items[key] : undefined, rest) : undefined;
  }
  const inner = value?.kind === "map" ? value.entries.get(key) : undefined;
  if (shape.kind === "variants" && key === shape.tag) return { shape: { kind: "choice", words: [] }, value: inner };
  const field = fieldsAt(shape, wordIn(shape, value)).find((one) => one.name === key);
  return field === undefined ? undefined : lookUp(field.shape, inner, rest);
}

/** Returns the word in the tag of a variant; undefined when there is none. */
export function wordIn(shape: FieldShape, value: FormValue | undefined): string | undefined {
  const word = shape.kind === "variants" && value?.kind === "map" ? value.entries.get(shape.tag) : undefined;
  return word?.kind === "text" && word.text !== "" ? word.text : undefined;
}

function namesIn({ shape, value }: Found): readonly string[] {
  const names = fieldsAt(shape, wordIn(shape, value)).map((field: FormField) => field.name);
  return shape.kind === "variants" ? [shape.tag, ...names] : names;
}

function holds(value: FormValue | undefined, name: string): boolean {
  return value?.kind === "map" && value.entries.has(name);
}
