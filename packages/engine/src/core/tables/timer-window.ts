/**
 * TimerWindow: the delayed messages in memory, which are those due before the end of a moving window. It also remembers which of the others
 * a scan may not see yet, or may still see. timers.ts moves it.
 */
import { NumberMap } from "../../model/collections/number-map.ts";
import type { DelayedMessage } from "@signalbox/runtime/model/message";

interface Beyond {
  readonly epoch: number;
  readonly delayed: DelayedMessage;
}

function below(delayed: DelayedMessage, dueMs: number, sequence: number): boolean {
  return delayed.dueMs < dueMs || (delayed.dueMs === dueMs && delayed.sequence <= sequence);
}

export class TimerWindow {
  /** How many delayed messages wait, in memory or not. */
  waiting = 0;
  readonly live = new NumberMap<DelayedMessage>();
  /** Rows above (windowDueMs, windowSequence) are on disk only, unless `complete`. */
  complete = true;
  windowDueMs = 0;
  windowSequence = 0;
  /** The end of the window from which a scan is reading on; undefined when none is. */
  loading: { readonly dueMs: number; readonly sequence: number } | undefined = undefined;
  /** Delayed messages above the window that a scan may not see yet. */
  readonly beyond = new Map<number, Beyond>();
  /** Fired or cancelled ones that a scan may still see: sequence → the epoch that removes the row. */
  readonly removed = new Map<number, number>();
  /** How many alarms belong to messages that no longer wait; the next compaction removes them. */
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
