/**
 * CompareTraces: two traces compared by their structure: hops at the same place (depth, type, what came) are one row, others are on one
 * side only. A row says how long each took, and whether its state changes, its messages and its records are the same. Pure.
 */
import { nameOf } from "../../format/texts.ts";
import type { JournalEntryView, ValueView } from "../../trpc/views.ts";
import { addressOf, type CausalTree, type RecordHop, type TraceItem } from "./causal-tree.ts";
import type { StoryWords } from "../../words/story/en.ts";

type DifferenceWords = StoryWords["differences"];

export interface ComparedRow {
  key: string;
  depth: number;
  left: TraceItem | null;
  right: TraceItem | null;
  /** The call time of each side; null when it is no call, or not there. */
  leftMs: number | null;
  rightMs: number | null;
  /** What differs apart from the time, in words; empty when nothing does. */
  differences: readonly string[];
}

export interface Comparison {
  rows: readonly ComparedRow[];
  /** The first row that differs; null when both do the same. */
  first: ComparedRow | null;
}

export function compareTraces(left: CausalTree, right: CausalTree, words: DifferenceWords): Comparison {
  const rows = aligned(left.items, right.items).map(([one, other]) => rowOf(one, other, words));
  return { rows, first: rows.find(({ differences }) => differences.length > 0) ?? null };
}

/** Returns what a hop is, whatever its entity's id and its values are. */
function signatureOf(item: TraceItem): string {
  const type = addressOf(item).type;
  switch (item.kind) {
    case "record": {
      const { outcome, act, messages } = item.record;
      // A parked try and the one that succeeded are the same place in the story.
      return `${item.depth} ${type} ${outcome === "act" ? `act ${act}` : (messages[0]?.value.typename ?? "")}`;
    }
    case "egress":
      return `${item.depth} egress ${item.egress}`;
    case "waiting":
      return `${item.depth} ${type} ${item.message.value.typename}`;
    case "delayed":
      return `${item.depth} delayed ${item.delayed.kind} ${type}`;
  }
}

/** Aligns the longest common story; what is in between is on one side only. */
function aligned(left: readonly TraceItem[], right: readonly TraceItem[]): (readonly [TraceItem | null, TraceItem | null])[] {
  const [one, other] = [left.map(signatureOf), right.map(signatureOf)];
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = one.length - 1; row >= 0; row -= 1)
    for (let column = other.length - 1; column >= 0; column -= 1) {
      const same = one[row] === other[column];
      const cells = lengths[row];
      if (cells !== undefined) cells[column] = same ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  const pairs: (readonly [TraceItem | null, TraceItem | null])[] = [];
  let [row, column] = [0, 0];
  while (row < one.length || column < other.length) {
    const both = row < one.length && column < other.length && one[row] === other[column];
    if (both) pairs.push([left[row++] ?? null, right[column++] ?? null]);
    else if (column >= other.length || (row < one.length && at(row + 1, column) >= at(row, column + 1)))
      pairs.push([left[row++] ?? null, null]);
    else pairs.push([null, right[column++] ?? null]);
  }
  return pairs;
}

function rowOf(left: TraceItem | null, right: TraceItem | null, words: DifferenceWords): ComparedRow {
  return {
    key: `${left?.key ?? ""}|${right?.key ?? ""}`,
    depth: left?.depth ?? right?.depth ?? 0,
    left,
    right,
    leftMs: callMs(left),
    rightMs: callMs(right),
    differences: differencesOf(left, right, words),
  };
}

function callMs(item: TraceItem | null): number | null {
  return item?.kind === "record" && item.record.outcome !== "act" ? item.record.endedMs - item.record.startedMs : null;
}

function differencesOf(left: TraceItem | null, right: TraceItem | null, words: DifferenceWords): readonly string[] {
  if (left === null || right === null) return [left === null ? words.onlyOther : words.onlyThis];
  if (left.kind !== right.kind) return [words.hereThere(words.kinds[kindOf(left)], words.kinds[kindOf(right)])];
  if (left.kind === "record" && right.kind === "record") return recordDifferences(left, right, words);
  if (left.kind === "delayed" && right.kind === "delayed")
    return left.fate === right.fate ? [] : [words.hereThere(words.kinds[left.fate], words.kinds[right.fate])];
  if (left.kind === "egress" && right.kind === "egress") return same(left.value, right.value) ? [] : [words.record];
  return [];
}

function kindOf(item: TraceItem): keyof DifferenceWords["kinds"] {
  return item.kind === "record" ? item.record.outcome : item.kind;
}

function recordDifferences(left: RecordHop, right: RecordHop, words: DifferenceWords): readonly string[] {
  const [one, other] = [left.record, right.record];
  return [
    ...(one.outcome === other.outcome ? [] : [words.hereThere(words.kinds[one.outcome], words.kinds[other.outcome])]),
    ...(one.attempts === other.attempts ? [] : [words.attempts(one.attempts, other.attempts)]),
    ...(sameAll(own(one, "messages"), own(other, "messages")) ? [] : [words.message]),
    ...stateDifferences(one, other, words),
    ...(sameAll(own(one, "sent"), own(other, "sent")) ? [] : [words.sends]),
  ];
}

function own(record: JournalEntryView, list: "messages" | "sent"): readonly ValueView[] {
  return record[list].map(({ value }) => value);
}

function stateDifferences(one: JournalEntryView, other: JournalEntryView, words: DifferenceWords): readonly string[] {
  const there = new Map(other.state.map((change) => [change.name, change]));
  const names = new Set([...one.state.map(({ name }) => name), ...there.keys()]);
  const here = new Map(one.state.map((change) => [change.name, change]));
  return [...names].flatMap((name) => {
    const [mine, theirs] = [here.get(name), there.get(name)];
    if (mine === undefined || theirs === undefined) return [words.alone[mine === undefined ? "there" : "here"](nameOf(name))];
    return same(mine.after, theirs.after) ? [] : [words.becomes(nameOf(name))];
  });
}

function sameAll(left: readonly ValueView[], right: readonly ValueView[]): boolean {
  return left.length === right.length && left.every((value, index) => same(value, right[index] ?? null));
}

function same(left: ValueView | null, right: ValueView | null): boolean {
  return left?.typename === right?.typename && left?.base64 === right?.base64 && left?.sizeBytes === right?.sizeBytes;
}
