/**
 * Era: the time between two restores. The journal of earlier eras stays in the store that a restore fills, so the past can still be read.
 * Sequences never go back, so each belongs to one era. Which records of an earlier era a restore took back follows from the sequence of its
 * savepoint and, of several partitions, from the home of the entity. Neighbours: home-of.ts, runtime/savepoints/journal-carry.ts carries and writes them, the gateway says them in words.
 */
import { homeOf } from "./home-of.ts";

export interface Era {
  /** 1 for the first era, which lasts until the first restore and has no row. */
  readonly number: number;
  /** When the restore that began it was put in force. */
  readonly beganMs: number;
  /** Every sequence of an earlier era is below this one. */
  readonly firstSequence: number;
  /** The restored savepoint. With several partitions its end is exact for entities that were at rest while it was taken. */
  readonly savepoint: EraSavepoint;
  /** Function types that were known before the restore, at most eraTypesMax. */
  readonly types: readonly string[];
  /**
   * Only where the restore changed the number of partitions: the first sequence that the journal of each partition before it had, 0 for one
   * without a record. What was trimmed differs from partition to partition, and their journals are one since.
   */
  readonly firstSequencesBefore?: readonly number[] | undefined;
}

export interface EraSavepoint {
  readonly name: string;
  readonly epoch: number;
  /** Sequences of earlier eras from this one on are not in the savepoint. */
  readonly nextSequence: number;
  /**
   * Only of a savepoint of several partitions: the end of each of them, as nextSequence, which is the highest. Absent in those of before format 5.
   */
  readonly partitionEnds?: readonly number[] | undefined;
  readonly createdMs: number;
}

export const eraTypesMax = 1_000;
/** The oldest are forgotten first. */
export const erasKeptMax = 200;

/** The era in which a sequence was given. `eras` must rise by number. */
export function eraNumberOf(eras: readonly Era[], sequence: number): number {
  return eras.findLast((era) => era.firstSequence <= sequence)?.number ?? Math.max(1, (eras[0]?.number ?? 2) - 1);
}

type SavepointEnds = Pick<EraSavepoint, "nextSequence" | "partitionEnds">;

/** Sequences of an entity from this one on are not in the savepoint. Without an id the highest end of all partitions. */
export function savepointEnd({ nextSequence, partitionEnds = [] }: SavepointEnds, id: string | undefined): number {
  if (id === undefined || partitionEnds.length === 0) return nextSequence;
  return partitionEnds[homeOf(id, partitionEnds.length)] ?? nextSequence;
}

/** Every sequence below this one is in the savepoint, of whatever entity. */
export function lowestEnd({ nextSequence, partitionEnds = [] }: SavepointEnds): number {
  return Math.min(nextSequence, ...partitionEnds);
}

/** A place in the past: a sequence, and the id of the entity that it is of, if that is known. */
export interface PastPlace {
  readonly sequence: number;
  readonly id: string | undefined;
}

/**
 * The era whose restore took the record of this entity back; undefined when it still counts. It follows the savepoints from the present backwards: a
 * restore of a savepoint from before an earlier restore makes count again what that one took back.
 */
export function undoneBy(eras: readonly Era[], { sequence, id }: PastPlace): Era | undefined {
  let era = eras.at(-1);
  while (era !== undefined && sequence < era.firstSequence) {
    const { number, savepoint } = era;
    if (sequence >= savepointEnd(savepoint, id)) return era;
    era = eras.findLast((earlier) => earlier.number < number && earlier.firstSequence <= savepoint.nextSequence);
  }
  return undefined;
}
