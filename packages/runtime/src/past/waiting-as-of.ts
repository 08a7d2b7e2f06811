/**
 * WaitingAsOf: what waited for an entity at a moment, and which delayed messages it had set. The journal mentions a message when it is
 * consumed or discarded, so the mailbox is found by reading forward: messages that came before the moment and left after it, and those that
 * are still there. Delayed messages are found by reading backward to the records that set them. Pure, as state-as-of.ts. Guarantee: what
 * the records do not show is counted or named, never guessed.
 */
import { messageOfAct } from "../model/act-detail.ts";
import type { JournalDelayed, JournalMessage, JournalRecord } from "../model/journal-record.ts";
import type { Records, TimerAsOf, WaitingAsOf } from "./past.ts";

export interface WaitingAsOfSources {
  readonly sequence: number;
  /** The moment as a time: messages that were due by then had fired, or were about to. */
  readonly atMs: number;
  /** Whether a message had been accepted or sent by then. */
  readonly wasThere: (message: JournalMessage) => boolean;
  /** Records of this entity above the sequence, in rising order, as long as they belong to the era of the moment. */
  readonly after: Records;
  /** Records of this entity at or below the sequence, in falling order, without those that a restore had taken back by then. */
  readonly before: Records;
  /** Today's mailbox in order; undefined when a restore lies between the moment and now. */
  readonly present: readonly JournalMessage[] | undefined;
  /** True when no row of the mailbox was left unread. */
  readonly presentEnded: boolean;
  /** Whether a delayed message is still set today; undefined when `present` is. */
  readonly isSet: ((delayed: SendAfter) => boolean) | undefined;
  /** True when messages are consumed in order of sequence, because none comes from another partition. */
  readonly inOrder: boolean;
  readonly recordsMax: number;
  /** How many messages, and how many delayed ones, are listed. */
  readonly listedMax: number;
}

export type SendAfter = Extract<JournalDelayed, { kind: "send-after" }>;

export async function foldWaitingAsOf(sources: WaitingAsOfSources): Promise<WaitingAsOf> {
  const gone = await goneLater(sources);
  const still = sources.present ?? [];
  const messages = [...gone.consumed, ...still].toSorted((left, right) => left.sequence - right.sequence);
  const { erased, ...timers } = await timersOf(sources);
  return {
    messages: messages.slice(0, sources.listedMax).map((message) => (gone.edited.has(message.sequence) ? withoutValue(message) : message)),
    messagesTotal: messages.length,
    editedSince: [...gone.edited].filter((sequence) => messages.some((message) => message.sequence === sequence)),
    discardedSince: gone.discarded,
    unlisted: gone.unlisted,
    complete: sources.presentEnded && gone.ended && !erased && !gone.erased,
    ...timers,
  };
}

/** The message without its value, which a person has replaced since. */
function withoutValue(message: JournalMessage): JournalMessage {
  return { ...message, value: { ...message.value, bytes: undefined } };
}

/** An erasure leaves no record of its own, but marks the values of earlier records with its time. */
function isErasedSince({ messages, state }: JournalRecord, atMs: number): boolean {
  const values = [...messages.map(({ value }) => value), ...state.flatMap(({ before, after }) => [before, after])];
  return values.some((value) => value?.erasedMs !== undefined && value.erasedMs > atMs);
}

interface Gone {
  readonly consumed: JournalMessage[];
  readonly discarded: { readonly sequence: number; readonly detail: string }[];
  readonly edited: Set<number>;
  /** Messages that are not listed, because the record of a batch lists only its first ones. */
  unlisted: number;
  /** True when no record was left unread that could show more. */
  ended: boolean;
  /** True when the entity was erased since, together with what waited for it. */
  erased: boolean;
}

async function goneLater({ after, wasThere, sequence, atMs, inOrder, recordsMax }: WaitingAsOfSources): Promise<Gone> {
  const gone: Gone = { consumed: [], discarded: [], edited: new Set(), unlisted: 0, ended: true, erased: false };
  let read = 0;
  for await (const record of after) {
    if (++read > recordsMax) return { ...gone, ended: false };
    gone.erased ||= isErasedSince(record, atMs);
    if (record.outcome.kind === "act") takeAct(gone, record.outcome, sequence);
    if (record.outcome.kind !== "completed" || record.messages.length === 0) continue;
    const there = record.messages.filter(wasThere);
    gone.consumed.push(...there);
    // It is not known when the unlisted messages came. But when a listed one came after the moment, none after it can have been there.
    if (there.length < record.messages.length && inOrder) return gone;
    gone.unlisted += record.messagesTotal - record.messages.length;
  }
  return gone;
}

function takeAct(gone: Gone, { act, detail }: Extract<JournalRecord["outcome"], { kind: "act" }>, sequence: number): void {
  const message = messageOfAct(detail);
  if (message === undefined || message > sequence) return;
  if (act === "discard") gone.discarded.push({ sequence: message, detail });
  else if (act === "edit-message") gone.edited.add(message);
}

async function timersOf(
  sources: WaitingAsOfSources,
): Promise<Pick<WaitingAsOf, "timers" | "timersTotal" | "timersSince"> & { readonly erased: boolean }> {
  const found: TimerAsOf[] = [];
  /** Tokens that were cancelled between the record that is being read and the moment. */
  const cancelled = new Set<string>();
  let read = 0;
  let since: JournalRecord | undefined;
  let ended = true;
  let erased = false;
  for await (const record of sources.before) {
    if (++read > sources.recordsMax) {
      ended = false;
      break;
    }
    since = record;
    erased ||= isErasedSince(record, sources.atMs);
    for (const delayed of record.delayed.toReversed()) {
      const token = delayed.cancellationToken;
      if (delayed.kind === "cancel") cancelled.add(token);
      else if (token === "" || !cancelled.delete(token)) takeTimer(found, { delayed, record, sources });
    }
  }
  found.sort((left, right) => left.dueMs - right.dueMs || left.sequence - right.sequence);
  const timersSince = ended || since === undefined ? undefined : { sequence: since.sequence, atMs: since.endedMs };
  return { timers: found.slice(0, sources.listedMax), timersTotal: found.length, timersSince, erased };
}

function takeTimer(
  found: TimerAsOf[],
  { delayed, record, sources }: { readonly delayed: SendAfter; readonly record: JournalRecord; readonly sources: WaitingAsOfSources },
): void {
  const { sequence, dueMs, target, value, cancellationToken } = delayed;
  const timer = { sequence, dueMs, target, value, cancellationToken, setBy: record.sequence, setMs: record.endedMs };
  if (sources.isSet?.(delayed) === true) found.push({ ...timer, evidence: "present" });
  else if (dueMs > sources.atMs) found.push({ ...timer, evidence: "due-later" });
}
