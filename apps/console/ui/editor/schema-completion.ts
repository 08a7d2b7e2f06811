/**
 * Completion for YAML from a JSON schema: keys of the mapping at the cursor, and the values that a key may take.
 */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { alternatives, describe, isNode, nodesAt, type SchemaNode } from "./schema-walk.ts";
import { yamlPlaceAt } from "./yaml-path.ts";

function keyCompletions(root: SchemaNode, nodes: readonly SchemaNode[], siblings: ReadonlySet<string>): Completion[] {
  const byKey = new Map<string, Completion>();
  for (const node of nodes) {
    const properties = node["properties"];
    if (!isNode(properties)) continue;
    const required = Array.isArray(node["required"]) ? node["required"] : [];
    for (const [key, property] of Object.entries(properties)) {
      if (siblings.has(key) || byKey.has(key)) continue;
      const isMapping =
        isNode(property) &&
        alternatives(root, property, { path: [], scalars: new Map() }).some(
          (node) => node["type"] === "object" || isNode(node["properties"]),
        );
      const needed = required.includes(key);
      const info = describe(root, property);
      byKey.set(key, {
        label: key,
        type: "property",
        apply: isMapping ? `${key}:` : `${key}: `,
        boost: needed ? 10 : 0,
        ...(needed ? { detail: "required" } : {}),
        ...(info === "" ? {} : { info }),
      });
    }
  }
  return [...byKey.values()];
}

function valueCompletions(nodes: readonly SchemaNode[]): Completion[] {
  const values = new Set<string>();
  for (const node of nodes) {
    if ("const" in node) values.add(String(node["const"]));
    if (Array.isArray(node["enum"])) for (const value of node["enum"]) values.add(String(value));
    if (node["type"] === "boolean") for (const value of ["true", "false"]) values.add(value);
    if (Array.isArray(node["examples"])) for (const value of node["examples"]) values.add(String(value));
    const fallback = node["default"];
    if (typeof fallback === "string" || typeof fallback === "number" || typeof fallback === "boolean") values.add(String(fallback));
  }
  return [...values].map((label) => ({ label, type: "enum" }));
}

/** Leaves out the key's own value, because it must not narrow the alternatives for that value. */
function without(scalars: ReadonlyMap<string, string>, key: string): Map<string, string> {
  const rest = new Map(scalars);
  rest.delete(key);
  return rest;
}

export function completeFromSchema(root: SchemaNode, text: string, position: number): { from: number; options: Completion[] } {
  const place = yamlPlaceAt(text, position);
  const from = position - place.typed.length;
  if (place.key === null) return { from, options: keyCompletions(root, nodesAt(root, place.path, place.scalars), place.siblings) };
  const path = [...place.path, place.key];
  return { from, options: valueCompletions(nodesAt(root, path, without(place.scalars, path.join("/")))) };
}

export function schemaCompletion(schema: unknown): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    if (!isNode(schema)) return null;
    const { from, options } = completeFromSchema(schema, context.state.doc.toString(), context.pos);
    if (
      options.length === 0 ||
      (from === context.pos && !context.explicit && !/:\s$/.test(context.state.sliceDoc(Math.max(0, from - 2), from)))
    )
      return null;
    return { from, options, validFor: /^[\w.\-/]*$/ };
  };
}
