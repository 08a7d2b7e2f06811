/**
 * The tail of one filter: the newest TAIL_ROWS_MAX rows, how many came in all, and how many the gateway left out because there were too
 * many. It is kept outside React; a frame of rows is one change.
 */
import type { TailFrame, TailRow } from "../../trpc/views.ts";

export const TAIL_ROWS_MAX = 2_000;

export interface TailSnapshot {
  /** The rows, newest first. */
  rows: readonly TailRow[];
  /** The number of rows that were received since the filter was set. */
  received: number;
  dropped: number;
  /** Rows for which the filter could not be decided. */
  unclear: number;
}

const empty: TailSnapshot = { rows: [], received: 0, dropped: 0, unclear: 0 };

export class TailBuffer {
  #snapshot: TailSnapshot = empty;
  readonly #watchers = new Set<() => void>();

  readonly snapshot = (): TailSnapshot => this.#snapshot;
  readonly serverSnapshot = (): TailSnapshot => empty;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  push(frame: TailFrame): void {
    if (frame.rows.length === 0 && frame.dropped === 0 && frame.unclear === 0) return;
    const { rows, received, dropped, unclear } = this.#snapshot;
    // The journal may have had a row before its frame came.
    const came = new Set(frame.rows.map((row) => row.sequence));
    const before = rows.filter((row) => !came.has(row.sequence));
    this.#set({
      rows: [...frame.rows.toReversed(), ...before].slice(0, TAIL_ROWS_MAX),
      received: received + frame.rows.length,
      dropped: dropped + frame.dropped,
      unclear: unclear + frame.unclear,
    });
  }

  /** Adds earlier rows, newest first; those that came live meanwhile are not doubled. `received` counts live rows only. */
  older(past: readonly TailRow[]): void {
    const { rows } = this.#snapshot;
    const known = new Set(rows.map((row) => row.sequence));
    const added = past.filter((row) => !known.has(row.sequence));
    if (added.length === 0) return;
    // Rows from a time without a stream belong between rows that came live.
    const all = [...rows, ...added].toSorted((one, other) => other.atMs - one.atMs || other.sequence - one.sequence);
    this.#set({ ...this.#snapshot, rows: all.slice(0, TAIL_ROWS_MAX) });
  }

  clear(): void {
    this.#set(empty);
  }

  #set(next: TailSnapshot): void {
    this.#snapshot = next;
    for (const watcher of this.#watchers) watcher();
  }
}
