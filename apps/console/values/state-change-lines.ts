/**
 * StateChangeLines: what changed in one state value, place by place when both sides decode as JSON, else as a whole. Pure.
 */
import type { StateChangeView, ValueView } from "../trpc/views.ts";
import { diffJson, type DiffLine, type JsonDiff } from "./json-diff.ts";
import { parseJson } from "./json-node.ts";
import { lineOf } from "./value-line.ts";

export function stateChangeLines({ before, after }: Pick<StateChangeView, "before" | "after">): JsonDiff {
  return jsonDiffOf(before, after) ?? { lines: [wholeLine(before, after)], more: 0 };
}

/** `basket` and `.items[2]` → `basket.items[2]`. */
export function placeOf(name: string, { path }: DiffLine): string {
  return name === "" ? path : path === "" ? name : path.startsWith("[") ? `${name}${path}` : `${name}.${path}`;
}

function jsonDiffOf(before: ValueView | null, after: ValueView | null): JsonDiff | null {
  if (before?.as !== "json" || after?.as !== "json") return null;
  const left = parseJson(before.text);
  const right = parseJson(after.text);
  return left === null || right === null ? null : diffJson(left, right);
}

function wholeLine(before: ValueView | null, after: ValueView | null): DiffLine {
  const left = before === null ? null : lineOf(before);
  const right = after === null ? null : lineOf(after);
  return { kind: left === null ? "added" : right === null ? "removed" : "changed", path: "", before: left, after: right };
}
