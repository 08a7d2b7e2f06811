/**
 * schemaWords: what a field of the HTTP API takes, in a line for the help of its flag, and of which type it is. Neighbour: operations.ts
 * reads the schemas. What may also be null is of the type of its other form.
 */
export interface Schema {
  /** Several where a value may be of any of them. */
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const shapeCharactersMax = 400;

function formsOf({ type, anyOf, oneOf }: Schema): readonly Schema[] {
  const types = type === undefined || typeof type === "string" ? [] : type.map((one) => ({ type: one }));
  return [...types, ...(anyOf ?? []), ...(oneOf ?? [])].filter((form) => form.type !== "null");
}

/** Forms of several types are JSON, as objects are. */
export function typeOf(schema: Schema): string {
  const forms = formsOf(schema);
  if (typeof schema.type === "string") return schema.type;
  if (forms.length === 0) return "string";
  const types = new Set(forms.map(typeOf));
  return types.size === 1 ? ([...types][0] ?? "string") : "object";
}

/** Empty where the type says all there is to say. */
export function shapeOf(schema: Schema): string {
  const words = inWords(schema);
  const shape = words === typeOf(schema) ? "" : words.length > shapeCharactersMax ? `${words.slice(0, shapeCharactersMax)}…` : words;
  const fallback = schema.default === undefined || schema.default === null ? "" : `else ${JSON.stringify(schema.default)}`;
  return [schema.description, shape, fallback].filter((part) => part !== undefined && part !== "").join("; ");
}

function inWords(schema: Schema): string {
  const { type, properties, items, required = [] } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined)
    return schema.enum.map((one) => (typeOf(schema) === "string" ? String(one) : JSON.stringify(one))).join(", ");
  const forms = formsOf(schema);
  if (typeof type !== "string" && forms.length > 0) return forms.map(inWords).join(" or ");
  if (items !== undefined) return `[${inside(items)}, …]`;
  if (properties === undefined) return typeof type === "string" ? type : "JSON";
  const fields = Object.entries(properties).map(([name, field]) => `"${name}"${required.includes(name) ? "" : "?"}: ${inside(field)}`);
  return `{${fields.join(", ")}}`;
}

/** Inside JSON one of several texts is written with bars. */
function inside(schema: Schema): string {
  return schema.enum === undefined ? inWords(schema) : schema.enum.map((one) => JSON.stringify(one)).join("|");
}
