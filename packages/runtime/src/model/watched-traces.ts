/**
 * WatchedTraces: traces that somebody looks at now. Their messages go in batches of one, so that what they cause is known and not guessed, whatever SDK the
 * function has (decision 88). In memory alone, so many at once, and each ends by itself, because a watch slows a hot entity. Neighbour: journal-record.ts.
 */
import type { Message } from "./message.ts";

/** The longest that one request watches; who still looks asks again. */
export const watchedTraceMsMax = 60_000;
/** So many at once in one partition. */
export const watchedTracesMax = 64;
/** A longer mailbox goes in batches all the same: singly it would take too long. */
export const watchedMailboxMessagesMax = 1_000;

interface WaitingMessages {
  readonly depth: number;
  at(index: number): Message | undefined;
}

export class WatchedTraces {
  /** In the order in which they were last asked for. */
  private readonly untilMs = new Map<number, number>();

  /** Each with when it ends. */
  get all(): Iterable<readonly [trace: number, untilMs: number]> {
    return this.untilMs;
  }

  get size(): number {
    return this.untilMs.size;
  }

  /** Beyond watchedTracesMax the one that nobody asked for longest is given up. */
  watch(trace: number, { nowMs, forMs }: { nowMs: number; forMs: number }): void {
    this.endOver(nowMs);
    this.untilMs.delete(trace);
    this.untilMs.set(trace, nowMs + Math.min(Math.max(0, forMs), watchedTraceMsMax));
    if (this.untilMs.size <= watchedTracesMax) return;
    const [oldest] = this.untilMs.keys();
    if (oldest !== undefined) this.untilMs.delete(oldest);
  }

  /** How many of the first `count` messages go together: a watched one alone, what is before it without it. */
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
