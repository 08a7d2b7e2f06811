/**
 * What the composer holds, and how it becomes what the API takes: strings are typed without quotes and sent as JSON strings, scalars and
 * documents as text, raw bytes as base64. Pure.
 */
import { BUILT_IN_NAMESPACE, builtInOf, builtInTypes, looksInvalid } from "../../values/value-input.ts";
import { parseJson } from "../../values/json-node.ts";
import type { SendWords } from "../../words/send/en.ts";

export const MESSAGES_MAX = 100_000;

export interface Draft {
  type: string;
  id: string;
  valueType: string;
  /** The text as typed, in the current way of typing. */
  body: string;
  raw: boolean;
  count: number;
}

export const STRING_TYPE = `${BUILT_IN_NAMESPACE}/string`;
export const builtInSuggestions = builtInTypes.map((name) => ({ value: `${BUILT_IN_NAMESPACE}/${name}`, detail: name }));

export type BodyKind = "string" | "scalar" | "json";

export function bodyKind(valueType: string): BodyKind {
  const builtIn = builtInOf(valueType);
  return builtIn === null ? "json" : builtIn === "string" ? "string" : "scalar";
}

/** Returns the text that the API's codec takes for the type. */
export function textOf(draft: Draft): string {
  return bodyKind(draft.valueType) === "string" ? JSON.stringify(draft.body) : draft.body.trim();
}

/** Does the reverse, for messages kept to send again. */
export function bodyFrom(valueType: string, text: string): string {
  const node = bodyKind(valueType) === "string" ? parseJson(text) : null;
  return node?.kind === "string" ? node.value : text;
}

export function counterIn(draft: Draft): "id" | "body" | null {
  if (draft.id.includes("{n}")) return "id";
  return draft.body.includes("{n}") ? "body" : null;
}

function typeProblem(type: string): string | null {
  return /^[^/\s]+\/[^/\s]+$/.test(type) ? null : "A type is namespace/name.";
}

/** Returns the first thing that keeps the draft from being sent, or null. */
export function draftProblem(draft: Draft, problems: SendWords["problems"]): string | null {
  if (typeProblem(draft.type) !== null) return problems.type;
  if (draft.id === "") return problems.id;
  if (draft.valueType === "") return problems.valueType;
  if (draft.raw && !/^[A-Za-z0-9+/]*={0,2}$/.test(draft.body.replace(/\s+/g, ""))) return problems.base64;
  if (draft.raw) return draft.count > 1 ? problems.rawOnce : null;
  const sample = draft.count > 1 ? { ...draft, body: draft.body.replaceAll("{n}", "1") } : draft;
  const invalid = bodyKind(draft.valueType) === "string" ? null : looksInvalid(draft.valueType, textOf(sample), "text");
  if (invalid !== null) return problems.takes(draft.valueType, invalid);
  if (!Number.isInteger(draft.count) || draft.count < 1 || draft.count > MESSAGES_MAX) return problems.count(MESSAGES_MAX);
  return null;
}

/**
 * Warns of what the sender may not have meant: text that looks like JSON and is none, or a value without bytes. An empty text of the
 * built-in type is a text.
 */
export function bodyWarning(draft: Draft): "looksLikeJson" | "emptyBody" | null {
  if (draft.valueType === "" || (!draft.raw && bodyKind(draft.valueType) !== "json")) return null;
  if (draft.body.trim() === "") return "emptyBody";
  const text = textOf(draft).replaceAll("{n}", "1");
  return !draft.raw && /^[[{]/.test(text) && parseJson(text) === null ? "looksLikeJson" : null;
}

export function curlOf(draft: Draft, origin: string, door: "messages" | "calls" = "messages"): string {
  const path = [...draft.type.split("/"), draft.id].map((part) => encodeURIComponent(part).replaceAll("'", "%27")).join("/");
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const header = `-H ${quoted(`Content-Type: application/vnd.${draft.valueType}`)}`;
  if (draft.raw)
    return `echo ${quoted(draft.body.replace(/\s+/g, ""))} | base64 -d | curl -X POST ${header} --data-binary @- ${quoted(`${origin}/v1/${door}/${path}`)}`;
  return `curl -X POST ${header} --data-binary ${quoted(textOf(draft))} ${quoted(`${origin}/v1/${door}/${path}`)}`;
}
