/**
 * Past: what an entity was at a moment, and who made it so. Plain data; state-as-of.ts and blame.ts make it of journal records.
 * Guarantee: what the journal cannot tell is said, never guessed.
 */
import type { Address } from "../model/address.ts";
import type { JournalAct, JournalMessage, JournalRecord, JournalValue } from "../model/journal-record.ts";

/** `sequence`: just after what has this number. `time`: after all that had ended by then, by the gateway's clock. */
export type Moment = { readonly kind: "sequence"; readonly sequence: number } | { readonly kind: "time"; readonly atMs: number };

export interface StateAsOfQuery {
  readonly address: Address;
  readonly moment: Moment;
  /** Records of the entity that are read in either direction, at most. */
  readonly recordsMax: number;
  /** Also what waited for it and what it had set for later, at most so many of each; undefined: that is not asked. */
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
  /** The record that tells of it. */
  readonly setBy: number;
  readonly setMs: number;
  readonly evidence: TimerEvidence;
}

export interface WaitingAsOf {
  /**
   * In the order of their numbers: accepted or sent by then, and consumed later or still there. Those in flight then are among them, and where there
   * are several partitions those on their way from another one.
   */
  readonly messages: readonly JournalMessage[];
  readonly messagesTotal: number;
  /** Of the listed ones: a person has replaced their value since, and what it was is not known. */
  readonly editedSince: readonly number[];
  /** A person has thrown them away since; the record tells type and size alone. */
  readonly discardedSince: readonly { readonly sequence: number; readonly detail: string }[];
  /** At most so many more: they were consumed in batches whose records list their first messages only. */
  readonly unlisted: number;
  /** False: a restore, an erasure of the entity, or more records than were read, lie between the moment and now; more may have waited. */
  readonly complete: boolean;
  /** By when they were due. What another type with the same id cancelled may be among them. */
  readonly timers: readonly TimerAsOf[];
  readonly timersTotal: number;
  /** What was set before this record is not known; undefined: all that the journal tells of the entity was read. */
  readonly timersSince: { readonly sequence: number; readonly atMs: number } | undefined;
}

/**
 * From where a value is known: the first change after the moment tells what was before it; without one, today's value was there already;
 * where neither is within reach, the last change before the moment tells what it wrote (it may have expired since).
 */
export type PastEvidence = "next-change" | "present" | "last-change";

export interface ValueAsOf {
  readonly name: string;
  /** Undefined: there was none. */
  readonly value: JournalValue | undefined;
  readonly evidence: PastEvidence;
  /** The record that wrote it, where the journal reaches it. */
  readonly writer: number | undefined;
  /** It had been written before the moment and expired at a time that nothing recorded: it may still have been there. */
  readonly perhapsExpired: JournalValue | undefined;
}

export type StateAsOf =
  | {
      readonly kind: "known";
      /** What the moment is as a sequence. */
      readonly sequence: number;
      /** When the newest record of this entity at or before it ended; undefined: none is within reach. */
      readonly lastRecordMs: number | undefined;
      readonly values: readonly ValueAsOf[];
      /**
       * False: a restore, or more records than were read, lie between the moment and now; there may have been values that no record tells of.
       * True: none that does not expire is missing.
       */
      readonly complete: boolean;
      /** Undefined: not asked, or the runtime does not know. */
      readonly waiting?: WaitingAsOf | undefined;
    }
  /** The journal begins after it. */
  | { readonly kind: "beyond-reach"; readonly reachSequence: number; readonly reachMs: number }
  /** No journal is kept, or it is empty. */
  | { readonly kind: "no-journal" };

export interface BlameQuery {
  readonly address: Address;
  /** Undefined: as of now. */
  readonly before?: number | undefined;
  /** Records of the entity that are read, at most. */
  readonly recordsMax: number;
  /** Changes of each value, at most. */
  readonly changesMax: number;
}

export type ChangedBy =
  | { readonly kind: "function"; readonly message: JournalMessage | undefined; readonly messagesTotal: number; readonly endpoint: string }
  | { readonly kind: "act"; readonly act: JournalAct; readonly detail: string };

export interface ValueChange {
  /** Of the record that tells of it. */
  readonly sequence: number;
  readonly atMs: number;
  readonly by: ChangedBy;
  readonly before: JournalValue | undefined;
  readonly after: JournalValue | undefined;
}

export interface Blame {
  /** In the order of their last change, newest first; the changes of each too. */
  readonly values: readonly { readonly name: string; readonly changes: readonly ValueChange[]; readonly more: boolean }[];
  readonly recordsRead: number;
  /** True: every record that the journal has of the entity was read. */
  readonly complete: boolean;
}

/** What is known beside the records. */
export interface PresentValue {
  readonly name: string;
  readonly value: JournalValue;
  readonly expiresMs: number | undefined;
}

export type Records = AsyncIterable<JournalRecord>;
