/** RestoreWords: the counts of a restore's cost in words. Pure. */
import { grouped } from "../../format/numbers.ts";
import type { EgressLedgerRow, RestoreImpact } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

export function atLeast(count: number, of: { atLeast: boolean }): string {
  return of.atLeast ? `≥ ${grouped(count)}` : grouped(count);
}

/** The button's label: what will be lost. */
export function restoreLabel(impact: RestoreImpact | undefined, words: SavepointsWords["restore"]): string {
  if (impact === undefined) return words.label;
  const waiting = impact.now.messages + impact.now.delayed;
  const dropped = waiting === 0 ? "" : words.drop(waiting);
  return `${impact.epochsLost === 0 ? words.label : words.undo(impact.epochsLost)}${dropped}`;
}

/** Whether what left by an egress may leave again, and why. */
export function ledgerWords(row: EgressLedgerRow, words: SavepointsWords["ledger"]): { tone: Tone; word: string; why: string } {
  if (row.repeated > 0)
    return {
      tone: "caution",
      word: words.comeAgain(atLeast(row.repeated, row)),
      why: words.comeAgainWhy,
    };
  if (row.since > 0) return { tone: "caution", word: words.mayRepeat, why: words.mayRepeatWhy };
  return { tone: "clear", word: words.noneAgain, why: row.kept === 0 ? words.nothingSince : words.stays };
}
