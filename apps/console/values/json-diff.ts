/**
 * What differs between two JSON trees, one line a place: arrays by common head and tail, so that an item pushed or shifted is one
 * line and not all. Bounded by DIFF_LINES_MAX; `more` says how many were left out. Pure.
 */
import { toText, type JsonNode } from "./json-node.ts";

export const DIFF_LINES_MAX = 200;

export interface DiffLine {
  kind: "added" | "removed" | "changed";
  /** As in `items[2].sku`; empty for the whole value. */
  path: string;
  before: string | null;
  after: string | null;
}

export interface JsonDiff {
  lines: DiffLine[];
  more: number;
}

function keyed(path: string, key: string): string {
  const plain = /^[A-Za-z_$][\w$]*$/.test(key);
  return plain ? (path === "" ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;
}

function changedBetween(before: JsonNode, after: JsonNode, path: string, into: DiffLine[]): void {
  if (before.kind === "object" && after.kind === "object") {
    const later = new Map(after.entries.map((entry) => [entry.key, entry.value]));
    const earlier = new Set(before.entries.map((entry) => entry.key));
    for (const { key, value } of before.entries) {
      const next = later.get(key);
      if (next === undefined) into.push({ kind: "removed", path: keyed(path, key), before: toText(value), after: null });
      else changedBetween(value, next, keyed(path, key), into);
    }
    for (const { key, value } of after.entries) {
      if (!earlier.has(key)) into.push({ kind: "added", path: keyed(path, key), before: null, after: toText(value) });
    }
    return;
  }
  if (before.kind === "array" && after.kind === "array") return arraysBetween(before.items, after.items, path, into);
  const left = toText(before);
  const right = toText(after);
  if (left !== right) into.push({ kind: "changed", path, before: left, after: right });
}

function arraysBetween(before: readonly JsonNode[], after: readonly JsonNode[], path: string, into: DiffLine[]): void {
  const left = before.map(toText);
  const right = after.map(toText);
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < left.length - head && tail < right.length - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const middleBefore = left.length - head - tail;
  const middleAfter = right.length - head - tail;
  const paired = Math.min(middleBefore, middleAfter);
  for (let index = 0; index < paired; index += 1) {
    const from = before[head + index];
    const to = after[head + index];
    if (from !== undefined && to !== undefined) changedBetween(from, to, `${path}[${head + index}]`, into);
  }
  for (let index = paired; index < middleBefore; index += 1) into.push({ kind: "removed", path: `${path}[${head + index}]`, before: left[head + index] ?? null, after: null });
  for (let index = paired; index < middleAfter; index += 1) into.push({ kind: "added", path: `${path}[${head + index}]`, before: null, after: right[head + index] ?? null });
}

export function diffJson(before: JsonNode, after: JsonNode): JsonDiff {
  const lines: DiffLine[] = [];
  changedBetween(before, after, "", lines);
  return { lines: lines.slice(0, DIFF_LINES_MAX), more: Math.max(0, lines.length - DIFF_LINES_MAX) };
}
