/**
 * FormShape: what a form for a module's component has to ask, read from the JSON Schema that completion uses too, so that check, completion
 * and form have one description. Pure. Neighbours: component-fields.tsx draws it, module-document.ts reads and writes the text.
 */
import { isNode, type SchemaNode } from "../../../ui/editor/schema-walk.ts";

export type FieldShape =
  | { readonly kind: "text"; readonly manyLines: boolean }
  | { readonly kind: "choice"; readonly words: readonly string[] }
  | { readonly kind: "integer" }
  | { readonly kind: "duration" }
  | { readonly kind: "flag" }
  | { readonly kind: "list"; readonly of: FieldShape }
  | { readonly kind: "object"; readonly fields: readonly FormField[] }
  | VariantsShape
  /** A list of maps with one entry each. */
  | { readonly kind: "entries" };

/** The word in `tag` decides which fields there are. */
export interface VariantsShape {
  readonly kind: "variants";
  readonly tag: string;
  /** The word that holds when the tag is absent; undefined when the tag is required. */
  readonly fallback: string | undefined;
  readonly variants: readonly { readonly word: string; readonly fields: readonly FormField[] }[];
}

export interface FormField {
  readonly name: string;
  readonly shape: FieldShape;
  readonly meaning: string;
  readonly required: boolean;
  /** The default as text. */
  readonly fallback: string | undefined;
  /** With `by-reference` only the name of a secret or variable is allowed. */
  readonly secret: "written" | "by-reference" | undefined;
}

export interface FormKind {
  readonly kind: string;
  readonly meaning: string;
  readonly fields: readonly FormField[];
}

export function formKinds(schema: unknown): readonly FormKind[] {
  return nodesIn(isNode(schema) ? schema["oneOf"] : undefined).flatMap((one) => {
    const properties = nodeOf(one["properties"]);
    const kind = nodeOf(properties["kind"])["const"];
    return typeof kind === "string" ? [{ kind, meaning: textOf(one["description"]), fields: fieldsOf(nodeOf(properties["spec"])) }] : [];
  });
}

/**
 * Shortens a kind: io.statefun.kafka.v1/ingress is a "kafka ingress", io.signalbox.limits.v1/limit a "limit", io.signalbox.v1/egress an
 * "egress".
 */
export function shortName(kind: string): string {
  const [, family = "", name = kind] = /([a-z]+)\.v\d+\/([\w-]+)$/.exec(kind) ?? [];
  if (family === "" || family === "signalbox") return name;
  const one = family.replace(/s$/, "");
  if (one === name) return name;
  return family === one ? `${family} ${name}` : `${name} ${one}`;
}

/** Returns the fields of a map of this shape; `word` is the word in its tag. */
export function fieldsAt(shape: FieldShape, word: string | undefined): readonly FormField[] {
  if (shape.kind === "object") return shape.fields;
  if (shape.kind !== "variants") return [];
  return shape.variants.find((variant) => variant.word === (word ?? shape.fallback))?.fields ?? [];
}

function fieldsOf(node: SchemaNode, without?: string): FormField[] {
  const required = wordsIn(node["required"]);
  return Object.entries(nodeOf(node["properties"]))
    .filter(([name]) => name !== without)
    .map(([name, raw]) => {
      const field = nodeOf(raw);
      const secret = field["x-secret"];
      const fallback = field["x-default"];
      return {
        name,
        shape: shapeOf(field),
        meaning: textOf(field["description"]),
        required: required.includes(name),
        fallback: typeof fallback === "string" ? fallback : undefined,
        secret: secret === "written" || secret === "by-reference" ? secret : undefined,
      };
    });
}

function shapeOf(node: SchemaNode): FieldShape {
  if (Array.isArray(node["enum"])) return { kind: "choice", words: node["enum"].map(String) };
  if (node["type"] === "object") return { kind: "object", fields: fieldsOf(node) };
  if (node["type"] === "array") {
    const items = nodeOf(node["items"]);
    return items["maxProperties"] === 1 ? { kind: "entries" } : { kind: "list", of: shapeOf(items) };
  }
  const branches = nodesIn(node["anyOf"]);
  const types = branches.map((branch) => branch["type"]);
  if (types.length > 0 && types.every((type) => type === "object")) return variantsOf(branches);
  if (types.includes("boolean")) return { kind: "flag" };
  if (types.includes("integer")) return { kind: types[0] === "integer" ? "integer" : "duration" };
  return { kind: "text", manyLines: node["x-lines"] === true };
}

function variantsOf(branches: readonly SchemaNode[]): FieldShape {
  const tagged = branches.map((branch) => {
    const [tag = "", constant = {}] = Object.entries(nodeOf(branch["properties"])).find(([, one]) => isNode(one) && "const" in one) ?? [];
    return { tag, word: String(nodeOf(constant)["const"]), branch };
  });
  const tag = tagged[0]?.tag ?? "";
  return {
    kind: "variants",
    tag,
    fallback: tagged.find(({ branch }) => !wordsIn(branch["required"]).includes(tag))?.word,
    variants: tagged.map(({ word, branch }) => ({ word, fields: fieldsOf(branch, tag) })),
  };
}

function nodeOf(value: unknown): SchemaNode {
  return isNode(value) ? value : {};
}

function nodesIn(value: unknown): SchemaNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function wordsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
