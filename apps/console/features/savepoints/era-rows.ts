/**
 * EraRows: the eras between restores as rows, newest first, each with how much of it the journal still reads. Pure. Neighbour:
 * eras-table.tsx.
 */
import type { EraView, ReachView } from "../../trpc/views.ts";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

export interface EraRow {
  readonly number: number;
  /** Null when it began before anything that is known. */
  readonly fromMs: number | null;
  /** Null for the present era. */
  readonly toMs: number | null;
  /** How many numbers of the era the journal reaches; each message, record and egress record has one. */
  readonly numbers: number;
  readonly readable: "whole" | "part" | "none";
  /** The savepoint to which the restore that began the era went back; null when no restore began it. */
  readonly savepoint: EraView["savepoint"] | null;
  /** A moment in it for the time cursor; null when nothing of it can be read, or it is the present one. */
  readonly lastMs: number | null;
}

export function eraRows(eras: readonly EraView[], reach: Pick<ReachView, "journal" | "numbered">): EraRow[] {
  const [first] = eras;
  if (first === undefined) return [];
  const { journal, numbered } = reach;
  const end = journal === null ? 0 : journal.sequence + numbered;
  const starts = [
    ...(first.number > 1 ? [{ number: first.number - 1, beganMs: null, firstSequence: 0, savepoint: null }] : []),
    ...eras.toSorted((left, right) => left.number - right.number),
  ];
  return starts
    .map((era, place) => {
      const next = starts[place + 1];
      const until = next === undefined ? end : next.firstSequence;
      const from = journal === null ? until : Math.max(era.firstSequence, journal.sequence);
      const numbers = Math.max(0, until - from);
      const begins = journal !== null && journal.sequence <= era.firstSequence;
      const readable = numbers === 0 ? ("none" as const) : begins && era.beganMs !== null ? ("whole" as const) : ("part" as const);
      const toMs = next?.beganMs ?? null;
      return {
        number: era.number,
        fromMs: era.beganMs,
        toMs,
        numbers,
        readable,
        savepoint: era.savepoint,
        lastMs: toMs === null || readable === "none" ? null : toMs - 1,
      };
    })
    .reverse();
}

export function readableWords(
  { readable, numbers, toMs }: EraRow,
  words: SavepointsWords["eras"],
  grouped: (value: number) => string,
): string {
  if (readable === "none") return toMs === null ? words.nothingYet : words.beyond;
  return words[readable](grouped(numbers));
}
