/**
 * Per-second buckets → the columns the timeline draws. Columns are aligned to whole multiples of their span, so that a column
 * keeps its content while it moves left. Pure.
 */
import type { TimelineBucket } from "../trpc/views.ts";

export interface TimelineMark {
  kind: TimelineBucket["marks"][number]["kind"];
  text: string;
  atMs: number;
}

export interface TimelineColumn {
  startMs: number;
  messages: number;
  failures: number;
  marks: TimelineMark[];
  /** False: the console knows nothing of this time (before the gateway started, or a gap). */
  known: boolean;
}

export interface TimelineSpan {
  nowMs: number;
  secondsPerColumn: number;
  columns: number;
}

/** Oldest first; the last column is the one that now fills. */
export function timelineColumns(buckets: readonly TimelineBucket[], { nowMs, secondsPerColumn, columns }: TimelineSpan): TimelineColumn[] {
  const spanMs = secondsPerColumn * 1_000;
  const lastStart = Math.floor(nowMs / spanMs) * spanMs;
  const firstStart = lastStart - (columns - 1) * spanMs;
  const result: TimelineColumn[] = Array.from({ length: columns }, (_, index) => ({
    startMs: firstStart + index * spanMs,
    messages: 0,
    failures: 0,
    marks: [],
    known: false,
  }));
  for (const bucket of buckets) {
    const column = result[Math.floor((bucket.atMs - firstStart) / spanMs)];
    if (column === undefined) continue;
    column.known = true;
    column.messages += bucket.messages;
    column.failures += bucket.failures;
    for (const mark of bucket.marks) column.marks.push({ ...mark, atMs: bucket.atMs });
  }
  return result;
}

/** How many seconds one column must hold so that `seconds` fit into `width` at `columnWidthMin` pixels each. */
export function secondsPerColumn(width: number, seconds: number, columnWidthMin: number): number {
  const fitting = Math.max(1, Math.floor(width / columnWidthMin));
  const needed = seconds / fitting;
  return [1, 2, 3, 5, 6, 10, 15, 20, 30, 60].find((step) => step >= needed) ?? 60;
}
