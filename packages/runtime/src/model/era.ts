/**
 * Era: the time between two restores. The journal of earlier eras stays in the store that a restore fills, so the past can still be read.
 * Sequences never go back, so one number belongs to one era; which of an earlier era's records a restore took back follows from where its
 * savepoint was. Neighbours: runtime/journal-carry.ts carries and writes them, the gateway says them in words.
 */
export interface Era {
  /** The first, until the first restore, is 1 and has no row. */
  readonly number: number;
  /** When the restore that began it was put in force. */
  readonly beganMs: number;
  /** Every sequence of an earlier era is below it. */
  readonly firstSequence: number;
  /** What the restore went back to. With several partitions the cut is exact for what was at rest while it was taken. */
  readonly savepoint: EraSavepoint;
  /** Function types that were known before the restore, at most eraTypesMax. */
  readonly types: readonly string[];
}

export interface EraSavepoint {
  readonly name: string;
  readonly epoch: number;
  /** Sequences from here on, of the eras before, are not in it. */
  readonly nextSequence: number;
  readonly createdMs: number;
}

export const eraTypesMax = 1_000;
/** The oldest are forgotten first. */
export const erasKeptMax = 200;

/** In which era a sequence was given. `eras` rise by number. */
export function eraNumberOf(eras: readonly Era[], sequence: number): number {
  return eras.findLast((era) => era.firstSequence <= sequence)?.number ?? Math.max(1, (eras[0]?.number ?? 2) - 1);
}

/**
 * The era whose restore took back what has this sequence; undefined: it counts. Walks from the present down the line of savepoints, so that
 * going back to a savepoint taken before an earlier restore makes count again what that restore took back.
 */
export function undoneBy(eras: readonly Era[], sequence: number): Era | undefined {
  let era = eras.at(-1);
  while (era !== undefined && sequence < era.firstSequence) {
    const { number, savepoint } = era;
    if (sequence >= savepoint.nextSequence) return era;
    era = eras.findLast((earlier) => earlier.number < number && earlier.firstSequence <= savepoint.nextSequence);
  }
  return undefined;
}
