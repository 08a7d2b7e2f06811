/** What an answer about the waiting of a moment says of itself, in words: how much it was, and what is not known of it. */
import { counted, grouped } from "../../format/numbers.ts";
import { clock } from "../../format/times.ts";
import type { WaitingAsOfView } from "../../trpc/views.ts";

export function mailboxSentences(waiting: WaitingAsOfView): string[] {
  const { messages, messagesTotal, editedSince, discardedSince, unlisted, complete } = waiting;
  const sentences: string[] = [];
  if (messagesTotal === 0)
    sentences.push(complete && unlisted === 0 && discardedSince.length === 0 ? "Nothing waited." : "No message is known to have waited.");
  if (messagesTotal > messages.length) sentences.push(`The first ${messages.length} of ${counted(messagesTotal, "message", "messages")}.`);
  for (const { detail } of discardedSince) sentences.push(`Thrown away since: ${detail}.`);
  for (const sequence of editedSince) sentences.push(`The value of #${grouped(sequence)} was replaced since; what it was is not known.`);
  if (unlisted > 0) sentences.push(`Up to ${grouped(unlisted)} more: they went in batches whose records list their first messages only.`);
  if (!complete) sentences.push("A restore, an erasure or many records lie between then and now: more may have waited.");
  return sentences;
}

export function timerSentences({ timers, timersTotal, timersSince }: WaitingAsOfView): string[] {
  const sentences: string[] = [];
  if (timersTotal === 0) sentences.push("It is not known to have set anything.");
  if (timersTotal > timers.length)
    sentences.push(`The first ${timers.length} of ${counted(timersTotal, "delayed message", "delayed messages")}.`);
  sentences.push(
    timersSince === null
      ? "As far back as the journal tells of this entity."
      : `What it set before ${clock(timersSince.atMs)} (#${grouped(timersSince.sequence)}) is not known.`,
  );
  if (timers.some(({ evidence, cancellationToken }) => evidence === "due-later" && cancellationToken !== ""))
    sentences.push("Another type with the same id may have cancelled what has a token.");
  return sentences;
}
