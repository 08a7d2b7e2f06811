/** descriptors: descriptor sets for protobuf values. */
import { z } from "zod";
import { done, mutation, nothing, query } from "../operation.ts";

const descriptorBytesMax = 4 * 1024 * 1024;
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "a name has 1 to 64 letters, digits, . _ -");

const descriptorRow = z.strictObject({ name: z.string(), types: z.array(z.string()), sizeBytes: z.number() });
export type DescriptorRow = z.output<typeof descriptorRow>;

export interface ValueShape {
  readonly kind: "object" | "array" | "string" | "number" | "boolean" | "enum" | "any";
  readonly fields?: readonly { readonly name: string; readonly shape: ValueShape }[] | undefined;
  readonly items?: ValueShape | undefined;
  readonly choices?: readonly string[] | undefined;
  /** What a person should know while typing: "int64", "bytes in base64". */
  readonly note?: string | undefined;
}

/** The form of a JSON document of a type, for forms. */
const valueShape: z.ZodType<ValueShape> = z.lazy(() =>
  z.strictObject({
    kind: z.enum(["object", "array", "string", "number", "boolean", "enum", "any"]),
    fields: z.array(z.strictObject({ name: z.string(), shape: valueShape })).optional(),
    items: valueShape.optional(),
    choices: z.array(z.string()).optional(),
    note: z.string().optional(),
  }),
);

export const descriptors = {
  shape: query({
    summary: "What a document of a protobuf type looks like, for forms; null: no descriptor set has it",
    access: "read",
    scope: "namespaces",
    input: z.object({ typename: z.string().min(1).max(512) }),
    output: valueShape.nullable(),
    problems: [],
  }),
  list: query({
    summary: "Descriptor sets and the types in them",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(descriptorRow),
    problems: [],
    http: { method: "GET", path: "/v1/descriptors", under: "descriptors" },
  }),
  upload: mutation({
    summary: "Add a descriptor set, or replace it",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    large: ["base64"],
    input: z.object({ name, base64: z.base64().max(Math.ceil(descriptorBytesMax / 3) * 4 + 4) }),
    output: z.strictObject({ types: z.array(z.string()) }),
    problems: ["INVALID_DESCRIPTORS", "COMPUTE_BUSY", "COMPUTE_TOO_LONG"],
    http: { method: "PUT", path: "/v1/descriptors/{name}" },
  }),
  remove: mutation({
    summary: "Remove a descriptor set",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    input: z.object({ name }),
    output: done,
    problems: ["INVALID_REQUEST"],
    http: { method: "DELETE", path: "/v1/descriptors/{name}", status: 204 },
  }),
} as const;
