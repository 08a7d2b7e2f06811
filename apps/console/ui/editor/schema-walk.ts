/**
 * Walks a JSON schema to the node that describes a path, choosing among alternatives by the constants that the document already holds. It
 * understands $ref, properties, items, oneOf, anyOf, allOf, const, enum, which is enough for completion, and validates nothing.
 */
export type SchemaNode = Readonly<Record<string, unknown>>;

const DEPTH_MAX = 24;

export function isNode(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function deref(root: SchemaNode, node: SchemaNode): SchemaNode {
  const ref = node["$ref"];
  if (typeof ref !== "string" || !ref.startsWith("#/")) return node;
  let found: unknown = root;
  for (const part of ref.slice(2).split("/")) found = isNode(found) ? found[part] : undefined;
  return isNode(found) ? found : node;
}

function listOf(value: unknown): SchemaNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function constantsOf(root: SchemaNode, node: SchemaNode): Map<string, readonly unknown[]> {
  const constants = new Map<string, readonly unknown[]>();
  const properties = node["properties"];
  if (!isNode(properties)) return constants;
  for (const [key, raw] of Object.entries(properties)) {
    if (!isNode(raw)) continue;
    const property = deref(root, raw);
    if ("const" in property) constants.set(key, [property["const"]]);
    else if (Array.isArray(property["enum"])) constants.set(key, property["enum"]);
  }
  return constants;
}

/** Where in the document a schema is looked at, and the scalars written there. */
export interface Place {
  path: readonly string[];
  scalars: ReadonlyMap<string, string>;
  depth?: number;
}

/** Returns every plain schema that `node` may mean, without alternatives that contradict the document. */
export function alternatives(root: SchemaNode, node: SchemaNode, at: Place): SchemaNode[] {
  const depth = at.depth ?? 0;
  if (depth > DEPTH_MAX) return [];
  const deeper = { ...at, depth: depth + 1 };
  const plain = deref(root, node);
  const found: SchemaNode[] = [];
  for (const [key, constants] of constantsOf(root, plain)) {
    const written = at.scalars.get([...at.path, key].join("/"));
    if (written !== undefined && constants.length === 1 && !constants.some((constant) => String(constant) === written)) return [];
  }
  if (
    isNode(plain["properties"]) ||
    plain["items"] !== undefined ||
    plain["enum"] !== undefined ||
    "const" in plain ||
    plain["type"] !== undefined
  )
    found.push(plain);
  for (const word of ["oneOf", "anyOf", "allOf"]) {
    for (const branch of listOf(plain[word])) found.push(...alternatives(root, branch, deeper));
  }
  const items = plain["items"];
  if (isNode(items)) found.push(...alternatives(root, items, deeper));
  return found;
}

export function nodesAt(root: SchemaNode, path: readonly string[], scalars: ReadonlyMap<string, string>): SchemaNode[] {
  let nodes = alternatives(root, root, { path: [], scalars });
  path.forEach((key, index) => {
    const next: SchemaNode[] = [];
    for (const node of nodes) {
      const properties = node["properties"];
      const property = isNode(properties) ? properties[key] : undefined;
      if (isNode(property)) next.push(...alternatives(root, property, { path: path.slice(0, index + 1), scalars }));
    }
    nodes = next;
  });
  return nodes;
}

export function describe(root: SchemaNode, raw: unknown): string {
  if (!isNode(raw)) return "";
  const node = deref(root, raw);
  const description = raw["description"] ?? node["description"];
  return typeof description === "string" ? description : "";
}
