/**
 * TimerWindow: the delayed messages that are in memory, which are those due before the end of a moving window, and what a scan of the others may
 * not see yet, or see still. timers.ts moves it.
 */
import { NumberMap } from "../../model/collections/number-map.ts";
import type { DelayedMessage } from "../../model/message.ts";

interface Beyond {
  readonly epoch: number;
  readonly delayed: DelayedMessage;
}

function below(delayed: DelayedMessage, dueMs: number, sequence: number): boolean {
  return delayed.dueMs < dueMs || (delayed.dueMs === dueMs && delayed.sequence <= sequence);
}

export class TimerWindow {
  /** Delayed messages that wait, in memory or not. */
  waiting = 0;
  readonly live = new NumberMap<DelayedMessage>();
  /** Rows above (windowDueMs, windowSequence) are on disk only, unless `complete`. */
  complete = true;
  windowDueMs = 0;
  windowSequence = 0;
  /** The window's end from which a scan is under way. */
  loading: { readonly dueMs: number; readonly sequence: number } | undefined = undefined;
  /** Above the window and perhaps not yet visible to a scan. */
  readonly beyond = new Map<number, Beyond>();
  /** Fired or cancelled, and perhaps still visible to a scan: sequence → the epoch that removes the row. */
  readonly removed = new Map<number, number>();
  /** Alarms of messages that no longer wait; they leave with the next compaction. */
  staleAlarms = 0;

  inWindow(delayed: DelayedMessage): boolean {
    return this.complete || below(delayed, this.windowDueMs, this.windowSequence);
  }

  /** A scan that begins from now on sees these epochs; one that is under way may not. */
  forget(durableEpoch: number): void {
    if (this.loading !== undefined) return;
    for (const [sequence, { epoch }] of this.beyond) if (epoch <= durableEpoch) this.beyond.delete(sequence);
    for (const [sequence, epoch] of this.removed) if (epoch <= durableEpoch) this.removed.delete(sequence);
  }
}
