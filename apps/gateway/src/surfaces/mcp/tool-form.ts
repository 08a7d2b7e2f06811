/** ToolForm: how one tool of assistants differs from the plain fold of its operation. Neighbour: mcp-tools.ts says which tools have one. */
import type { z } from "zod";

export type FieldSchema = z.core.JSONSchema.JSONSchema;
export type ToolInput = Readonly<Record<string, unknown>>;
export type ToolCall = (input: ToolInput) => Promise<unknown>;

export interface ToolForm {
  readonly about: string;
  readonly properties: Readonly<Record<string, FieldSchema>>;
  readonly required: readonly string[];
  call(input: ToolInput, serve: ToolCall): Promise<unknown>;
}
