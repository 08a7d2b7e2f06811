/**
 * ShownNote: how long a connector's note about itself is shown. Neighbours: supervised.ts keeps the last one, note-log.ts writes it to the
 * log.
 */
import type { ConnectorProblem } from "./connector-state.ts";

export interface TimedNote {
  readonly problem: ConnectorProblem;
  /** A steady time, which nobody sets. */
  readonly atMs: number;
}

const shownMs = 24 * 60 * 60_000;

/** A note with a cure asks for a person and is shown for a day after it last came; one without is shown as long as it holds. */
export function shownNote(note: TimedNote | undefined, nowMs: number): ConnectorProblem | undefined {
  if (note === undefined) return undefined;
  const isOld = note.problem.cure !== "" && nowMs - note.atMs > shownMs;
  return isOld ? undefined : note.problem;
}
