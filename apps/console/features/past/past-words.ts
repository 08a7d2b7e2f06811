/**
 * PastWords: a sentence about what became of something from before a restore. Pure.
 */
import { clock } from "../../format/times.ts";
import type { JournalReach, KnownBefore, PastView } from "../../trpc/views.ts";
import type { PastWords } from "../../words/past/en.ts";

function at(ms: number): string {
  return clock(ms, false);
}

/** Says "Before the restore of 22:47:10, which took it back: …". */
export function pastSentence(past: PastView, words: PastWords): string {
  if (past.undone === null) return words.kept(at(past.endedMs), past.keptIn ?? "");
  return words.undone(at(past.undone.atMs), past.undone.savepoint, past.era);
}

/** Says it in two or three words, for a row. */
export function pastWord(past: PastView, words: PastWords): string {
  return past.undone === null ? words.before(at(past.endedMs)) : words.takenBack;
}

export function knownBeforeSentence({ endedMs, savepoint }: KnownBefore, words: PastWords): string {
  return words.knownBefore(at(endedMs), savepoint);
}

export function reachSentence(reach: JournalReach | null, words: PastWords, nowMs = Date.now()): string {
  if (reach === null) return words.keepsNothing;
  const day = new Date(reach.atMs).toDateString() === new Date(nowMs).toDateString() ? "" : `${new Date(reach.atMs).toLocaleDateString()} `;
  return words.reaches(`${day}${at(reach.atMs)}`);
}
