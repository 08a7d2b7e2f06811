/**
 * fieldsSchema: shapes as JSON Schema (draft 7), for completion and hover in the console's editor and for its form;
 * modules/module-json-schema.ts combines the kinds. What the form needs and JSON Schema has no word for begins with x-: how a default
 * reads, whether only a reference is allowed.
 */
import type { Field, Fields, Shape } from "./shape.ts";
import type { TextForm } from "./text-checks.ts";

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A ${VAR} fits everywhere; its value is checked when the module is applied. */
const placeholder: JsonSchema = { type: "string", pattern: "\\$\\{[^}]+\\}" };

const patterns: Readonly<Record<TextForm, string | undefined>> = {
  any: undefined,
  shown: undefined,
  typename: "^[^/*]+/[^/*]+$",
  functions: "^[^/*]+/([^/*]+|\\*)$",
  "url-template": "^(https?|https?\\+unix|grpcs?)://",
  location: undefined,
  "kafka-date": "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} [+-]\\d{4}$",
  topic: "^[A-Za-z0-9._-]+$",
  path: "^[A-Za-z0-9_~-][A-Za-z0-9._~/-]*$",
};

export function fieldsSchema(fields: Fields): JsonSchema {
  const required = Object.keys(fields).filter((name) => fields[name]?.required);
  const properties = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]));
  return { type: "object", additionalProperties: false, properties, ...(required.length > 0 ? { required } : {}) };
}

function fieldSchema({ shape, meaning, fallback, secret, manyLines }: Field): JsonSchema {
  return {
    description: fallback === undefined ? meaning : `${meaning} Default: ${fallback}.`,
    ...shapeSchema(shape),
    ...(fallback === undefined ? {} : { "x-default": fallback }),
    ...(secret === undefined ? {} : { writeOnly: true, "x-secret": secret }),
    ...(manyLines === undefined ? {} : { "x-lines": true }),
  };
}

function shapeSchema(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case "text": {
      const pattern = patterns[shape.form];
      return pattern === undefined ? { type: "string" } : { anyOf: [{ type: "string", pattern }, placeholder] };
    }
    case "word":
      return { enum: shape.words };
    case "integer":
      return { anyOf: [{ type: "integer", minimum: shape.least, maximum: shape.most }, placeholder] };
    case "duration":
      return { anyOf: [{ type: "string", pattern: "^\\s*\\d+\\s*[A-Za-zµμ]*\\s*$" }, { type: "integer", minimum: 0 }, placeholder] };
    case "flag":
      return { anyOf: [{ type: "boolean" }, placeholder] };
    case "list":
      return { type: "array", items: shapeSchema(shape.of), minItems: shape.least };
    case "object":
      return fieldsSchema(shape.fields);
    case "variants":
      return { anyOf: Object.entries(shape.variants).map(([word, fields]) => variantSchema(shape, word, fields)) };
    case "properties":
      return { type: "array", items: { type: "object", minProperties: 1, maxProperties: 1 } };
  }
}

function variantSchema({ tag, fallback }: Extract<Shape, { kind: "variants" }>, word: string, fields: Fields): JsonSchema {
  const schema = fieldsSchema(fields);
  const properties = { [tag]: { const: word }, ...(schema["properties"] as JsonSchema) };
  const required = [...(word === fallback ? [] : [tag]), ...((schema["required"] as string[] | undefined) ?? [])];
  return { ...schema, properties, ...(required.length > 0 ? { required } : {}) };
}
