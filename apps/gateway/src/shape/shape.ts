/**
 * Shape: what a value of a module must look like. One description serves the check (check-shape.ts) and the editor's
 * completion (json-schema.ts), so the two cannot disagree. component-kinds.ts describes every kind with these.
 */
import type { TextForm } from "./text-checks.ts";

export interface Field {
  readonly shape: Shape;
  readonly required?: true;
  /** For the editor, one sentence. */
  readonly meaning: string;
  /** How the default reads, where there is one. */
  readonly fallback?: string;
  /** Never shown. by-reference: only a variable may hold it. */
  readonly secret?: "written" | "by-reference";
  /** A text of many lines, as code is. */
  readonly manyLines?: true;
  /** The release that brought it. */
  readonly since?: string;
}

export type Fields = Readonly<Record<string, Field>>;

export type Shape =
  | { readonly kind: "text"; readonly form: TextForm }
  /** `words` in their right case; a text matches in any case. */
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "integer"; readonly least: number; readonly most: number }
  | { readonly kind: "duration" }
  /** true or false. */
  | { readonly kind: "flag" }
  | { readonly kind: "list"; readonly of: Shape; readonly least: number }
  | { readonly kind: "object"; readonly fields: Fields }
  /** Which fields are right depends on the word in `tag`. */
  | {
      readonly kind: "variants";
      readonly tag: string;
      readonly fallback: string | undefined;
      readonly variants: Readonly<Record<string, Fields>>;
    }
  /** A list of maps with one entry each: Kafka's and Kinesis's own properties. */
  | { readonly kind: "properties" };

export const text: Shape = { kind: "text", form: "any" };
export const typename: Shape = { kind: "text", form: "typename" };
export const flag: Shape = { kind: "flag" };
export const duration: Shape = { kind: "duration" };
export const port: Shape = { kind: "integer", least: 1, most: 65_535 };

export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape {
  return { kind: "integer", least, most };
}

export function listOf(of: Shape, least = 0): Shape {
  return { kind: "list", of, least };
}

export function object(fields: Fields): Shape {
  return { kind: "object", fields };
}

export function variants(variantsByWord: Readonly<Record<string, Fields>>, fallback?: string): Shape {
  return { kind: "variants", tag: "type", fallback, variants: variantsByWord };
}
