/** moduleJsonSchema: all kinds of components as one JSON Schema (draft 7). */
import { fieldsSchema, type JsonSchema } from "../shape/json-schema.ts";
import { componentKinds } from "./component-kinds.ts";

export function moduleJsonSchema(): JsonSchema {
  const kinds = Object.entries(componentKinds);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Signalbox module",
    description: "One document of a module: an endpoint, an ingress, an egress or a limit.",
    type: "object",
    required: ["kind", "spec"],
    properties: { kind: { enum: kinds.map(([name]) => name), description: "What it is." }, spec: { type: "object" } },
    oneOf: kinds.map(([name, kind]) => ({
      type: "object",
      description: kind.meaning,
      required: ["kind", "spec"],
      additionalProperties: false,
      properties: { kind: { const: name, description: kind.meaning }, spec: fieldsSchema(kind.spec) },
    })),
  };
}
