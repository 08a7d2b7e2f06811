/**
 * MessageShape: what a JSON document of a protobuf message looks like (protojson), as plain data, for forms that people fill in.
 * Neighbours: descriptor-registry.ts has the types, value-codec.ts takes the documents.
 * Guarantee: bounded in depth and in fields, also for types that hold themselves; what is beyond is "any".
 */
import protobuf from "protobufjs";
import type { DescriptorRegistry } from "./descriptor-registry.ts";

export interface MessageShape {
  readonly kind: "object" | "array" | "string" | "number" | "boolean" | "enum" | "any";
  readonly fields?: readonly { readonly name: string; readonly shape: MessageShape }[];
  readonly items?: MessageShape;
  readonly choices?: readonly string[];
  readonly note?: string;
}

const depthMax = 5;
const fieldsMax = 200;
const numbers = new Set(["double", "float", "int32", "uint32", "sint32", "fixed32", "sfixed32"]);

/** Returns undefined when no descriptor set has the type. */
export function messageShape(registry: DescriptorRegistry, typename: string): MessageShape | undefined {
  const type = registry.lookup(typename);
  return type === undefined ? undefined : shapeOf(type, depthMax);
}

function shapeOf(type: protobuf.Type, depth: number): MessageShape {
  if (depth === 0 || type.fullName.startsWith(".google.protobuf.")) return { kind: "any", note: type.name };
  const fields = type.fieldsArray
    .slice(0, fieldsMax)
    .map((field) => ({ name: protobuf.util.camelCase(field.name), shape: fieldShape(field, depth) }));
  return { kind: "object", fields };
}

function fieldShape(field: protobuf.Field, depth: number): MessageShape {
  const { resolvedType } = field.resolve();
  const one =
    resolvedType instanceof protobuf.Type
      ? shapeOf(resolvedType, depth - 1)
      : resolvedType instanceof protobuf.Enum
        ? { kind: "enum" as const, choices: Object.keys(resolvedType.values) }
        : scalarShape(field.type);
  if (field.map) return { kind: "any", note: "a map" };
  return field.repeated ? { kind: "array", items: one } : one;
}

function scalarShape(type: string): MessageShape {
  if (type === "bool") return { kind: "boolean" };
  if (type === "string") return { kind: "string" };
  if (type === "bytes") return { kind: "string", note: "bytes in base64" };
  return numbers.has(type) ? { kind: "number", note: type } : { kind: "string", note: type };
}
