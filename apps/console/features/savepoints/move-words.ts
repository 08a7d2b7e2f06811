/**
 * MoveWords: what becomes of each part of a savepoint in a move, in words. Pure.
 */
import type { MoveItem, MoveOutcome, RunningMove } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";
import type { MoveWords } from "../../words/move/en.ts";

type Fate = MoveItem["fate"];

const fates: Readonly<Record<Fate, { readonly tone: Tone; readonly rank: number }>> = {
  blocks: { tone: "danger", rank: 0 },
  changes: { tone: "caution", rank: 1 },
  stays: { tone: "quiet", rank: 2 },
  moves: { tone: "clear", rank: 3 },
};

/** A part that was accepted no longer blocks. */
export function fateWords(
  { fate, what }: MoveItem,
  accepted: readonly string[],
  words: MoveWords["plan"]["fates"],
): { tone: Tone; word: string } {
  const isAccepted = fate === "blocks" && accepted.includes(what);
  return isAccepted ? { tone: "caution", word: words.accepted } : { tone: fates[fate].tone, word: words[fate] };
}

/** Sorts what blocks the move first. */
export function inOrder(items: readonly MoveItem[]): MoveItem[] {
  return [...items].sort((a, b) => fates[a.fate].rank - fates[b.fate].rank);
}

/** Returns what nobody accepted, or may accept. */
export function standInTheWay(items: readonly MoveItem[], accepted: readonly string[]): MoveItem[] {
  return items.filter(({ fate, acceptable, what }) => fate === "blocks" && !(acceptable && accepted.includes(what)));
}

export function movedWords({ moved, check, elapsedMs }: MoveOutcome, words: MoveWords["run"]): string {
  if (moved === null) return "";
  const seconds = (elapsedMs / 1_000).toFixed(1);
  return `${words.moved({ ...moved, seconds })}${check?.isEqual === true ? words.equal : ""}`;
}

export function runningWords({ phase, rows, rowsTotal }: RunningMove, words: MoveWords["run"]): string {
  const far = rowsTotal > 0 ? words.rowsOf(rows, rowsTotal) : words.rows(rows);
  return rows === 0 ? words.phases[phase] : `${words.phases[phase]}: ${far}`;
}
