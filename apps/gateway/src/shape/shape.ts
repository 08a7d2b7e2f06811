/**
 * Shape: what a value of a module must look like. One description serves the check (check-shape.ts) and the editor's completion
 * (json-schema.ts), so the two cannot disagree. component-kinds.ts describes every kind with these.
 */
import type { TextForm } from "./text-checks.ts";

export interface Field {
  readonly shape: Shape;
  readonly required?: true;
  /** One sentence for the editor. */
  readonly meaning: string;
  /** The default as text, where there is one. */
  readonly fallback?: string;
  /** Marks a field that is never shown. With `by-reference` only a variable may hold it. */
  readonly secret?: "written" | "by-reference";
  /** Set for a text of many lines, such as code. */
  readonly manyLines?: true;
  /** The release that introduced it. */
  readonly since?: string;
}

export type Fields = Readonly<Record<string, Field>>;

export type Shape =
  | { readonly kind: "text"; readonly form: TextForm }
  /** `words` have their right case; a text matches in any case. */
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "integer"; readonly least: number; readonly most: number }
  | { readonly kind: "duration" }
  /** The value is true or false. */
  | { readonly kind: "flag" }
  | { readonly kind: "list"; readonly of: Shape; readonly least: number }
  | { readonly kind: "object"; readonly fields: Fields }
  /** The word in `tag` decides which fields are allowed. */
  | {
      readonly kind: "variants";
      readonly tag: string;
      readonly fallback: string | undefined;
      readonly variants: Readonly<Record<string, Fields>>;
    }
  /** A list of maps with one entry each, such as Kafka's and Kinesis's own properties. */
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
