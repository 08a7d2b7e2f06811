/**
 * Journal: what happened: the history of an entity, traces, and what has a number. Guarantee: a record is there exactly when its effects
 * are (G2), as far back as the journal reaches.
 */
import type { Address } from "./model/address.ts";
import type { JournalRecord, RecordOutline } from "./model/journal-record.ts";
import type { Blame, BlameQuery, StateAsOf, StateAsOfQuery } from "./past/past.ts";
import type { NumberOwner, Page, TraceSummary, WaitingOfTrace } from "./model/views.ts";

export interface JournalQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/**
 * Where each partition's records go on, by the partition's number; a missing number means the beginning. `end` is where all of them end
 * now.
 */
export type JournalPlaces = readonly number[] | "end";

export interface JournalStream {
  readonly partition: number;
  /** Only durable records, in rising order. */
  readonly records: readonly JournalRecord[];
  /** The place to go on from. */
  readonly next: number;
  /** The oldest that the partition still has; undefined: it has none. */
  readonly oldest: number | undefined;
}

export interface Journal {
  /** Newest first. */
  history(query: JournalQuery & { readonly address: Address }): Promise<Page<JournalRecord>>;
  /** The values of one entity at a moment, as far as the journal tells. */
  stateAsOf(query: StateAsOfQuery): Promise<StateAsOf>;
  /** Tells who wrote each of its values, newest first. */
  blame(query: BlameQuery): Promise<Blame>;
  /** Newest first over all entities. */
  journal(query: JournalQuery): Promise<Page<JournalRecord>>;
  /** The same as outlines without values, for readers of many records. */
  journalOutlines(query: JournalQuery): Promise<Page<RecordOutline>>;
  /** Newest first, by first message. Reads a bounded piece of the journal, whatever the traces did. */
  traces(query: JournalQuery): Promise<Page<TraceSummary>>;
  /**
   * All records of one trace in order. `complete` is false when the trace goes on (still running, delayed) or the journal no longer reaches
   * its beginning.
   */
  trace(trace: number, limits: { recordsMax: number }): Promise<{ readonly records: readonly JournalRecord[]; readonly complete: boolean }>;
  /** Messages of a trace that wait in mailboxes; at most rowsMax rows a partition are read. */
  waitingOfTrace(trace: number, limits: { rowsMax: number }): Promise<WaitingOfTrace>;
  /** For so long (watchedTraceMsMax at most) its messages go in batches of one: what they cause is then known and not guessed. */
  watchTrace(trace: number, forMs: number): Promise<void>;
  /** What this number belongs to, as far as the journal tells. */
  ownerOf(sequence: number): Promise<NumberOwner | undefined>;
  /** The oldest record that the journal still has. */
  journalReach(): Promise<JournalRecord | undefined>;
  /**
   * The records from these places on, of each partition by itself and at most `limit` of each: what a partition that is quiet says next may
   * have a lower number than what another has said already, so one order over all would skip it.
   */
  journalStreams(query: { readonly from: JournalPlaces; readonly limit: number }): Promise<readonly JournalStream[]>;
  /** Higher than every sequence that was ever given out. */
  nextSequence(): number;
}

export const journalMethods = [
  "history",
  "stateAsOf",
  "blame",
  "journal",
  "journalOutlines",
  "traces",
  "trace",
  "waitingOfTrace",
  "watchTrace",
  "ownerOf",
  "journalReach",
  "journalStreams",
  "nextSequence",
] as const satisfies readonly (keyof Journal)[];
