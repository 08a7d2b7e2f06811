/** MoveWords: what becomes of each part of a savepoint in a move, in words. Pure. */
import { counted, grouped } from "../../format/numbers.ts";
import type { MoveItem, MoveOutcome, RunningMove } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";

type Fate = MoveItem["fate"];

const fates: Readonly<Record<Fate, { readonly tone: Tone; readonly word: string; readonly rank: number }>> = {
  blocks: { tone: "danger", word: "in the way", rank: 0 },
  changes: { tone: "caution", word: "changes", rank: 1 },
  stays: { tone: "quiet", word: "stays here", rank: 2 },
  moves: { tone: "clear", word: "moves", rank: 3 },
};

/** What was accepted is in nobody's way. */
export function fateWords({ fate, what }: MoveItem, accepted: readonly string[]): { tone: Tone; word: string } {
  return fate === "blocks" && accepted.includes(what) ? { tone: "caution", word: "accepted" } : fates[fate];
}

/** What stands in the way comes first. */
export function inOrder(items: readonly MoveItem[]): MoveItem[] {
  return [...items].sort((a, b) => fates[a.fate].rank - fates[b.fate].rank);
}

/** `ends-unregistered` as people read it. */
export function partName(what: string): string {
  const words = what.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What nobody accepted, or may accept. */
export function standInTheWay(items: readonly MoveItem[], accepted: readonly string[]): MoveItem[] {
  return items.filter(({ fate, acceptable, what }) => fate === "blocks" && !(acceptable && accepted.includes(what)));
}

export function movedWords({ moved, check, elapsedMs }: MoveOutcome): string {
  if (moved === null) return "";
  const parts = [
    counted(moved.values, "value", "values"),
    counted(moved.messages, "message", "messages"),
    counted(moved.delayedMessages, "delayed message", "delayed messages"),
  ];
  const compared = check?.isEqual === true ? " Read back and compared, entity by entity: equal." : "";
  return `${parts.join(", ")} in ${(elapsedMs / 1_000).toFixed(1)} s.${compared}`;
}

const phases: Readonly<Record<RunningMove["phase"], string>> = {
  planning: "counting",
  writing: "rows pass through",
  sealing: "Flink's tool writes the savepoint",
  sorting: "the file is sorted and synced",
  checking: "read back and compared",
};

export function runningWords({ phase, rows, rowsTotal }: RunningMove): string {
  const far = rowsTotal > 0 ? `${grouped(rows)} of ${grouped(rowsTotal)} rows` : `${grouped(rows)} rows`;
  return rows === 0 ? phases[phase] : `${phases[phase]}: ${far}`;
}
