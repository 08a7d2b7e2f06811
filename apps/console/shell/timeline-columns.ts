/**
 * Turns kept numbers and the live seconds into the columns that the timeline draws. Columns are aligned to whole multiples of their step,
 * so that a column keeps its content while it moves left. Pure.
 */
import type { TimeWindow } from "../time/time-window.ts";
import type { RollupMarkView, RollupRangeView, TimelineBucket } from "../trpc/views.ts";

export type TimelineMark = RollupMarkView;

export interface TimelineColumn {
  startMs: number;
  messages: number;
  failures: number;
  /** The p99 of what ended in it; null when nothing did, or it is not known yet. */
  p99Ms: number | null;
  marks: TimelineMark[];
  /** False when nothing is known of this time (the gateway did not run, or it is older than what is kept). */
  known: boolean;
}

export interface TimelineParts {
  readonly window: TimeWindow;
  /** Null when they are not there yet. */
  readonly kept: Pick<RollupRangeView, "fromMs" | "stepMs" | "values" | "p99Ms"> | null;
  readonly marks: readonly TimelineMark[];
  /** Each second of the last ten minutes; these win where they cover a whole column. */
  readonly live: readonly TimelineBucket[];
}

/** Returns the columns, oldest first. */
export function timelineColumns({ window: { fromMs, toMs, stepMs }, kept, marks, live }: TimelineParts): TimelineColumn[] {
  const columns: TimelineColumn[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += stepMs) columns.push(emptyColumn(startMs));
  const columnAt = (atMs: number): TimelineColumn | undefined => columns[Math.floor((atMs - fromMs) / stepMs)];
  for (const [place, messages] of (kept?.values.messages ?? []).entries()) {
    if (kept === null || messages === null) continue;
    const column = columnAt(kept.fromMs + place * kept.stepMs);
    if (column === undefined) continue;
    column.known = true;
    column.messages += messages;
    column.failures += kept.values.failures?.[place] ?? 0;
    const p99Ms = kept.p99Ms[place] ?? null;
    if (p99Ms !== null) column.p99Ms = Math.max(p99Ms, column.p99Ms ?? 0);
  }
  addLive(live, columnAt);
  for (const mark of withLive(marks, live)) columnAt(mark.atMs)?.marks.push(mark);
  return columns;
}

function emptyColumn(startMs: number): TimelineColumn {
  return { startMs, messages: 0, failures: 0, p99Ms: null, marks: [], known: false };
}

function addLive(live: readonly TimelineBucket[], columnAt: (atMs: number) => TimelineColumn | undefined): void {
  const firstMs = live[0]?.atMs ?? 0;
  const begun = new Set<TimelineColumn>();
  for (const bucket of live) {
    const column = columnAt(bucket.atMs);
    if (column === undefined || column.startMs < firstMs) continue;
    if (!begun.has(column)) {
      begun.add(column);
      column.messages = 0;
      column.failures = 0;
    }
    column.known = true;
    column.messages += bucket.messages;
    column.failures += bucket.failures;
  }
}

/** A mark that is both live and kept counts once. */
function withLive(marks: readonly TimelineMark[], live: readonly TimelineBucket[]): TimelineMark[] {
  const keyOf = ({ atMs, kind, text }: TimelineMark): string => `${Math.floor(atMs / 1_000)} ${kind} ${text}`;
  const all = new Map(marks.map((mark) => [keyOf(mark), mark]));
  for (const bucket of live)
    for (const mark of bucket.marks) {
      const found = { ...mark, atMs: bucket.atMs };
      if (!all.has(keyOf(found))) all.set(keyOf(found), found);
    }
  return [...all.values()].sort((left, right) => left.atMs - right.atMs);
}
