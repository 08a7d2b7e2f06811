/**
 * Operations: what the gateway offers over HTTP, read from the OpenAPI document that is made from the contract (docs/openapi.json).
 * Commands are derived from it, so a new operation is a command without a line here.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { shapeOf, typeOf, type Schema } from "./schema-words.ts";

export interface OperationField {
  readonly name: string;
  readonly place: "path" | "query" | "body";
  readonly type: string;
  readonly required: boolean;
  /** What may be written there, in a line. */
  readonly shape: string;
}

export interface HttpOperation {
  readonly noun: string;
  readonly verb: string;
  readonly summary: string;
  readonly method: string;
  readonly path: string;
  readonly fields: readonly OperationField[];
  /** True when its body is JSON of fields, or it has no body; other operations have commands of their own. */
  readonly isPlain: boolean;
}

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: "path" | "query";
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

/** The file in the repository, and the one beside the bundle of the package. */
const places = ["../../../docs/openapi.json", "./openapi.json"];

export function readOperations(): HttpOperation[] {
  const file = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
  if (file === undefined) throw new Error("the description of the HTTP API is missing beside the command line");
  const document = JSON.parse(readFileSync(file, "utf8")) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      // A former path of an operation would be the same command twice.
      .filter(([, { operationId }]) => !operationId.endsWith(".former"))
      .map(([method, described]) => operationOf({ path, method: method.toUpperCase() }, described)),
  );
}

function operationOf({ path, method }: { readonly path: string; readonly method: string }, described: Described): HttpOperation {
  const [noun = "", verb = ""] = described.operationId.split(".").map(kebab);
  const json = described.requestBody?.content["application/json"]?.schema;
  const inBody = Object.entries(json?.properties ?? {}).map(([name, schema]) =>
    field(name, "body", { schema, required: json?.required?.includes(name) }),
  );
  const others = (described.parameters ?? []).map(({ name, in: place, required, schema }) => field(name, place, { schema, required }));
  return {
    noun,
    verb,
    summary: described.summary,
    method,
    path,
    fields: [...others, ...inBody],
    isPlain: described.requestBody === undefined || json !== undefined,
  };
}

function field(
  name: string,
  place: OperationField["place"],
  { schema, required }: { schema: Schema; required: boolean | undefined },
): OperationField {
  return { name, place, type: typeOf(schema), required: required === true, shape: shapeOf(schema) };
}

export function kebab(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
