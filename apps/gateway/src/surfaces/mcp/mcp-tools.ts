/**
 * McpTools: the tools of assistants, folded from the contract: each operation that names some, with its input as a JSON Schema. An
 * assistant sees the tools that its rights allow; whether it may call one is decided by the guard. Neighbours: mcp-server.ts lists and
 * calls them, mcp-gaps.ts says why an operation has none.
 */
import { z } from "zod";
import { contract } from "../../contract/contract.ts";
import { nothing, type McpDoor, type Operation } from "../../contract/operation.ts";
import { everyNamespace, holds, roleAnywhere, roleIn, type Rights } from "../../contract/roles.ts";
import { neededRole } from "../../identity/authorizer.ts";
import { explainedFirst } from "./explained-first.ts";
import type { FieldSchema, ToolForm } from "./tool-form.ts";

export interface McpTool {
  readonly name: string;
  readonly noun: string;
  readonly verb: string;
  readonly operation: Operation;
  readonly description: string;
  readonly inputSchema: {
    readonly type: "object";
    readonly properties: Readonly<Record<string, FieldSchema>>;
    readonly required: string[];
  };
  readonly only: readonly string[] | undefined;
  readonly form: ToolForm | undefined;
  /** True when it returns a list page by page. */
  readonly isPaged: boolean;
}

/** Items of a page, unless the assistant asks for another number. */
export const pageItemsDefault = 20;
const forms: Readonly<Record<string, ToolForm>> = { sql: explainedFirst };

export const mcpTools: readonly McpTool[] = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).flatMap(([verb, operation]: [string, Operation]) =>
    (operation.mcp ?? []).map((door) => toolOf({ noun, verb, operation }, door)),
  ),
);

export function toolsFor(rights: Rights): McpTool[] {
  return mcpTools.filter(({ operation: { access, scope } }) => {
    const needed = neededRole(access);
    if (needed === null) return true;
    return holds(scope === "gateway" ? roleIn(rights, everyNamespace) : roleAnywhere(rights), needed);
  });
}

function toolOf({ noun, verb, operation }: { noun: string; verb: string; operation: Operation }, { tool, about, only }: McpDoor): McpTool {
  const form = forms[tool];
  const { properties, required } = form ?? fieldsOf(operation.input);
  const texts = [operation.summary, form?.about, about].flatMap((text) =>
    text === undefined ? [] : [text.endsWith(".") ? text : `${text}.`],
  );
  const limit = properties["limit"];
  const isPaged = typeof limit === "object" && "cursor" in properties;
  return {
    name: tool,
    noun,
    verb,
    operation,
    description: texts.join(" "),
    inputSchema: {
      type: "object",
      properties: isPaged ? { ...properties, limit: { ...limit, default: pageItemsDefault } } : properties,
      required: [...required],
    },
    only,
    form,
    isPaged,
  };
}

/**
 * Many assistants do not support a union at the top of a schema, so it has the fields of all forms and requires those that all forms
 * require.
 */
function fieldsOf(input: z.ZodType): { properties: Record<string, FieldSchema>; required: string[] } {
  if (input === nothing) return { properties: {}, required: [] };
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  const options = [schema, ...(schema.anyOf ?? [])].filter(
    (option) => typeof option === "object" && option.type === "object",
  ) as FieldSchema[];
  const properties: Record<string, FieldSchema> = {};
  for (const option of options)
    for (const [name, field] of Object.entries(option.properties ?? {})) if (typeof field === "object") properties[name] ??= field;
  const required = Object.keys(properties).filter((name) => options.every((option) => option.required?.includes(name) === true));
  return { properties, required };
}
