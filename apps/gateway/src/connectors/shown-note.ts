/** ShownNote: for how long what a connector noted of itself is shown. Neighbours: supervised.ts keeps the last one, note-log.ts writes it to the log. */
import type { ConnectorProblem } from "./connector-state.ts";

export interface TimedNote {
  readonly problem: ConnectorProblem;
  /** Of a clock that nobody sets. */
  readonly atMs: number;
}

const shownMs = 24 * 60 * 60_000;

/** One with a cure asks for somebody, and is shown for a day unless it comes again; one without is shown for as long as it holds. */
export function shownNote(note: TimedNote | undefined, nowMs: number): ConnectorProblem | undefined {
  if (note === undefined) return undefined;
  const isOld = note.problem.cure !== "" && nowMs - note.atMs > shownMs;
  return isOld ? undefined : note.problem;
}
