/** RestoreWords: the counts of a restore's cost in words. Pure. */
import { counted, grouped } from "../../format/numbers.ts";
import type { EgressLedgerRow, RestoreImpact } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";

export function atLeast(count: number, of: { atLeast: boolean }): string {
  return of.atLeast ? `≥ ${grouped(count)}` : grouped(count);
}

/** The button's label: what will be lost. */
export function restoreLabel(impact: RestoreImpact | undefined): string {
  if (impact === undefined) return "Restore";
  const waiting = impact.now.messages + impact.now.delayed;
  const dropped = waiting === 0 ? "" : ` and drop ${counted(waiting, "waiting message", "waiting messages")}`;
  return impact.epochsLost === 0 ? `Restore${dropped}` : `Restore, undo ${counted(impact.epochsLost, "epoch", "epochs")}${dropped}`;
}

/** Whether what left by an egress may leave again, and why. */
export function ledgerWords(row: EgressLedgerRow): { tone: Tone; word: string; why: string } {
  if (row.repeated > 0)
    return {
      tone: "caution",
      word: `${atLeast(row.repeated, row)} come again`,
      why: "they are in the savepoint and were fetched since; each keeps its sequence, so a consumer can tell",
    };
  if (row.since > 0)
    return { tone: "caution", word: "may repeat", why: "what made them is undone; sent again, it makes them again with new sequences" };
  return { tone: "clear", word: "none", why: row.kept === 0 ? "nothing was made since" : "what waits stays as it is" };
}
