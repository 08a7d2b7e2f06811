/**
 * Texts for what waited at a moment: how much it was, and what is not known of it.
 */
import { grouped } from "../../format/numbers.ts";
import { clock } from "../../format/times.ts";
import type { WaitingAsOfView } from "../../trpc/views.ts";
import type { PastWords } from "../../words/past/en.ts";

export function mailboxSentences(waiting: WaitingAsOfView, words: PastWords): string[] {
  const { messages, messagesTotal, editedSince, discardedSince, unlisted, complete } = waiting;
  const sentences: string[] = [];
  if (messagesTotal === 0)
    sentences.push(complete && unlisted === 0 && discardedSince.length === 0 ? words.nothingWaited : words.noneKnown);
  if (messagesTotal > messages.length) sentences.push(words.first(messages.length, messagesTotal));
  for (const { detail } of discardedSince) sentences.push(words.thrownAway(detail));
  for (const sequence of editedSince) sentences.push(words.replaced(grouped(sequence)));
  if (unlisted > 0) sentences.push(words.unlisted(unlisted));
  if (!complete) sentences.push(words.moreWaited);
  return sentences;
}

export function timerSentences({ timers, timersTotal, timersSince }: WaitingAsOfView, words: PastWords): string[] {
  const sentences: string[] = [];
  if (timersTotal === 0) sentences.push(words.noTimers);
  if (timersTotal > timers.length) sentences.push(words.firstTimers(timers.length, timersTotal));
  sentences.push(timersSince === null ? words.asFarBack : words.timersBefore(clock(timersSince.atMs), grouped(timersSince.sequence)));
  if (timers.some(({ evidence, cancellationToken }) => evidence === "due-later" && cancellationToken !== ""))
    sentences.push(words.mayCancel);
  return sentences;
}
