/**
 * What differs between two JSON trees, one line a place: arrays are compared by common head and tail, so that an item pushed or shifted is
 * one line and not all. At most DIFF_LINES_MAX lines; `more` says how many were left out. Pure.
 */
import { toText, type JsonNode } from "./json-node.ts";

const DIFF_LINES_MAX = 200;

export interface DiffLine {
  kind: "added" | "removed" | "changed";
  /** The path as in `items[2].sku`; empty for the whole value. */
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

function changesBetween(before: JsonNode, after: JsonNode, path: string): DiffLine[] {
  if (before.kind === "object" && after.kind === "object") return objectChanges(before.entries, after.entries, path);
  if (before.kind === "array" && after.kind === "array") return arrayChanges(before.items, after.items, path);
  const left = toText(before);
  const right = toText(after);
  return left === right ? [] : [{ kind: "changed", path, before: left, after: right }];
}

type Entries = readonly { key: string; value: JsonNode }[];

function objectChanges(before: Entries, after: Entries, path: string): DiffLine[] {
  const lines: DiffLine[] = [];
  const later = new Map(after.map((entry) => [entry.key, entry.value]));
  const earlier = new Set(before.map((entry) => entry.key));
  for (const { key, value } of before) {
    const next = later.get(key);
    if (next === undefined) lines.push({ kind: "removed", path: keyed(path, key), before: toText(value), after: null });
    else lines.push(...changesBetween(value, next, keyed(path, key)));
  }
  for (const { key, value } of after) {
    if (!earlier.has(key)) lines.push({ kind: "added", path: keyed(path, key), before: null, after: toText(value) });
  }
  return lines;
}

function arrayChanges(before: readonly JsonNode[], after: readonly JsonNode[], path: string): DiffLine[] {
  const left = before.map(toText);
  const right = after.map(toText);
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < left.length - head && tail < right.length - head && left[left.length - 1 - tail] === right[right.length - 1 - tail])
    tail += 1;
  const lines: DiffLine[] = [];
  for (let index = head; index < Math.max(left.length, right.length) - tail; index += 1) {
    const place = `${path}[${index}]`;
    const from = index < left.length - tail ? before[index] : undefined;
    const to = index < right.length - tail ? after[index] : undefined;
    if (from !== undefined && to !== undefined) lines.push(...changesBetween(from, to, place));
    else if (from !== undefined) lines.push({ kind: "removed", path: place, before: toText(from), after: null });
    else if (to !== undefined) lines.push({ kind: "added", path: place, before: null, after: toText(to) });
  }
  return lines;
}

export function diffJson(before: JsonNode, after: JsonNode): JsonDiff {
  const lines = changesBetween(before, after, "");
  return { lines: lines.slice(0, DIFF_LINES_MAX), more: Math.max(0, lines.length - DIFF_LINES_MAX) };
}
