/**
 * shareDefinitions: moves the $defs of schemas (which zod makes for recursive types) to where an OpenAPI document needs them, because
 * references there start at the document's root. Neighbour: openapi.ts makes the document.
 */
type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The document without $defs, and the definitions under new names. */
export function shareDefinitions(document: Json): { readonly document: Json; readonly shared: Json } {
  const shared: Json = {};
  return { document: without(document, {}, shared), shared };
}

function without(node: Json, names: Readonly<Record<string, string>>, shared: Json): Json {
  const { $defs: definitions, ...rest } = node;
  let known = names;
  if (isJson(definitions)) {
    const named = Object.keys(definitions).map((name, at) => [name, `Shared${Object.keys(shared).length + at + 1}`] as const);
    known = { ...names, ...Object.fromEntries(named) };
    for (const [, name] of named) shared[name] = {};
    for (const [old, name] of named) shared[name] = changed(definitions[old], known, shared);
  }
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === "$ref" ? reference(value, known) : changed(value, known, shared)]),
  );
}

function changed(value: unknown, names: Readonly<Record<string, string>>, shared: Json): unknown {
  if (Array.isArray(value)) return value.map((item) => changed(item, names, shared));
  return isJson(value) ? without(value, names, shared) : value;
}

function reference(value: unknown, names: Readonly<Record<string, string>>): unknown {
  const name = typeof value === "string" && value.startsWith("#/$defs/") ? names[value.slice("#/$defs/".length)] : undefined;
  return name === undefined ? value : `#/components/schemas/${name}`;
}
