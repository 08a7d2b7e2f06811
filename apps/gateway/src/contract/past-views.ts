/** The shapes of eras and of how far the journal reaches; part of views.ts. */
/** Something of an era before the present one: which restore ended that era, and whether a restore took it back. */
export interface PastView {
  era: number;
  endedMs: number;
  undone: { atMs: number; savepoint: string } | null;
  /** The savepoint that has it, when it counts. */
  keptIn: string | null;
}

export interface EraView {
  number: number;
  beganMs: number;
  firstSequence: number;
  savepoint: { name: string; epoch: number; createdMs: number };
}

/** A function type that nobody knows now: the last era that did, and the restore that ended it. */
export interface KnownBefore {
  era: number;
  endedMs: number;
  savepoint: string;
}

/** The oldest record of the journal: a list that ends there looked no further. */
export interface JournalReach {
  atMs: number;
  sequence: number;
}
