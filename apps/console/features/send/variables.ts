/**
 * Variables of a template: `{{name}}` in the id or the body. Two fill themselves for each message: `{{uuid}}` and `{{now}}` (milliseconds);
 * `{n}` is the counter of many. Pure: randomness and time are arguments.
 */
import type { Draft } from "./message-body.ts";

const VARIABLE = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;
const ownFill = new Set(["uuid", "now"]);

export type VariableValues = Readonly<Record<string, string>>;

/** Lists the variables that a person fills, in the order in which they occur. */
export function variablesOf({ id, body }: Pick<Draft, "id" | "body">): readonly string[] {
  const names = [...`${id} ${body}`.matchAll(VARIABLE)].map(([, name = ""]) => name);
  return [...new Set(names)].filter((name) => !ownFill.has(name));
}

export interface FillContext {
  values: VariableValues;
  uuid: () => string;
  nowMs: number;
}

/** A variable without a value stays unchanged. */
export function filled(draft: Draft, { values, uuid, nowMs }: FillContext): Draft {
  const fill = (text: string): string =>
    text.replaceAll(VARIABLE, (whole, name: string) => {
      if (name === "uuid") return uuid();
      if (name === "now") return String(nowMs);
      return values[name] === undefined || values[name] === "" ? whole : values[name];
    });
  return { ...draft, id: fill(draft.id), body: draft.raw ? draft.body : fill(draft.body) };
}

export function unfilled(draft: Draft, values: VariableValues): readonly string[] {
  return variablesOf(draft).filter((name) => (values[name] ?? "") === "");
}
