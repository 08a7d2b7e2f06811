/**
 * WatchedTraces: traces that somebody is looking at. Their messages go in batches of one, so that their outputs are known and not guessed,
 * with any SDK (decision 88). They live in memory only, are bounded in number, and each ends by itself, because a watch slows down a hot
 * entity. Neighbour: journal-record.ts.
 */
import type { Message } from "./message.ts";

/** The longest time of one watch; a viewer that still looks asks again. */
export const watchedTraceMsMax = 60_000;
/** How many traces one partition watches at once. */
export const watchedTracesMax = 64;
/** A longer mailbox is still batched, because one by one it would take too long. */
export const watchedMailboxMessagesMax = 1_000;

interface WaitingMessages {
  readonly depth: number;
  at(index: number): Message | undefined;
}

export class WatchedTraces {
  /** The traces in the order in which they were last asked for. */
  private readonly untilMs = new Map<number, number>();

  /** Each with when it ends. */
  get all(): Iterable<readonly [trace: number, untilMs: number]> {
    return this.untilMs;
  }

  get size(): number {
    return this.untilMs.size;
  }

  /** With more than watchedTracesMax, the one that was not asked for longest is dropped. */
  watch(trace: number, { nowMs, forMs }: { nowMs: number; forMs: number }): void {
    this.endOver(nowMs);
    this.untilMs.delete(trace);
    this.untilMs.set(trace, nowMs + Math.min(Math.max(0, forMs), watchedTraceMsMax));
    if (this.untilMs.size <= watchedTracesMax) return;
    const [oldest] = this.untilMs.keys();
    if (oldest !== undefined) this.untilMs.delete(oldest);
  }

  /** How many of the first `count` messages go together: a watched one goes alone, and those before it go without it. */
  together(mailbox: WaitingMessages, count: number, nowMs: number): number {
    if (count <= 1 || mailbox.depth > watchedMailboxMessagesMax) return count;
    for (let index = 0; index < count; index++) {
      const message = mailbox.at(index);
      if (message !== undefined && this.isWatched(message.trace, nowMs)) return Math.max(1, index);
    }
    return count;
  }

  isWatched(trace: number, nowMs: number): boolean {
    return (this.untilMs.get(trace) ?? Number.NEGATIVE_INFINITY) > nowMs;
  }

  clockStepped(byMs: number): void {
    for (const [trace, untilMs] of this.untilMs) this.untilMs.set(trace, untilMs + byMs);
  }

  private endOver(nowMs: number): void {
    for (const [trace, untilMs] of this.untilMs) if (untilMs <= nowMs) this.untilMs.delete(trace);
  }
}
