/** PastWords: what became of something that stands before a restore, in a sentence. Pure. */
import { clock } from "../../format/times.ts";
import type { JournalReach, KnownBefore, PastView } from "../../trpc/views.ts";

function at(ms: number): string {
  return clock(ms, false);
}

/** "Before the restore of 22:47:10, which took it back: …". */
export function pastSentence(past: PastView): string {
  if (past.undone === null)
    return `From before the restore of ${at(past.endedMs)}; kept in the savepoint ${past.keptIn ?? ""}, so it counts.`;
  const by = `the restore of ${at(past.undone.atMs)}, which went back to the savepoint ${past.undone.savepoint}`;
  return `Taken back by ${by}: it happened in era ${past.era} and does not count now.`;
}

/** Two or three words for a row. */
export function pastWord(past: PastView): string {
  return past.undone === null ? `before ${at(past.endedMs)}` : "taken back";
}

export function knownBeforeSentence({ endedMs, savepoint }: KnownBefore): string {
  return `Known before the restore of ${at(endedMs)}, which went back to the savepoint ${savepoint}, where nobody knew it yet.`;
}

export function reachSentence(reach: JournalReach | null, nowMs = Date.now()): string {
  if (reach === null) return "The journal keeps nothing: it is empty, or its level is off.";
  const day = new Date(reach.atMs).toDateString() === new Date(nowMs).toDateString() ? "" : `${new Date(reach.atMs).toLocaleDateString()} `;
  return `The journal reaches back to ${day}${at(reach.atMs)}.`;
}
