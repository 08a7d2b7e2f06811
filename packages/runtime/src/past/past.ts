/**
 * Past: what an entity was at a moment, and who made it so. Plain data; state-as-of.ts and blame.ts make it of journal records. Guarantee:
 * what the journal does not know is reported as unknown, never guessed.
 */
import type { Address } from "../model/address.ts";
import type { JournalAct, JournalMessage, JournalRecord, JournalValue } from "../model/journal-record.ts";

/** `sequence`: just after the record with this number. `time`: after everything that had ended by then, by the gateway's clock. */
export type Moment = { readonly kind: "sequence"; readonly sequence: number } | { readonly kind: "time"; readonly atMs: number };

export interface StateAsOfQuery {
  readonly address: Address;
  readonly moment: Moment;
  /** The most records of the entity that are read in either direction. */
  readonly recordsMax: number;
  /** Asks also for the waiting messages and the delayed ones, at most so many of each; undefined when they are not needed. */
  readonly waitingMax?: number | undefined;
}

/** `present`: it is still set today. `due-later`: it was set before and not cancelled, and was due after the moment by the clock. */
export type TimerEvidence = "present" | "due-later";

/** A delayed message that the entity had set. */
export interface TimerAsOf {
  readonly sequence: number;
  readonly dueMs: number;
  readonly target: Address;
  readonly value: JournalValue;
  readonly cancellationToken: string;
  /** The sequence of the record that set it. */
  readonly setBy: number;
  readonly setMs: number;
  readonly evidence: TimerEvidence;
}

export interface WaitingAsOf {
  /**
   * In order of sequence: messages that were accepted or sent by then, and consumed later or still there. They include those in flight and,
   * with several partitions, those on their way from another one.
   */
  readonly messages: readonly JournalMessage[];
  readonly messagesTotal: number;
  /** Listed messages whose value a person has replaced since, so that the earlier value is not known. */
  readonly editedSince: readonly number[];
  /** Messages that a person has discarded since; the record has only their type and size. */
  readonly discardedSince: readonly { readonly sequence: number; readonly detail: string }[];
  /** At most how many more there were: they were consumed in batches whose records list only the first messages. */
  readonly unlisted: number;
  /** False when a restore, an erasure of the entity, or unread records lie between the moment and now, so that more may have waited. */
  readonly complete: boolean;
  /** In order of due time. Some may have been cancelled by another type with the same id. */
  readonly timers: readonly TimerAsOf[];
  readonly timersTotal: number;
  /** Timers that were set before this record are not known; undefined when the whole journal of the entity was read. */
  readonly timersSince: { readonly sequence: number; readonly atMs: number } | undefined;
}

/**
 * How a value is known. next-change: the first change after the moment says what was before it. present: there was no change, so today's
 * value was there already. last-change: neither is within reach, so it is what the last change before the moment wrote (which may have
 * expired since).
 */
export type PastEvidence = "next-change" | "present" | "last-change";

export interface ValueAsOf {
  readonly name: string;
  /** Undefined when there was no value. */
  readonly value: JournalValue | undefined;
  readonly evidence: PastEvidence;
  /** The record that wrote it, if the journal reaches back to it. */
  readonly writer: number | undefined;
  /** A value that was written before the moment and expired at an unrecorded time, so it may still have been there. */
  readonly perhapsExpired: JournalValue | undefined;
}

export type StateAsOf =
  | {
      readonly kind: "known";
      /** The moment as a sequence. */
      readonly sequence: number;
      /** When the newest record of this entity at or before the moment ended; undefined when none is within reach. */
      readonly lastRecordMs: number | undefined;
      readonly values: readonly ValueAsOf[];
      /**
       * False when a restore or unread records lie between the moment and now, so that there may have been further values. When true, no
       * value is missing that does not expire.
       */
      readonly complete: boolean;
      /** Undefined when it was not asked for, or the runtime does not know. */
      readonly waiting?: WaitingAsOf | undefined;
    }
  /** The journal begins after the moment. */
  | { readonly kind: "beyond-reach"; readonly reachSequence: number; readonly reachMs: number }
  /** No journal is kept, or it is empty. */
  | { readonly kind: "no-journal" };

export interface BlameQuery {
  readonly address: Address;
  /** Undefined means as of now. */
  readonly before?: number | undefined;
  /** The most records of the entity that are read. */
  readonly recordsMax: number;
  /** The most changes that are returned per value. */
  readonly changesMax: number;
}

export type ChangedBy =
  | { readonly kind: "function"; readonly message: JournalMessage | undefined; readonly messagesTotal: number; readonly endpoint: string }
  | { readonly kind: "act"; readonly act: JournalAct; readonly detail: string };

export interface ValueChange {
  /** The sequence of the record with the change. */
  readonly sequence: number;
  readonly atMs: number;
  readonly by: ChangedBy;
  readonly before: JournalValue | undefined;
  readonly after: JournalValue | undefined;
}

export interface Blame {
  /** In order of their last change, newest first; the changes of each value likewise. */
  readonly values: readonly { readonly name: string; readonly changes: readonly ValueChange[]; readonly more: boolean }[];
  readonly recordsRead: number;
  /** True when every journal record of the entity was read. */
  readonly complete: boolean;
}

/** What is known beside the records. */
export interface PresentValue {
  readonly name: string;
  readonly value: JournalValue;
  readonly expiresMs: number | undefined;
}

export type Records = AsyncIterable<JournalRecord>;
