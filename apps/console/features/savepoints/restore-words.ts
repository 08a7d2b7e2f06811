/** RestoreWords: the counts of a restore's cost in words. Pure. */
import { grouped } from "../../format/numbers.ts";
import type { EgressLedgerRow, LedgerSide, RestoreImpact, RestoreLedger } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

export function atLeast(count: number, of: { atLeast: boolean }): string {
  return of.atLeast ? `≥ ${grouped(count)}` : grouped(count);
}

/** Returns the button's label, which says what will be lost. */
export function restoreLabel(impact: RestoreImpact | undefined, words: SavepointsWords["restore"]): string {
  if (impact === undefined) return words.label;
  const waiting = impact.now.messages + impact.now.delayed;
  const dropped = waiting === 0 ? "" : words.drop(waiting);
  return `${impact.epochsLost === 0 ? words.label : words.undo(impact.epochsLost)}${dropped}`;
}

/** Says whether what left by an egress may leave again, or did, and why. */
export function ledgerWords(
  row: EgressLedgerRow,
  words: SavepointsWords["ledger"]["toCome" | "past"],
): { tone: Tone; word: string; why: string } {
  if (row.repeated > 0) return { tone: "caution", word: words.again(atLeast(row.repeated, row)), why: words.againWhy };
  if (row.since > 0) return { tone: "caution", word: words.mayRepeat, why: words.mayRepeatWhy };
  return { tone: "clear", word: words.noneAgain, why: row.kept === 0 ? words.nothingSince : words.stays };
}

type SideWords = SavepointsWords["pastRestore"]["sides"];

export interface SideRow {
  readonly what: string;
  /** Null when the savepoint that knew it was removed. */
  readonly before: number | null;
  readonly restored: number | null;
}

/** Returns what was there, and what replaced it. */
export function sideRows({ before, restored }: Pick<RestoreLedger, "before" | "restored">, words: SideWords): readonly SideRow[] {
  const row = (what: string, count: (side: LedgerSide) => number): SideRow => ({
    what,
    before: before && count(before),
    restored: restored && count(restored),
  });
  return [
    row(words.entities, (side) => side.entities),
    row(words.messages, (side) => side.messages),
    row(words.delayed, (side) => side.delayedMessages),
    row(words.egress, (side) => side.egressRecords),
  ];
}

/** Says more, fewer or as many; when one side is not known, it says that. */
export function differenceWords({ before, restored }: SideRow, words: SideWords): string {
  if (before === null || restored === null) return words.unknown;
  if (before === restored) return words.asMany;
  return restored < before ? words.fewer(grouped(before - restored)) : words.more(grouped(restored - before));
}
